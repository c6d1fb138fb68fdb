"""Speech shards in memory, and the batches that every arm sees alike.

Guarantees: batches and their order depend on the seed alone, never on the arm; mels are
standardised with the training part's mean and deviation; gold times are those of the shard, NaN
where the source knows none.

Letters: B utterances, P the most phoneme-side tokens, T the most frames (a multiple of r).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import torch
from torch import Tensor

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.evaluate.measure import Gold
from pngnw.model.sentences import COLUMNS, Sentences
from pngnw.speech.mel import BANDS

Ints = npt.NDArray[np.int64]
# Batches are cut from a pool of this many, sorted by length: little padding, still shuffled.
POOL = 8


@dataclass(frozen=True)
class Scale:
    """Mean and deviation of each mel band over the training part, [80]."""

    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]


@dataclass(frozen=True)
class SpeechSet:
    """One part of the speech shards; utterances are numbered from 0.

    `mels[i]` is [T_i, 80] float16 as stored, `golds[i]` its times; `sentences` are the align
    columns, from which every text encoder takes what it reads.
    """

    sentences: Sentences
    mels: list[npt.NDArray[np.float16]]
    golds: list[Gold]

    def __len__(self) -> int:
        return len(self.mels)

    @property
    def timed(self) -> bool:
        """Whether gold times are known."""
        return not any(np.isnan(gold.start).any() for gold in self.golds)

    def phonemes(self, indices: Ints) -> tuple[Tensor, Tensor]:
        """Phoneme-side token ids [B, P] int64, zero (<pad>) where padded, and lengths [B]."""
        start = self.sentences.phoneme_start
        rows = [self.sentences.phonemes[start[i] : start[i + 1]].astype(np.int64) for i in indices]
        padded = torch.nn.utils.rnn.pad_sequence(
            [torch.from_numpy(row) for row in rows], batch_first=True, padding_value=TOKENS.pad
        )
        return padded, torch.tensor([len(row) for row in rows])

    def mel(self, indices: Ints, scale: Scale, reduction: int) -> tuple[Tensor, Tensor]:
        """Standardised mels [B, T, 80] float32, zero where padded, and frames [B] int64."""
        frames = [len(self.mels[i]) for i in indices]
        longest = -(-max(frames) // reduction) * reduction
        out = np.zeros((len(indices), longest, BANDS), dtype=np.float32)
        for row, i in enumerate(indices):
            out[row, : frames[row]] = (self.mels[i] - scale.mean) / scale.deviation
        return torch.from_numpy(out), torch.tensor(frames)

    def first(self, count: int | None) -> "SpeechSet":
        """The `count` utterances with the smallest ids, which are hashes and so in no order of
        the text; all of them for None or where there are no more."""
        if count is None or count >= len(self):
            return self
        chosen = np.sort(np.argsort(self.sentences.id, kind="stable")[:count])
        return SpeechSet(
            self.sentences.select(chosen),
            [self.mels[i] for i in chosen],
            [self.golds[i] for i in chosen],
        )

    def scale(self) -> Scale:
        """Mean and deviation of this part; a band that never varies keeps its size."""
        frames = sum(len(mel) for mel in self.mels)
        mean = sum(mel.sum(axis=0, dtype=np.float64) for mel in self.mels) / frames
        square = sum(((mel - mean) ** 2).sum(axis=0) for mel in self.mels) / frames
        deviation = np.sqrt(square)
        deviation[deviation < 1e-3] = 1.0
        return Scale(mean.astype(np.float32), deviation.astype(np.float32))


def load(folder: Path, part: str) -> SpeechSet:
    """Read one part (train, tuning, heldout) of the speech shards, in shard order.

    Raises:
        UserError: the part holds no utterance.
    """
    columns = [*COLUMNS, "part", "start", "end", "mel"]
    tables = []
    for path in shards.paths(folder):
        table = shards.read(path, columns)
        tables.append(table.filter(pc.equal(pc.cast(table["part"], pa.string()), part)))
    table = pa.concat_tables(tables)
    if not table.num_rows:
        raise UserError(f"{folder}: no utterance in its {part} part; raise speech.utterances")
    sentences = Sentences.from_table(table)
    mels, golds = [], []
    for row in range(table.num_rows):
        frames = table["mel"][row].values
        mels.append(frames.flatten().to_numpy().reshape(-1, BANDS))
        start = sentences.phoneme_start
        tokens = sentences.phonemes[start[row] : start[row + 1]]
        golds.append(
            Gold(
                start=_times(table["start"][row], len(tokens)),
                end=_times(table["end"][row], len(tokens)),
                spoken=np.isin(tokens, np.array(TOKENS.phonemes)),
            )
        )
    return SpeechSet(sentences, mels, golds)


def _times(cell: pa.ListScalar, tokens: int) -> npt.NDArray[np.float64]:
    """Seconds of each token; NaN where nobody knows them."""
    if not cell.is_valid:
        return np.full(tokens, np.nan)
    return np.asarray(cell.values.to_numpy(), dtype=np.float64)


def batches(speech: SpeechSet, size: int, seed: int) -> Iterator[Ints]:
    """Endless batches of `size` utterances: every utterance once per epoch (but for a remainder),
    neighbours in length together, in an order drawn from the seed."""
    rng = np.random.default_rng([seed, 0])
    frames = np.array([len(mel) for mel in speech.mels])
    size = min(size, len(speech))
    while True:
        order = rng.permutation(len(speech))
        cut: list[Ints] = []
        for first in range(0, len(order), size * POOL):
            pool = order[first : first + size * POOL]
            pool = pool[np.argsort(frames[pool], kind="stable")]
            cut += [pool[i : i + size] for i in range(0, len(pool) - size + 1, size)]
        for index in rng.permutation(len(cut)):
            yield cut[index]
