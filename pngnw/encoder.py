"""Text to encoder states: the whole way from a string, for text-to-speech and everyone else.

Guarantees: a text's states do not depend on the texts beside it (to 1e-5); rows come back in the
order of the texts; text is spoken, pronounced and aligned exactly as in pretraining, with the
pronunciations that the folder names.

Letters: B texts, P the most phonemes, H width.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from huggingface_hub import ModelHubMixin, snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError
from torch import Tensor, nn

from pngnw.errors import UserError
from pngnw.model import io
from pngnw.model.emoji import EMOJI, Bags
from pngnw.model.encoder import PnGNWEncoder
from pngnw.model.heads import Heads
from pngnw.model.inputs import assemble
from pngnw.model.sentences import Sentences
from pngnw.reader import Reader
from pngnw.words.symbols import TOKENS

BATCH_TOKENS = 8192


@dataclass(frozen=True)
class EncoderOutput:
    """States of B texts.

    Attributes:
        hidden: [B, P, H] float32 states of the phoneme side, zero beyond each text's length.
        lengths: [B] int64 phonemes and punctuation marks of each text, on the device of `hidden`.
        phonemes: for each text what its rows of `hidden` stand for, ARPAbet or marks.
        words: for each row the word it belongs to, as spoken ("twenty" for "20").
        word_index: for each row the number of that word in its text, from 0.
        emoji: [B, 64] float32 probabilities in DeepMoji's published order.
        sentence: [B, H] float32 state of the whole text: the mean over its tokens, last layer.
        unspoken: for each text the pieces that have no reading here, such as words in another
            script and emoji, as written and in order; they are not among its phonemes.
    """

    hidden: Tensor
    lengths: Tensor
    phonemes: list[list[str]]
    words: list[list[str]]
    word_index: list[list[int]]
    emoji: Tensor
    sentence: Tensor
    unspoken: list[list[str]]


class Encoder(nn.Module, ModelHubMixin, library_name="pngnw"):
    """A pretrained encoder that reads text; make one with `from_pretrained`.

    In eval mode, as it comes, no gradients are kept. After `.train()` they flow, for fine-tuning;
    `freeze` keeps parts as they are. `.to(device)` moves it, and with it what it answers.
    `push_to_hub("user/name")` is huggingface_hub's: it uploads what `save_pretrained` writes.
    """

    def __init__(
        self,
        network: PnGNWEncoder,
        heads: Heads,
        reader: Reader,
        folder: Path,
    ) -> None:
        super().__init__()
        self.model = network
        self.heads = heads
        self._reader = reader
        self._folder = folder

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: str | Path, **options: Any) -> Self:
        """Load a folder that pretraining or `save_pretrained` wrote, or a model of a hub.

        Warns on stderr when pronunciations come from other package versions than in pretraining.

        Args:
            pretrained_model_name_or_path: a folder; a string that names none is looked up on the
                Hugging Face hub ("user/name").
            options: `revision`, `token`, `cache_dir` and others of `ModelHubMixin`, for the hub.

        Raises:
            UserError: the folder or one of its files is missing or damaged, or the hub has no such
                model or cannot be reached.
        """
        name = pretrained_model_name_or_path
        if isinstance(name, Path) or Path(name).is_dir():
            return cls._read_folder(Path(name))
        try:
            found: Self = super().from_pretrained(name, **options)
        except (HfHubHTTPError, HFValidationError, OSError) as error:
            reason = " ".join(str(error).split())[:200]
            raise UserError(
                f"{name}: neither a folder nor a model that the hub gives out ({reason}); "
                "run `dvc repro pretrain` or give the folder of a trained one"
            ) from None
        return found

    @classmethod
    def _from_pretrained(cls, *, model_id: str, **options: Any) -> Self:
        """What the mixin calls for a model of the hub."""
        return cls._read_folder(Path(snapshot_download(model_id, **options)))

    @classmethod
    def _read_folder(cls, folder: Path) -> Self:
        model, heads, _ = io.load(folder)
        return cls(model, heads, Reader.load(folder), folder).eval()

    def _save_pretrained(self, save_directory: Path) -> None:
        """Weights as they are now, and the other files of the folder that this one came from."""
        io.save(save_directory, self.model, self.heads)
        if save_directory.resolve() == self._folder.resolve():
            return
        for file in sorted(self._folder.iterdir()):
            if file.is_file() and file.name not in (io.WEIGHTS, io.CONFIG, ".gitattributes"):
                shutil.copyfile(file, save_directory / file.name)

    def freeze(self, embeddings: bool = True, layers: int = 0) -> None:
        """Let fine-tuning leave the lower part of the encoder as it is.

        Each call says anew what is frozen; `freeze(embeddings=False)` frees everything.

        Args:
            embeddings: freeze the embeddings of tokens, words and positions.
            layers: how many of the lowest layers to freeze.

        Raises:
            UserError: the encoder has fewer layers.
        """
        if not 0 <= layers <= len(self.model.layers):
            raise UserError(f"freeze: layers = {layers}; the encoder has {len(self.model.layers)}")
        self.model.embeddings.requires_grad_(not embeddings)
        for number, layer in enumerate(self.model.layers):
            layer.requires_grad_(number >= layers)

    def forward(self, texts: Sequence[str], layer: int | None = None) -> EncoderOutput:
        """Encode texts.

        Args:
            texts: any written English; a sentence or two each.
            layer: whose states `hidden` holds, see `PnGNWEncoder`; the last by default.

        Raises:
            UserError: a text holds nothing to say, or more than the model can take at once.
        """
        if isinstance(texts, str):
            raise UserError("Encoder: got one string; give a list of strings")
        words, unspoken, sentences = self._reader(texts)
        lengths = sentences.lengths(self.model.model.grapheme_unit)
        longest = self.model.model.max_tokens
        for row in np.flatnonzero(lengths > longest)[:1]:
            raise UserError(
                f"text {row}: {lengths[row]} tokens, the model takes {longest}; split it into "
                f"sentences ({texts[row][:40]!r}…)"
            )
        count, width = len(texts), self.model.model.width
        spoken = np.diff(sentences.phoneme_start)
        device = self.model.embeddings.token.weight.device
        hidden = torch.zeros(count, int(spoken.max(initial=0)), width, device=device)
        emoji = torch.zeros(count, EMOJI, device=device)
        sentence = torch.zeros(count, width, device=device)
        with torch.set_grad_enabled(self.training and torch.is_grad_enabled()):
            for indices in _batches(lengths):
                states, whole = self._encode(sentences, indices, layer)
                hidden[indices, : states.shape[1]] = states.float()
                sentence[indices] = whole
                bags = Bags.of(sentences, indices).to(device)
                emoji[indices] = self.heads.emoji(whole, bags).best.float().softmax(-1)
        owners = _owners(sentences)
        return EncoderOutput(
            hidden=hidden,
            lengths=torch.from_numpy(spoken).to(device),
            phonemes=[
                [TOKENS.symbols[i] for i in sentences.phonemes[start:end]]
                for start, end in zip(
                    sentences.phoneme_start[:-1], sentences.phoneme_start[1:], strict=True
                )
            ],
            words=[[row[i].text for i in index] for row, index in zip(words, owners, strict=True)],
            word_index=owners,
            emoji=emoji,
            sentence=sentence,
            unspoken=unspoken,
        )

    def _encode(
        self, sentences: Sentences, indices: np.ndarray, layer: int | None
    ) -> tuple[Tensor, Tensor]:
        """Phoneme-side states [b, p, H] and sentence states [b, H] of some sentences."""
        device = self.model.embeddings.token.weight.device
        inputs = assemble(sentences, indices, self.model.model).to(device)
        last = self.model(inputs)
        rows, valid = inputs.phoneme_rows()
        chosen = last if layer is None else self.model(inputs, layer)
        return chosen[rows] * valid[..., None], self.model.sentence_states(last, inputs)


def _owners(sentences: Sentences) -> list[list[int]]:
    """For each sentence and each of its phoneme rows the number of the row's word."""
    start = sentences.word_start
    counts = [sentences.phonemes_per_word[a:b] for a, b in pairwise(start)]
    return [np.repeat(np.arange(len(count)), count).tolist() for count in counts]


def _batches(lengths: np.ndarray) -> list[np.ndarray]:
    """Indices by length, cut so that a padded batch holds about `BATCH_TOKENS` tokens."""
    order = np.argsort(lengths, kind="stable")
    out, start = [], 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and (stop + 1 - start) * lengths[order[stop]] <= BATCH_TOKENS:
            stop += 1
        out.append(order[start:stop])
        start = stop
    return out
