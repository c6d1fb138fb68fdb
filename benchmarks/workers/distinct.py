"""The different words of many shards merged as the data stages do, for `benchmarks.simulate`."""

import sys
from pathlib import Path

import numpy as np
import polars as pl

from pngnw.core import shards
from pngnw.engine.fold import fold
from pngnw.phonemize.stage import unique

INPUT = Path("words")
WORDS = 5_000_000  # in all, made up
EACH = 20_000  # of them in a shard, drawn anew


def write(count: int) -> None:
    """Shards of hashes of words, as `pngnw.phonemize.stage.words_of` makes them of sentences."""
    hashes = np.random.default_rng(0).integers(0, 1 << 63, WORDS, dtype=np.uint64)
    for number in range(count):
        drawn = np.random.default_rng([1, number]).choice(WORDS, EACH, replace=False)
        frame = pl.DataFrame({"word": hashes[drawn], "neural": drawn % 8 == 0})
        table = frame.sort("word").to_arrow(compat_level=pl.CompatLevel.oldest())
        shards.write(
            INPUT / shards.name(number), table, stage="simulate", fingerprint="", durable=False
        )


def main(action: str, count: str = "0") -> None:
    """Write the shards, or merge them and say how many words there are."""
    if action == "write":
        write(int(count))
    else:
        print(fold(shards.paths(INPUT), unique)["word"].n_unique())


if __name__ == "__main__":
    main(*sys.argv[1:])
