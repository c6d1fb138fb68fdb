"""An encoder in the place of PL-BERT: symbols of StyleTTS2 to states, a row for each symbol.

StyleTTS2 (Li et al. 2023) and its descendants give PL-BERT the ids of 178 characters, IPA as
espeak-ng writes it, and take [B, T, H] from it. Here the characters are read as phonemes
(`pngnw.spoken.scan`), the encoder runs on phonemes only, and each character gets a state:
- one of a phoneme's symbols, that phoneme's, so "t" and "ʃ" of "tʃ" have the same; a mark its own;
- a stress mark the state of the vowel behind it;
- a space, and a symbol that English lacks, that of the phoneme or mark in front of it;
- the zeros at the beginning CLS's, those at the end SEP's; what is padded, zeros.

Letters: B sentences, T the most symbols, N tokens of all sentences, H width.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Final

import numpy as np
import torch
from ruamel.yaml import YAML
from torch import Tensor, nn

from pngnw.core.atomic import atomic_write, copy
from pngnw.core.errors import UserError
from pngnw.encoder import Encoder
from pngnw.model.inputs import assemble, phonemes_only
from pngnw.params import ModelConfig
from pngnw.spoken import as_batch, scan

CONFIG, CODE = "config.yml", "util.py"
# The symbols of StyleTTS2's text_utils.py in their order; the first one pads.
SYMBOLS: Final = (
    '$;:,.!?¡¿—…"«»“” ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    "ɑɐɒæɓʙβɔɕçɗɖðʤəɘɚɛɜɝɞɟʄɡɠɢʛɦɧħɥʜɨɪʝɭɬɫɮʟɱɯɰŋɳɲɴøɵɸθœɶʘɹɺɾɻʀʁɽʂʃʈʧʉʊʋⱱʌɣɤʍχʎʏʑʐʒʔʡʕʢǀǁǂǃ"
    "ˈˌːˑʼʴʰʱʲʷˠˤ˞↓↑→↗↘'̩'ᵻ"
)


class SymbolStates(nn.Module):
    """What StyleTTS2 calls `bert`.

    Attributes:
        config: `hidden_size` (H), and `max_position_embeddings`, the most symbols of a sentence.
    """

    def __init__(self, encoder: Encoder, symbols: str) -> None:
        super().__init__()
        self.encoder = encoder.model
        self.symbols = symbols
        self.config = SimpleNamespace(vocab_size=len(symbols), **sizes(encoder.model.config))

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """States of symbols.

        Args:
            input_ids: [B, T] int64; 0 at both ends of each sentence.
            attention_mask: [B, T], 0 where padded; without it nothing is.

        Returns:
            [B, T, H] float32, on the device of the weights; zero where padded.

        Raises:
            UserError: an id is beyond the symbols, or a sentence longer than the encoder takes.
        """
        ids = input_ids.cpu().numpy()
        mask = np.ones_like(ids) if attention_mask is None else attention_mask.cpu().numpy()
        if ids.size and not 0 <= ids.min() <= ids.max() < len(self.symbols):
            raise UserError(
                f"symbol {ids.max()}: {CONFIG} has {len(self.symbols)} symbols; put those that "
                "your text_utils.py has into it, in its order"
            )
        # Zeros inside are spaces: as a character, what pads would be the dollar sign.
        names = np.array([" ", *self.symbols[1:]])
        lengths = mask.sum(1).tolist()
        read = [
            scan("".join(names[row[:length]])) for row, length in zip(ids, lengths, strict=True)
        ]
        batch = as_batch([each.words for each in read], self.encoder.config)
        device = self.encoder.embeddings.token.weight.device
        inputs = phonemes_only(assemble(batch.sentences, np.arange(len(read)), self.encoder.config))
        index = np.zeros(ids.shape, np.int64)
        starts = inputs.starts.numpy()
        for row, (each, length) in enumerate(zip(read, lengths, strict=True)):
            index[row, :length] = starts[row] + 1 + np.array(each.owner, np.int64)
            zeros = length - len(np.trim_zeros(ids[row, :length], "b"))
            index[row, length - zeros : length] = starts[row + 1] - 1
        states: Tensor = self.encoder(inputs.to(device))[torch.from_numpy(index).to(device)]
        return states.float() * torch.from_numpy(mask).to(device)[..., None]


def sizes(model: ModelConfig) -> dict[str, int]:
    """A model's sizes by the names that BERT's configurations give them."""
    return {
        "hidden_size": model.width,
        "num_hidden_layers": model.layers,
        "num_attention_heads": model.heads,
        "intermediate_size": model.feed_forward,
        "max_position_embeddings": model.max_tokens,
    }


def load_plbert(log_dir: str) -> SymbolStates:
    """What `util.py` of an exported folder gives StyleTTS2.

    Raises:
        UserError: the folder or one of its files is missing or damaged.
    """
    path = Path(log_dir) / CONFIG
    try:
        symbols = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["symbols"]
    except (OSError, KeyError, TypeError) as error:
        raise UserError(f"{path}: has no symbols ({error}); run `pngnw export --plbert`") from None
    return SymbolStates(Encoder.from_pretrained(Path(log_dir)), symbols)


def export(encoder: Encoder, folder: Path) -> None:
    """Fill a folder that takes the place of StyleTTS2's `Utils/PLBERT`.

    Raises:
        UserError: the encoder has no states for the zeros at both ends of a sentence.
    """
    if not encoder.model.config.specials:
        raise UserError(
            "an encoder with model.specials: false has no states for the zeros at both ends of "
            "PL-BERT's sentences; train one with model.specials: true"
        )
    encoder.save_pretrained(folder)
    params = {"vocab_size": len(SYMBOLS), **sizes(encoder.model.config)}
    content = {"symbols": SYMBOLS, "model_params": params}
    with atomic_write(folder / CONFIG) as temporary, temporary.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(content, file)
    copy(Path(__file__).with_name("plbert_util.py"), folder / CODE)
