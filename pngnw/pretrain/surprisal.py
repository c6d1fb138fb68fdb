"""How unexpected each word of the text is: a target for the states of words.

Accent and reduction follow what a listener could foresee (Pan and Hirschberg 2000, "Modeling local
context for pitch accent prediction"). Three numbers a word: its negative log-probability by itself,
after the word before it, and before the word behind it. Counts are those of the training split,
where a word's own occurrence is not counted; pairs back off to single words by a Dirichlet prior.
Marks are words here, and so are both ends of a sentence.

Letters: W words of all sentences of a split.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pngnw.core.ragged import as_bytes
from pngnw.model.sentences import Int, Sentences

PRIOR: Final = 5.0  # occurrences that the single word's probability counts for in a pair
UNSEEN: Final = 0.5  # occurrences that every word is given
Floats = NDArray[np.float64]


def surprisals(splits: Mapping[str, Sentences], train: str) -> dict[str, Floats]:
    """Nats [W, 3] of the words of every split, with mean 0 and variance 1 over the one named
    `train`."""
    codes = _codes(splits)
    end = 1 + max(int(code.max(initial=-1)) for code in codes.values())
    pairs = {name: _pairs(splits[name], code, end) for name, code in codes.items()}
    (after, _), (before, behind) = pairs[train]
    last = behind == end
    keys = np.concatenate([after, before[last]])  # every pair of the text once
    known, times = np.unique(keys, return_counts=True)
    counts = np.bincount(codes[train], minlength=end + 1)
    words = int(counts.sum())
    counts[end] = last.sum()

    def nats(name: str) -> Floats:
        own = name == train
        single = (counts[codes[name]] - own + UNSEEN) / (words - own + UNSEEN * end)
        columns = [single]
        for pair, other in pairs[name]:
            place = np.searchsorted(known, pair).clip(max=len(known) - 1)
            both = np.where(known[place] == pair, times[place], 0) - own
            columns.append((both + PRIOR * single) / (counts[other] - own + PRIOR))
        return np.asarray(-np.log(np.stack(columns, axis=1)))

    out = {name: nats(name) for name in splits}
    mean, deviation = out[train].mean(0), out[train].std(0)
    scale = np.where(deviation > 1e-9, deviation, 1.0)  # less is rounding
    return {name: (each - mean) / scale for name, each in out.items()}


def _pairs(sentences: Sentences, code: Int, end: int) -> tuple[tuple[Int, Int], tuple[Int, Int]]:
    """Each word [W] with the one before, and with the one behind: a number for the two, and the
    neighbor's own; `end` stands for no word."""
    start = sentences.word_start
    before, behind = np.full(len(code), end), np.full(len(code), end)
    before[1:], behind[:-1] = code[:-1], code[1:]
    filled = np.flatnonzero(np.diff(start))
    before[start[filled]] = end
    behind[start[filled + 1] - 1] = end
    size = end + 1
    return (before * size + code, before), (code * size + behind, behind)


def _codes(splits: Mapping[str, Sentences]) -> dict[str, Int]:
    """A number for each word [W], the same for equal wordpieces."""
    words = [as_bytes(each.pieces, each.pieces_per_word) for each in splits.values()]
    codes = pa.concat_arrays(words).dictionary_encode().indices.to_numpy().astype(np.int64)
    cuts = np.cumsum([len(each) for each in words])[:-1]
    return dict(zip(splits, np.split(codes, cuts), strict=True))
