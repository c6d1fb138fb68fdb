"""Speech shards in memory, and the padded batches that every arm sees alike.

Gold times are NaN where the source knows none. Words are those of the align row, marks among them:
attention to a word is attention to its tokens, so a reader of letters and a reader of phonemes are
measured on the same thing. A letter has no time of its own; its gold interval is its word's.

Letters: B utterances, T the most frames (a multiple of r), P tokens of one kind, W words, S decoder
steps.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import torch
from torch import Tensor

from pngnw.align.symbols import TOKENS
from pngnw.arms.text import TextBatch, TokenKind, words_of
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.model.sentences import COLUMNS, Sentences
from pngnw.speech.mel import BANDS
from pngnw.speech.utterance import Floats, Gold, Ints


@dataclass(frozen=True)
class Scale:
    """Mean and deviation of each mel band over the training part, [80]."""

    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Batch:
    """B utterances, padded.

    Attributes:
        text: for the text encoder; its `indices` are the utterances' numbers in the speech set.
        mel: [B, T, 80] float32, standardized, zero where padded.
        frames: [B] int64, how many are real.
        steps: [B] int64, decoder steps that hold real frames.
    """

    text: TextBatch
    mel: Tensor
    frames: Tensor
    steps: Tensor

    def __len__(self) -> int:
        return len(self.mel)


@dataclass(frozen=True)
class SpeechSet:
    """One part of the speech shards: the align columns, and of every utterance the mel
    [T, 80] float16 as stored and the times of its phonemes."""

    sentences: Sentences
    mels: list[npt.NDArray[np.float16]]
    golds: list[Gold]

    def __len__(self) -> int:
        return len(self.mels)

    @property
    def frames(self) -> Ints:
        """Of each utterance, [N]."""
        return np.array([len(mel) for mel in self.mels])

    @property
    def timed(self) -> bool:
        return not any(np.isnan(gold.start).any() for gold in self.golds)

    def text(self, indices: Ints, kind: TokenKind) -> TextBatch:
        return TextBatch.of(self.sentences, indices, kind)

    def batch(self, indices: Ints, kind: TokenKind, scale: Scale, reduction: int) -> Batch:
        """The utterances `indices`, padded to a multiple of `reduction` frames."""
        frames = torch.tensor([len(self.mels[i]) for i in indices])
        steps = -(-frames // reduction)
        mel = np.zeros((len(indices), int(steps.max()) * reduction, BANDS), dtype=np.float32)
        for row, i in enumerate(indices):
            mel[row, : len(self.mels[i])] = (self.mels[i] - scale.mean) / scale.deviation
        return Batch(self.text(indices, kind), torch.from_numpy(mel), frames, steps)

    def select(self, indices: Ints) -> "SpeechSet":
        """The utterances `indices`, in that order."""
        mels, golds = ([each[i] for i in indices] for each in (self.mels, self.golds))
        return SpeechSet(self.sentences.select(indices), mels, golds)

    def first(self, count: int | None) -> "SpeechSet":
        """The `count` utterances with the smallest ids, which are hashes and so in no order of
        the text; all of them for None or where there are no more."""
        if count is None or count >= len(self):
            return self
        return self.select(np.sort(np.argsort(self.sentences.id, kind="stable")[:count]))

    def scale(self) -> Scale:
        """Mean and deviation of this part; a band that never varies keeps its size."""
        frames = sum(len(mel) for mel in self.mels)
        mean = sum(mel.sum(axis=0, dtype=np.float64) for mel in self.mels) / frames
        square = sum(((mel - mean) ** 2).sum(axis=0) for mel in self.mels) / frames
        deviation = np.sqrt(square)
        deviation[deviation < 1e-3] = 1.0
        return Scale(mean.astype(np.float32), deviation.astype(np.float32))

    def attention_by_word(self, attention: Floats, index: int, kind: TokenKind) -> Floats:
        """Attention to tokens [S, P] added up to attention to words [S, W]."""
        words = np.arange(*self.sentences.word_start[index : index + 2])
        member = words_of(self.sentences, index, kind)[:, None] == words
        return np.asarray(attention @ member.astype(np.float64), dtype=np.float64)

    def word_gold(self, index: int) -> Gold:
        """When each word is spoken, [W]: from its first phoneme's start to its last one's end.

        A word without phonemes has no time: its interval is empty, at the end of the one before.
        """
        gold, word = self.golds[index], words_of(self.sentences, index, "phonemes")
        words = range(*self.sentences.word_start[index : index + 2])
        start, end = np.zeros(len(words)), np.zeros(len(words))
        spoken = np.zeros(len(words), dtype=np.bool_)
        now = 0.0
        for number, members in enumerate(word == each for each in words):
            start[number] = gold.start[members].min(initial=np.inf) if members.any() else now
            now = end[number] = gold.end[members].max() if members.any() else now
            spoken[number] = gold.spoken[members].any()
        return Gold(start, end, spoken)

    def gold(self, index: int, kind: TokenKind) -> Gold:
        """When each token is spoken, [P]."""
        if kind == "phonemes":
            return self.golds[index]
        words, word = self.word_gold(index), words_of(self.sentences, index, kind)
        word = word - self.sentences.word_start[index]
        return Gold(words.start[word], words.end[word], words.spoken[word])


def load(folder: Path, part: str) -> SpeechSet:
    """Read one part (train, tuning, heldout) of the speech shards, in shard order; `UserError`
    where it holds no utterance."""
    columns = [*COLUMNS, "part", "start", "end", "mel"]
    tables = []
    for path in shards.paths(folder):
        table = shards.read(path, columns)
        tables.append(table.filter(pc.equal(pc.cast(table["part"], pa.string()), part)))
    table = pa.concat_tables(tables)
    if not table.num_rows:
        raise UserError(f"{folder}: no utterance in its {part} part; raise speech.utterances")
    sentences = Sentences.from_table(table)
    mels = [cell.values.flatten().to_numpy().reshape(-1, BANDS) for cell in table["mel"]]
    spoken = np.isin(sentences.phonemes, np.array(TOKENS.phonemes))
    golds = []
    for row, (first, stop) in enumerate(pairwise(sentences.phoneme_start)):
        unknown = [np.nan] * int(stop - first)
        start, end = (np.array(table[name][row].as_py() or unknown) for name in ("start", "end"))
        golds.append(Gold(start, end, spoken[first:stop]))
    return SpeechSet(sentences, mels, golds)
