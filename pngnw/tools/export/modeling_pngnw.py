"""A pngnw encoder as a model of the package `transformers`, as `pngnw export --transformers` writes
it: `AutoModel.from_pretrained(folder, trust_remote_code=True)`.

Guarantees: the states are those of `pngnw.Encoder`, whose folder lies in `encoder`; nothing is
asked for on a network unless the name is one of the hub.

Letters: B texts, P the most phonemes, H width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor
from transformers import PretrainedConfig, PreTrainedModel
from transformers.utils import ModelOutput

from pngnw.encoder import Encoder
from pngnw.spoken import Spoken

ENCODER = "encoder"


class PngnwConfig(PretrainedConfig):  # type: ignore[misc] # Any to mypy, installed or not
    """`hidden_size` (H) and others of the names that transformers knows."""

    model_type = "pngnw"


@dataclass
class PngnwOutput(ModelOutput):  # type: ignore[misc]
    """States of B texts.

    Attributes:
        last_hidden_state: [B, P, H] float32 of phonemes and marks, zero where padded.
        pooler_output: [B, H] float32 of the whole texts.
        attention_mask: [B, P] int64, 0 where padded.
        emoji: [B, 64] float32 probabilities.
        phonemes: for each text what its rows stand for.
    """

    last_hidden_state: Tensor | None = None
    pooler_output: Tensor | None = None
    attention_mask: Tensor | None = None
    emoji: Tensor | None = None
    phonemes: tuple[list[str], ...] | None = None


class PngnwModel(PreTrainedModel):  # type: ignore[misc]
    """`pngnw.Encoder` under the names of transformers; it reads texts or phonemes, not ids."""

    config_class = PngnwConfig
    base_model_prefix = "pngnw"

    def __init__(self, config: PngnwConfig, encoder: Encoder) -> None:
        super().__init__(config)
        self.encoder = encoder

    @classmethod
    def from_pretrained(
        cls, pretrained_model_name_or_path: str | Path, *_: Any, config: Any = None, **options: Any
    ) -> Self:
        """Load a folder that `pngnw export --transformers` wrote, or a model of the hub.

        Args:
            pretrained_model_name_or_path: a folder, or a name on the hub.
            config: the folder's own if left out.
            options: for the hub: `revision`, `token`, `cache_dir`; others are of no use here.
        """
        folder = Path(pretrained_model_name_or_path)
        if not folder.is_dir():
            from huggingface_hub import snapshot_download

            known = {
                key: options[key] for key in ("revision", "token", "cache_dir") if key in options
            }
            folder = Path(snapshot_download(str(pretrained_model_name_or_path), **known))
        config = PngnwConfig.from_pretrained(folder) if config is None else config
        model: Self = cls(config, Encoder.from_pretrained(folder / ENCODER)).eval()
        return model

    def save_pretrained(self, save_directory: str | Path, **_: Any) -> None:
        """Write the folder with the weights as they are now."""
        from pngnw.tools.export.hugging_face import export

        export(self.encoder, Path(save_directory))

    def forward(
        self,
        texts: Sequence[str] | None = None,
        phonemes: Sequence[Spoken] | None = None,
        alphabet: str = "arpabet",
    ) -> PngnwOutput:
        """Encode texts, or sentences of phonemes only as `Encoder.from_phonemes` takes them.

        Raises:
            ValueError: neither is given, or both.
            UserError: as `pngnw.Encoder`.
        """
        if (texts is None) == (phonemes is None):
            raise ValueError("give texts=[...] or phonemes=[...]; ids of tokens are not taken")
        if phonemes is not None:
            out = self.encoder.from_phonemes(phonemes, alphabet=alphabet)
        else:
            out = self.encoder(texts)
        column = torch.arange(out.hidden.shape[1], device=out.hidden.device)
        return PngnwOutput(
            last_hidden_state=out.hidden,
            pooler_output=out.sentence,
            attention_mask=(column < out.lengths[:, None]).long(),
            emoji=out.emoji,
            phonemes=tuple(out.phonemes),
        )
