"""Sentences to what they are compared by: a hash of the letters, a MinHash signature, its bands.

Source: Broder 1997, On the resemblance and containment of documents (MinHash); Leskovec, Rajaraman
and Ullman, Mining of Massive Datasets, section 3.4 (banding).

Dimension letters: N sentences, P permutations, B bands of P / B rows each.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

PERMUTATIONS = 64
BANDS = 16  # of 4 rows: a pair of Jaccard similarity 0.7 shares one with probability 0.99
MIN_WORDS = 8  # shorter sentences differ by one word and mean something else
_SEED = 1  # of the permutations; part of the code, so that signatures stay comparable
KEYS = (
    ("key", pa.uint64()),
    ("signature", pa.list_(pa.uint32(), PERMUTATIONS)),
)
_LETTERS = re.compile(r"[^\W\d_]+")
_ODD = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio of 2^64: an odd multiplier that mixes well

Hashes = npt.NDArray[np.uint64]
Signatures = npt.NDArray[np.uint32]


def keys(texts: Sequence[str]) -> list[pa.Array]:
    """Per sentence the hash of its letters, and its MinHash signature over pairs of words.

    Sentences of fewer than `MIN_WORDS` words have no signature (null).
    """
    from rensa import RMinHash

    words = [_LETTERS.findall(text.lower()) for text in texts]
    key = [xxhash.xxh3_64_intdigest(" ".join(each).encode()) for each in words]
    long = np.array([len(each) >= MIN_WORDS for each in words], dtype=bool)
    pairs = [
        [f"{first} {second}" for first, second in pairwise(each)]
        for each in words
        if len(each) >= MIN_WORDS
    ]
    matrix = np.zeros((len(texts), PERMUTATIONS), dtype=np.uint32)
    if pairs:
        matrix[long] = RMinHash.digests_from_token_sets(pairs, PERMUTATIONS, _SEED)
    signature = pa.FixedSizeListArray.from_arrays(
        pa.array(matrix.reshape(-1)), PERMUTATIONS, mask=pa.array(~long)
    )
    return [pa.array(key, pa.uint64()), signature]


def matrix(column: pa.ChunkedArray) -> Signatures:
    """Signatures [N, P] of a column without nulls."""
    flat = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    signatures_NP: Signatures = flat.reshape(-1, PERMUTATIONS)
    return signatures_NP


def bands(signatures_NP: Signatures) -> Hashes:
    """One hash per sentence and band [N, B]: equal where the band's rows are."""
    rows_NBR = signatures_NP.reshape(-1, BANDS, PERMUTATIONS // BANDS).astype(np.uint64)
    mixed = np.broadcast_to(np.arange(1, BANDS + 1, dtype=np.uint64), rows_NBR.shape[:2])
    for row in range(rows_NBR.shape[2]):
        mixed = (mixed ^ rows_NBR[:, :, row]) * _ODD
        mixed = mixed ^ (mixed >> np.uint64(29))
    return mixed
