"""Text to encoder states: the whole way from a string, for text-to-speech and everyone else.

Guarantees: a text's states do not depend on the texts beside it (to 1e-5); rows come back in the
order of the texts; text is spoken, pronounced and aligned exactly as in pretraining, with the
pronunciations that the folder names.

Letters: B texts, P the most phonemes, H width.
"""

import importlib.metadata
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from torch import Tensor, nn

from pngnw.corpus.spoken import speak
from pngnw.errors import UserError
from pngnw.model import io
from pngnw.model.encoder import PnGNWEncoder
from pngnw.model.heads import EMOJI, Heads
from pngnw.model.inputs import assemble
from pngnw.model.sentences import COLUMNS, Sentences
from pngnw.params import Phonemize
from pngnw.phonemes.phonemizer import Phonemizer, Word
from pngnw.pretraining.publish import LEXICON_NEEDS
from pngnw.words.align import WordAligner
from pngnw.words.stage import load as load_aligner
from pngnw.words.symbols import TOKENS

BATCH_TOKENS = 8192


@dataclass(frozen=True)
class EncoderOutput:
    """States of B texts.

    Attributes:
        hidden: [B, P, H] float32 states of the phoneme side, zero beyond each text's length.
        lengths: [B] int64 phonemes and punctuation marks of each text.
        phonemes: for each text what its rows of `hidden` stand for, ARPAbet or marks.
        words: for each row the word it belongs to, as spoken ("twenty" for "20").
        word_index: for each row the number of that word in its text, from 0.
        emoji: [B, 64] float32 probabilities in DeepMoji's published order.
        sentence: [B, H] float32 state of the whole text: the mean over its tokens, last layer.
    """

    hidden: Tensor
    lengths: Tensor
    phonemes: list[list[str]]
    words: list[list[str]]
    word_index: list[list[int]]
    emoji: Tensor
    sentence: Tensor


class Encoder(nn.Module):
    """A pretrained encoder that reads text; make one with `from_pretrained`.

    In eval mode, as it comes, no gradients are kept. After `.train()` they flow, for fine-tuning.
    """

    def __init__(
        self,
        model: PnGNWEncoder,
        heads: Heads,
        phonemizer: Phonemizer,
        aligner: WordAligner,
        folder: Path,
    ) -> None:
        super().__init__()
        self.model = model
        self.heads = heads
        self._phonemizer = phonemizer
        self._aligner = aligner
        self._folder = folder

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> "Encoder":
        """Load a folder that pretraining or `save_pretrained` wrote.

        Warns on stderr when pronunciations come from other package versions than in pretraining.

        Raises:
            UserError: the folder or one of its files is missing or damaged.
        """
        folder = Path(folder)
        model, heads, _ = io.load(folder)
        path = folder / LEXICON_NEEDS
        try:
            needs = json.loads(path.read_text(encoding="utf-8"))
            for name, version in needs["packages"].items():
                found = importlib.metadata.version(name)
                if found != version:
                    print(
                        f"pngnw: {folder} was trained with {name} {version}, this is {found}: "
                        "some pronunciations may differ",
                        file=sys.stderr,
                    )
            lexicon = needs["lexicon"]
            aligner = load_aligner(folder, needs["piece_of_phoneme"])
        except importlib.metadata.PackageNotFoundError as error:
            raise UserError(f"{path}: needs {error.name}; pip install it") from None
        except (FileNotFoundError, ValueError, KeyError) as error:
            raise UserError(f"{path}: cannot be used ({error}); train the encoder anew") from None
        own = None if lexicon is None else str(folder / lexicon)
        return cls(model, heads, Phonemizer.load(Phonemize(lexicon=own)), aligner, folder).eval()

    def save_pretrained(self, folder: str | Path) -> None:
        """Write a folder that `from_pretrained` loads, with the weights as they are now."""
        folder = Path(folder)
        io.save(folder, self.model, self.heads)
        for file in sorted(self._folder.iterdir()):
            if file.is_file() and not (folder / file.name).exists():
                shutil.copyfile(file, folder / file.name)

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
        words = self._read(texts)
        sentences = self._sentences(words)
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
                emoji[indices] = self.heads.emoji(whole).float().softmax(-1)
        owners = _owners(sentences)
        return EncoderOutput(
            hidden=hidden,
            lengths=torch.from_numpy(spoken),
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
        )

    def _read(self, texts: Sequence[str]) -> list[list[Word]]:
        words = self._phonemizer([speak(text).text for text in texts])
        for row, found in enumerate(words):
            if not any(word.phonemes for word in found):
                raise UserError(f"text {row}: nothing to say in {texts[row][:40]!r}; leave it out")
        return words

    def _sentences(self, words: list[list[Word]]) -> Sentences:
        try:
            rows = [self._aligner.align(row) for row in words]
        except ValueError as error:
            raise UserError(f"Encoder: {error}; split it") from None
        table = {"id": pa.array(range(len(rows)), pa.uint64())}
        for name in COLUMNS[1:]:
            table[name] = pa.array([getattr(row, name) for row in rows], pa.list_(pa.int64()))
        return Sentences.from_table(pa.table(table))

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
