"""The sentences that an emoji fits best, computed by hand, and however they lie in shards."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pngnw.core import shards
from pngnw.params import Run
from pngnw.teach import examples
from pngnw.teach.emoji import EMOJI

RUN = Run(workers=1)


def write(folder: Path, number: int, taught: dict[str, float]) -> None:
    """A shard of sentences, each with the share of the first emoji; the rest is the second's."""
    rows = np.zeros((len(taught), len(EMOJI)), np.float16)
    rows[:, 0] = list(taught.values())
    rows[:, 1] = 1 - rows[:, 0]
    emoji = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel(), pa.float16()), len(EMOJI))
    texts = pa.table({"text": pa.array(list(taught), pa.string())})
    name = shards.name(number)
    shards.write(folder / "clean" / name, texts, stage="clean", fingerprint=str(number))
    table = pa.table({"emoji": emoji})
    shards.write(folder / "taught" / name, table, stage="teach", fingerprint=str(number))


def best_of(folder: Path) -> list[list[examples.Example]]:
    return examples.best_examples(folder / "clean", folder / "taught", RUN)


@pytest.mark.usefixtures("own_cache")
def test_the_largest_shares_of_all_shards(tmp_path: Path) -> None:
    write(tmp_path, 0, {"So": 0.25, "am": 0.75, "I": 0.5})
    write(tmp_path, 1, {"am": 0.75, "we": 0.625})
    best = best_of(tmp_path)
    assert best[0] == [(0.75, "am"), (0.625, "we")]  # "am" once, though it stands in both
    assert best[1] == [(0.75, "So"), (0.5, "I")]
    assert best[2] == [(0.0, "I"), (0.0, "So")]  # equal shares: by text
    assert len(best) == len(EMOJI)
