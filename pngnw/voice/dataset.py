"""Speech shards in memory: mels and what is heard of every token, and padded batches of them.

Guarantees: durations are whole frames and sum to the mel's; utterances whose times nobody knows are
left out and counted. Batches depend on the utterances alone, never on the arm.

Letters: N utterances, B of a batch, P the most tokens of one of them, T the most frames.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import torch
from torch import Tensor

from pngnw.arms.text import TextBatch
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.model.sentences import COLUMNS, Int, Sentences
from pngnw.speech.mel import BANDS

Floats = npt.NDArray[np.float32]
# What is heard of a token besides its duration, in this order.
HEARD = LOG_F0, VOICING, ENERGY = "log_f0", "voicing", "energy"


@dataclass(frozen=True)
class Batch:
    """B utterances, padded with zeros.

    Attributes:
        text: for the text encoder.
        duration: [B, P] int64 frames.
        heard: [B, P, 3] float32: log F0 (0 without voice), share of voiced frames, energy.
        mel: [B, T, 80] float32.
    """

    text: TextBatch
    duration: Tensor
    heard: Tensor
    mel: Tensor


@dataclass(frozen=True)
class Utterances:
    """One part of the speech shards.

    Attributes:
        sentences: the align columns.
        mels: of each utterance [T, 80] float16.
        duration: of each its tokens' frames, [P] int64.
        heard: of each [P, 3], as in `Batch`.
        samples: of each its audio [n] int16; None where the shards have none.
        untimed: how many were left out.
    """

    sentences: Sentences
    mels: list[npt.NDArray[np.float16]]
    duration: list[Int]
    heard: list[Floats]
    samples: list[npt.NDArray[np.int16] | None]
    untimed: int

    def __len__(self) -> int:
        return len(self.mels)

    @property
    def frames(self) -> Int:
        """Of each utterance, [N]."""
        return np.array([len(mel) for mel in self.mels])

    def batch(self, indices: Int) -> Batch:
        """The utterances `indices`."""
        text = TextBatch.of(self.sentences, indices, "phonemes")
        size = len(indices)
        duration = np.zeros((size, text.tokens.shape[1]), dtype=np.int64)
        heard = np.zeros((*duration.shape, len(HEARD)), dtype=np.float32)
        mel = np.zeros((size, int(self.frames[indices].max()), BANDS), dtype=np.float32)
        for row, i in enumerate(indices):
            duration[row, : len(self.duration[i])] = self.duration[i]
            heard[row, : len(self.duration[i])] = self.heard[i]
            mel[row, : len(self.mels[i])] = self.mels[i]
        return Batch(text, *map(torch.from_numpy, (duration, heard, mel)))


def load(folder: Path, part: str) -> Utterances:
    """Read one part (train, tuning, heldout), in shard order.

    Raises:
        UserError: no utterance of it has known times, or the shards lack a column.
    """
    columns = [*COLUMNS, "part", "mel", "duration", *HEARD, "samples"]
    tables, untimed = [], 0
    for path in shards.paths(folder):
        table = shards.read(path, columns)
        table = table.filter(pc.equal(pc.cast(table["part"], pa.string()), part))
        timed = pc.is_valid(table["duration"])
        untimed += len(table) - (pc.sum(timed).as_py() or 0)
        tables.append(table.filter(timed))
    table = pa.concat_tables(tables)
    if not table.num_rows:
        raise UserError(
            f"{folder}: no utterance of the {part} part has known times; raise speech.utterances, "
            "or see docs/speech.md for times of recordings"
        )
    mels = [_flat(cell.values).reshape(-1, BANDS) for cell in table["mel"]]
    return Utterances(
        Sentences.from_table(table),
        mels,
        [_flat(cell).astype(np.int64) for cell in table["duration"]],
        [
            np.stack([_flat(cell) for cell in cells], axis=1).astype(np.float32)
            for cells in zip(*(table[name] for name in HEARD), strict=True)
        ],
        [_flat(cell) if cell.is_valid else None for cell in table["samples"]],
        untimed,
    )


def _flat(cell: Any) -> npt.NDArray[Any]:
    """The numbers of a list, or of a list of lists."""
    array = cell.flatten() if isinstance(cell, pa.Array) else cell.values
    return np.asarray(array.to_numpy(zero_copy_only=False))
