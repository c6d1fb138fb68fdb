"""Features of a homograph: integers that stand for its neighbors in the sentence.

Guarantees: the features of an occurrence are a pure function of its own sentence, made by integer
arithmetic, so they are the same on every machine, alone and in a batch. All occurrences are worked
out at once; Python runs per distinct token only.

Features (after Yarowsky 1997 and Gorman et al. 2018): the words, their classes (see `Classes`),
endings and capitals at places around the homograph, pairs and triples of them, and the words
further off as a bag. A word here is a piece of a token: parts of compounds and clitics stand by
themselves; quotes and brackets, which stand between words that belong together, are left out.

Letters in the names of arrays: N occurrences, P pieces, W tokens, R texts, F features, B bag.
"""

import re
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.phonemize import tokenizer
from pngnw.phonemize.tokenizer import Ints, Tokens, cumulated, gather

Keys = NDArray[np.uint64]
Keys32 = NDArray[np.uint32]

BAG_REACH: Final = 20
_EDGE: Final = 1  # stands for what is in front of the first piece and behind the last
# Odd numbers with well spread bits, from SplitMix64 (Steele et al. 2014).
_GOLDEN, _SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_HALF: Final = np.uint64(29)
_TOP: Final = np.uint64(32)
_UNKNOWN, _UNKNOWN_NAME = 0, 1  # classes

_PLAIN: Final = str.maketrans(
    dict.fromkeys(tokenizer.APOSTROPHES, "'") | dict.fromkeys(tokenizer.HYPHENS, "-")
)
_CLITIC: Final = r"n't$|'(?:s|ll|re|ve|d|m)$"
_PIECE: Final = re.compile(rf"{_CLITIC}|-|(?:(?!{_CLITIC})[^-])+", re.IGNORECASE)
_LEFT_OUT: Final = frozenset(f'"“”«»()[]{{}}{tokenizer.APOSTROPHES}{tokenizer.OPENING}')


def pieces(token: str) -> list[str]:
    """The parts of a token: "ex-convict's" is "ex", "-", "convict", "'s"."""
    if token.isalpha():
        return [token]
    if token in _LEFT_OUT:
        return []
    return _PIECE.findall(token.translate(_PLAIN))


@dataclass(frozen=True)
class Classes:
    """Kinds of words ("determiner", "verb or plural noun"): what a neighbor is, if not which.

    Attributes:
        keys: of lower-case words, and of endings ("-ing") for words that are not listed; rising.
        numbers: the class of each, from 2 on.
    """

    keys: Keys32
    numbers: NDArray[np.uint8]

    def of(self, words: Keys, endings: Keys, are_names: NDArray[np.bool_]) -> Keys:
        """The class of every word, given its key, that of its ending and whether it is a name."""
        listed = self._find(words)
        otherwise = np.where(are_names, np.uint64(_UNKNOWN_NAME), self._find(endings))
        return np.where(listed > 0, listed, otherwise)

    def _find(self, wanted: Keys) -> Keys:
        numbers = np.append(self.numbers, np.uint8(_UNKNOWN)).astype(np.uint64)
        return numbers[find(self.keys, wanted.astype(np.uint32))]


@dataclass(frozen=True)
class Features:
    """Features of N occurrences.

    Attributes:
        near_NF: what stands at fixed places; column f is the same question for every occurrence.
        bag_B: the words around, each once, occurrence after occurrence.
        bag_bounds: bag of occurrence n is `bag_B[bag_bounds[n]:bag_bounds[n + 1]]`.
    """

    near_NF: Keys
    bag_B: Keys
    bag_bounds: Ints

    def pick(self, which: Ints) -> "Features":
        """The features of some of the occurrences."""
        counts = np.diff(self.bag_bounds)[which]
        at = gather(self.bag_bounds[which], counts)
        return Features(self.near_NF[which], self.bag_B[at], cumulated(counts))

    def joined(self, other: "Features") -> "Features":
        """These features, and those of other occurrences behind them."""
        return Features(
            np.concatenate([self.near_NF, other.near_NF]),
            np.concatenate([self.bag_B, other.bag_B]),
            np.concatenate([self.bag_bounds, other.bag_bounds[1:] + len(self.bag_B)]),
        )


def key(text: str) -> int:
    """The number of a string."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def ending(word: str) -> str:
    """The last three letters, marked so that no word is taken for an ending."""
    return f"-{word[-3:]}"


def mix(first: Keys, second: Keys) -> Keys:
    """One number for two that stand in this order; wraps around."""
    mixed = (first ^ (second * _GOLDEN)) * _SPREAD
    return mixed ^ (mixed >> _HALF)


def top(keys: Keys) -> Keys32:
    """The half of a key that weights are listed under."""
    return (keys >> _TOP).astype(np.uint32)


def find(rising: Keys32, wanted: Keys32) -> Ints:
    """Where each wanted key stands among rising ones; `len(rising)` for one that is missing."""
    at = np.searchsorted(rising, wanted)
    is_there = np.append(rising, np.uint32(0))[at] == wanted
    return np.where(is_there & (at < len(rising)), at, len(rising))


def extract(tokens: Tokens, token_N: Ints, piece_N: Ints, classes: Classes) -> Features:
    """The features of homographs.

    Args:
        tokens: the tokens of all texts.
        token_N: which tokens are homographs, rising.
        piece_N: which piece of each is the homograph (0 but for a compound like "ex-convict").
        classes: the classes of neighbors.
    """
    row_N = np.searchsorted(tokens.bounds_R, token_N, "right") - 1
    rows, place_N = _numbered(row_N, len(tokens.bounds_R))
    widths = tokens.bounds_R[rows + 1] - tokens.bounds_R[rows]
    token_W = gather(tokens.bounds_R[rows], widths)
    kinds, kind_W = _numbered(tokens.kind_W[token_W], len(tokens.distinct))

    cut = [pieces(tokens.distinct[kind]) for kind in kinds.tolist()]
    counts = np.array([len(parts) for parts in cut], np.int64)
    piece_P = gather(cumulated(counts)[kind_W], counts[kind_W])
    first_W = cumulated(counts[kind_W])  # of every token its first piece
    bounds = first_W[cumulated(widths)]
    before_N = cumulated(widths)[place_N] + token_N - tokens.bounds_R[row_N]
    focus_N = first_W[before_N] + piece_N
    around = _Around(
        _describe([part for parts in cut for part in parts], classes)[:, piece_P],
        focus_N,
        bounds[place_N],
        bounds[place_N + 1],
    )
    bag_B, bag_counts = around.bag()
    return Features(around.near(), bag_B, cumulated(bag_counts))


def _numbered(values: Ints, end: int) -> tuple[Ints, Ints]:
    """The distinct values below `end`, rising, and where among them each value is."""
    seen = np.zeros(end, bool)
    seen[values] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[values]


def _describe(texts: list[str], classes: Classes) -> Keys:
    """Rows: the word, its class, its ending, its shape, and whether it goes into the bag."""
    lower = [text.lower() for text in texts]
    words = np.array([key(word) for word in lower], np.uint64)
    endings = np.array([key(ending(word)) for word in lower], np.uint64)
    names = np.array([text[:1].isupper() for text in texts], bool)
    shapes = [_shape(text) for text in texts]
    in_bag = [len(text) > 2 and text.isalpha() for text in texts]
    of_class = classes.of(words, endings, names)
    return np.stack(
        [words, of_class, endings, np.array(shapes, np.uint64), np.array(in_bag, np.uint64)]
    )


def _shape(text: str) -> int:
    if text.islower():
        return 1
    if text[:1].isupper():
        return 2 if text.isupper() and len(text) > 1 else 3
    return 4 if text.isalpha() else 5


@dataclass(frozen=True)
class _Around:
    """Descriptions of all pieces, and where among them each homograph and its text lie."""

    described: Keys
    focus_N: Ints
    low_N: Ints
    high_N: Ints

    def _at(self, offset: int) -> Keys:
        """Descriptions of the piece `offset` places from each homograph: 5 x N."""
        at = self.focus_N + offset
        within = (at >= self.low_N) & (at < self.high_N)
        return np.where(within, self.described[:, np.where(within, at, 0)], np.uint64(_EDGE))

    def near(self) -> Keys:
        """Answers to a fixed list of questions: N x F."""
        places = {offset: self._at(offset) for offset in range(-3, 4)}
        w, c, e, s = ({o: place[row] for o, place in places.items()} for row in range(4))
        opens = ((w[-1] == _EDGE) | (w[-1] == key(":"))).astype(np.uint64)
        questions: list[tuple[Keys, ...]] = [
            (),
            *((w[o],) for o in (-1, 1, -2, 2, -3, 3)),
            (w[-2], w[-1]), (w[1], w[2]), (w[-1], w[1]),
            *((c[o],) for o in (-1, 1, -2, 2, -3, 3)),
            (c[-2], c[-1]), (c[1], c[2]), (c[-1], c[1]), (c[-1], w[1]), (w[-1], c[1]),
            (c[-3], c[-2], c[-1]), (c[-2], c[-1], c[1]), (c[-1], c[1], c[2]),
            *((e[o],) for o in (-1, 1, -2, 2)),
            (s[0], opens), (s[-1], s[0]), (s[0], s[1]),
        ]  # fmt: skip
        columns = []
        for number, answers in enumerate(questions, start=1):
            column = np.full(len(self.focus_N), number, np.uint64)
            for answer in answers:
                column = mix(column, answer)
            columns.append(column)
        return np.stack(columns, axis=1)

    def bag(self) -> tuple[Keys, Ints]:
        """The words at most `BAG_REACH` pieces away, each once, and how many each homograph has."""
        low = np.maximum(self.low_N, self.focus_N - BAG_REACH)
        width = np.minimum(self.high_N, self.focus_N + BAG_REACH + 1) - low
        at = gather(low, width)
        owner = np.repeat(np.arange(len(low)), width)
        wanted = (self.described[4, at] == 1) & (at != self.focus_N[owner])
        pairs = (owner[wanted].astype(np.uint64) << _TOP) | self.described[0, at[wanted]]
        pairs.sort()  # faster than the hash table of `np.unique`
        pairs = pairs[np.diff(pairs, prepend=~pairs[:1]) != 0]
        counts = np.bincount((pairs >> _TOP).astype(np.int64), minlength=len(low))
        words = pairs & np.uint64(0xFFFFFFFF)
        return mix(np.zeros_like(words), words), counts
