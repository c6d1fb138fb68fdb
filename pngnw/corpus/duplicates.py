"""Exact and near duplicates over the whole corpus: a map to keys, one deterministic reduce.

Guarantees: of equal sentences the one with the smallest id stays, of near-equal ones at least
one; the answer does not depend on the order or number of shards. The reduce works through hash
partitions, so that memory is bounded by one of them. Trades recall for a linear cost: inside a
bucket sentences are compared with the bucket's first only.

Source: Broder 1997, On the resemblance and containment of documents (MinHash); Leskovec, Rajaraman
and Ullman, Mining of Massive Datasets, section 3.4 (banding).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import xxhash

PERMUTATIONS = 64
BANDS = 16  # of 4 rows: a pair of Jaccard similarity 0.7 shares one with probability 0.99
MIN_WORDS = 8  # shorter sentences differ by one word and mean something else
PARTITION_ROWS = 4_000_000
_SEED = 1  # of the permutations; part of the code, so that signatures stay comparable
KEYS = (
    ("key", pa.uint64()),
    ("signature", pa.list_(pa.uint32(), PERMUTATIONS)),
)
_LETTERS = re.compile(r"[^\W\d_]+")


def keys(texts: Sequence[str]) -> list[pa.Array]:
    """Per sentence the hash of its letters, and its MinHash signature over pairs of words.

    Sentences of fewer than `MIN_WORDS` words have no signature (null).
    """
    from rensa import RMinHash

    words = [_LETTERS.findall(text.lower()) for text in texts]
    key = [xxhash.xxh3_64_intdigest(" ".join(found).encode()) for found in words]
    long = np.array([len(found) >= MIN_WORDS for found in words], dtype=bool)
    pairs = [
        [f"{first} {second}" for first, second in pairwise(found)]
        for found in words
        if len(found) >= MIN_WORDS
    ]
    matrix = np.zeros((len(texts), PERMUTATIONS), dtype=np.uint32)
    if pairs:
        matrix[long] = RMinHash.digests_from_token_sets(pairs, PERMUTATIONS, _SEED)
    signature = pa.FixedSizeListArray.from_arrays(
        pa.array(matrix.reshape(-1)), PERMUTATIONS, mask=pa.array(~long)
    )
    return [pa.array(key, pa.uint64()), signature]


def find(paths: Sequence[Path], near: float) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Sorted ids of the exact and of the near duplicates in shards of `keys`.

    Args:
        paths: shards with the columns id, key and signature.
        near: estimated Jaccard similarity of word pairs from which two sentences are near
            duplicates; above 1 none are.
    """
    frame = pl.scan_parquet(list(paths)).select("id", "key", "signature")
    rows = frame.select(pl.len()).collect().item()
    partitions = 1 + rows // PARTITION_ROWS
    exact = _union(
        frame.filter(pl.col("key") % partitions == part)
        .select("id", "key")
        .filter(pl.col("id") > pl.col("id").min().over("key"))
        .select("id")
        for part in range(partitions)
    )
    distinct = frame.filter(pl.col("signature").is_not_null()).join(
        exact.lazy(), on="id", how="anti"
    )
    found = [
        _near(distinct, band, part, partitions, near)
        for band in range(BANDS)
        for part in range(partitions)
    ]
    return _sorted(exact), _sorted(pl.concat(found).unique())


def _near(
    distinct: pl.LazyFrame, band: int, part: int, partitions: int, near: float
) -> pl.DataFrame:
    """Near duplicates of the first sentence of each bucket of one band."""
    width = PERMUTATIONS // BANDS
    bucket = pl.struct(
        pl.col("signature").arr.get(band * width + row, null_on_oob=False).alias(f"r{row}")
        for row in range(width)
    )
    shared: pl.DataFrame = (
        distinct.with_columns(bucket=bucket.hash(_SEED))
        .filter(pl.col("bucket") % partitions == part)
        .filter(pl.len().over("bucket") > 1)
        .sort("id")
        .select("id", "signature", first=pl.col("id").first().over("bucket"))
        .collect()
    )
    if shared.is_empty():
        return shared.select("id")
    ids, firsts = shared["id"].to_numpy(), shared["first"].to_numpy()
    signatures = shared["signature"].to_numpy()
    equal = (signatures == signatures[np.searchsorted(ids, firsts)]).mean(axis=1)
    return shared.select("id").filter(pl.Series((equal >= near) & (ids != firsts)))


def _union(frames: Iterable[pl.LazyFrame]) -> pl.DataFrame:
    return pl.concat([frame.collect() for frame in frames])


def _sorted(frame: pl.DataFrame) -> np.ndarray[Any, Any]:
    return np.sort(frame["id"].to_numpy())
