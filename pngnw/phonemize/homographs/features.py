"""Features of a homograph: integers that stand for its neighbors in the sentence.

Guarantees: the features of an occurrence are a pure function of its own sentence, made by integer
arithmetic, so they are the same on every machine, alone and in a batch. All occurrences are worked
out at once; Python runs per distinct token only.

Features (after Yarowsky 1997 and Gorman et al. 2018): the words, their classes and clusters (see
`neighbors`), endings and capitals at places around the homograph, pairs and triples of them; what
stands in front of it and behind it across adverbs, and across the whole subject or object; the
nearest auxiliary; the tense of the nearest verbs and of the whole sentence, and words of time; and
the words further off and their clusters as a bag. A word here is a piece of a token: parts of
compounds and clitics stand by themselves; quotes and brackets, which stand between words that
belong together, are left out.

Letters in the names of arrays: N occurrences, P pieces, W tokens, R texts, F features, B bag.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from pngnw.core.ragged import gather, offsets
from pngnw.phonemize import tokenizer
from pngnw.phonemize.homographs import neighbors
from pngnw.phonemize.homographs.neighbors import Keys, Keys32, Vocabulary, ending, key
from pngnw.phonemize.tokenizer import Ints, Tokens

BAG_REACH: Final = 20
REACH: Final = 8  # places that are searched for subject, object and verbs
_EDGE: Final = 1  # stands for what is in front of the first piece and behind the last
# Odd numbers with well spread bits, from SplitMix64 (Steele et al. 2014).
_GOLDEN, _SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_HALF: Final = np.uint64(29)
_TOP: Final = np.uint64(32)
# Keep fine and broad clusters apart from words; arrays, which wrap around without a warning.
_ONE, _TWO = np.array([77], np.uint64), np.array([78], np.uint64)
# Words of grammar say little of what a text is about, and much where they stand: no bag for them.
_GRAMMAR: Final = neighbors.AUXILIARY | neighbors.STOP | neighbors.HE | neighbors.WE
# Rows of descriptions.
_WORD, _FINE, _BROAD, _TRAITS, _IN_BAG = 0, 4, 5, 6, 7

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


def mix(first: Keys, second: Keys) -> Keys:
    """One number for two that stand in this order; wraps around."""
    mixed = (first ^ (second * _GOLDEN)) * _SPREAD
    return mixed ^ (mixed >> _HALF)


def top(keys: Keys) -> Keys32:
    """The half of a key that weights are listed under."""
    return (keys >> _TOP).astype(np.uint32)


def extract(tokens: Tokens, token_N: Ints, piece_N: Ints, vocabulary: Vocabulary) -> Features:
    """The features of homographs.

    Args:
        tokens: the tokens of all texts.
        token_N: which tokens are homographs, rising.
        piece_N: which piece of each is the homograph (0 but for a compound like "ex-convict").
        vocabulary: what is known of neighbors.
    """
    row_N = np.searchsorted(tokens.bounds_R, token_N, "right") - 1
    rows, place_N = _numbered(row_N, len(tokens.bounds_R))
    widths = tokens.bounds_R[rows + 1] - tokens.bounds_R[rows]
    token_W = gather(tokens.bounds_R[rows], widths)
    kinds, kind_W = _numbered(tokens.kind_W[token_W], len(tokens.distinct))

    cut = [pieces(tokens.distinct[kind]) for kind in kinds.tolist()]
    counts = np.array([len(parts) for parts in cut], np.int64)
    piece_P = gather(offsets(counts)[kind_W], counts[kind_W])
    first_W = offsets(counts[kind_W])  # of every token its first piece
    bounds = first_W[offsets(widths)]
    before_N = offsets(widths)[place_N] + token_N - tokens.bounds_R[row_N]
    focus_N = first_W[before_N] + piece_N
    around = _Around(
        _describe([part for parts in cut for part in parts], vocabulary)[:, piece_P],
        focus_N,
        bounds[place_N],
        bounds[place_N + 1],
    )
    bag_B, bag_counts = around.bag()
    return Features(around.near(), bag_B, offsets(bag_counts))


def _numbered(values: Ints, end: int) -> tuple[Ints, Ints]:
    """The distinct values below `end`, rising, and where among them each value is."""
    seen = np.zeros(end, bool)
    seen[values] = True
    return np.flatnonzero(seen), (np.cumsum(seen) - 1)[values]


def _describe(texts: list[str], vocabulary: Vocabulary) -> Keys:
    """The rows of `_Around`: 8 x texts."""
    lower = [text.lower() for text in texts]
    words = np.array([key(word) for word in lower], np.uint64)
    endings = np.array([key(ending(word)) for word in lower], np.uint64)
    names = np.array([text[:1].isupper() for text in texts], bool)
    shapes = np.array([_shape(text) for text in texts], np.uint64)
    classes, fine, broad, traits = vocabulary.of(words, endings, names)
    is_long = np.array([len(text) > 2 and text.isalpha() for text in texts], bool)
    in_bag = (is_long & (traits & _GRAMMAR == 0)).astype(np.uint64)
    return np.stack([words, classes, endings, shapes, fine, broad, traits, in_bag])


def _shape(text: str) -> int:
    if text.islower():
        return 1
    if text[:1].isupper():
        return 2 if text.isupper() and len(text) > 1 else 3
    return 4 if text.isalpha() else 5


@dataclass(frozen=True)
class _Around:
    """Descriptions of all pieces, and where among them each homograph and its text lie.

    Rows of `described`: word, class, ending, shape, fine and broad cluster, traits, and whether the
    word goes into the bag.
    """

    described: Keys
    focus_N: Ints
    low_N: Ints
    high_N: Ints

    def _at(self, offset: int) -> Keys:
        """Descriptions of the piece `offset` places from each homograph: 8 x N."""
        at = self.focus_N + offset
        within = (at >= self.low_N) & (at < self.high_N)
        found = np.where(within, self.described[:, np.where(within, at, 0)], np.uint64(_EDGE))
        found[_TRAITS, ~within] = neighbors.STOP
        return found

    def near(self) -> Keys:
        """Answers to a fixed list of questions: N x F."""
        places = {offset: self._at(offset) for offset in range(-REACH, REACH + 1)}
        w, c, e, s, f, b = ({o: place[row] for o, place in places.items()} for row in range(6))
        left = [places[-step] for step in range(1, REACH + 1)]
        right = [places[step] for step in range(1, REACH + 1)]
        before, behind = (_first(side, neighbors.ADVERB) for side in (left, right))
        subject = neighbors.ADVERB | neighbors.NOMINAL
        before_all, behind_all = (_first(side, subject) for side in (left, right))
        who = _agreement(before[_TRAITS])
        helper, verb, next_verb = _auxiliary(left), _tense(left), _tense(right)
        story, times = self._story()
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
            *((f[o],) for o in (-1, 1, -2, 2)), (b[-1],), (b[1],),
            (before[0],), (before[1],), (behind[0],), (behind[1],), (before[1], behind[1]),
            (before_all[0],), (before_all[1],), (behind_all[0],), (behind_all[1],),
            (before_all[0], who), (before_all[1], who, behind[1]), (before[0], before_all[0]),
            (helper,), (helper, who), (helper, times), (verb,), (verb, next_verb), (verb, who),
            (story,), (times,), (story, who), (times, who), (story, times, who),
        ]  # fmt: skip
        columns = []
        for number, answers in enumerate(questions, start=1):
            column = np.full(len(self.focus_N), number, np.uint64)
            for answer in answers:
                column = mix(column, answer)
            columns.append(column)
        return np.stack(columns, axis=1)

    def _window(self) -> tuple[Ints, Ints]:
        """The pieces at most `BAG_REACH` away from each homograph, and whose they are."""
        low = np.maximum(self.low_N, self.focus_N - BAG_REACH)
        width = np.minimum(self.high_N, self.focus_N + BAG_REACH + 1) - low
        at, owner = gather(low, width), np.repeat(np.arange(len(low)), width)
        is_other = at != self.focus_N[owner]
        return at[is_other], owner[is_other]

    def _story(self) -> tuple[Keys, Keys]:
        """The tenses of the sentence, and its words of time."""
        at, owner = self._window()
        traits = self.described[_TRAITS, at]

        def count(trait: np.uint64, most: int) -> Keys:
            found = np.bincount(owner[traits & trait > 0], minlength=len(self.focus_N))
            return np.minimum(found, most).astype(np.uint64)

        three, two = np.uint64(3), np.uint64(2)
        story = count(neighbors.PAST, 2) * three + count(neighbors.PRESENT, 2)
        times = count(neighbors.PAST_TIME, 1) * two + count(neighbors.PRESENT_TIME, 1)
        return story, times

    def bag(self) -> tuple[Keys, Ints]:
        """The words around and their clusters, each once, and how many each homograph has."""
        at, owner = self._window()
        is_word = self.described[_IN_BAG, at] == 1
        at, owner = at[is_word], owner[is_word]
        words, fine, broad = self.described[[_WORD, _FINE, _BROAD]][:, at]
        known = fine > 0
        clusters = (mix(each[known], salt) >> _TOP for each, salt in ((fine, _ONE), (broad, _TWO)))
        owners = np.concatenate([owner, owner[known], owner[known]]).astype(np.uint64)
        pairs = (owners << _TOP) | np.concatenate([words, *clusters])
        pairs.sort()  # faster than the hash table of `np.unique`
        pairs = pairs[np.diff(pairs, prepend=~pairs[:1]) != 0]
        counts = np.bincount((pairs >> _TOP).astype(np.int64), minlength=len(self.focus_N))
        words = pairs & np.uint64(0xFFFFFFFF)
        return mix(np.zeros_like(words), words), counts


def _first(side: list[Keys], skipped: np.uint64) -> Keys:
    """The description of the first piece of a side without any of the skipped traits: 8 x N."""
    found = np.full_like(side[0], _EDGE)
    found[_TRAITS] = neighbors.STOP
    for place in reversed(side):
        is_it = place[_TRAITS] & skipped == 0
        found[:, is_it] = place[:, is_it]
    return found


def _agreement(traits_N: Keys) -> Keys:
    """What a subject in front asks of the verb: third person singular, plural, no subject ..."""
    kinds = (
        neighbors.SINGULAR, neighbors.PLURAL, neighbors.HE, neighbors.WE, neighbors.AUXILIARY,
        neighbors.STOP, neighbors.PAST, neighbors.PRESENT,
    )  # fmt: skip
    found: Keys = np.zeros_like(traits_N)
    for number, trait in enumerate(kinds, start=1):
        found[traits_N & trait > 0] = number
    return found


def _auxiliary(left: list[Keys]) -> Keys:
    """The nearest auxiliary in front, if no mark or conjunction is nearer."""
    found: Keys = np.zeros_like(left[0][_WORD])
    for place in reversed(left):
        found[place[_TRAITS] & neighbors.STOP > 0] = 0
        is_it = place[_TRAITS] & neighbors.AUXILIARY > 0
        found[is_it] = place[_WORD, is_it]
    return found


def _tense(side: list[Keys]) -> Keys:
    """The tense of the nearest verb of a side."""
    tenses = neighbors.PAST | neighbors.PRESENT | neighbors.MODAL
    found: Keys = np.zeros_like(side[0][_TRAITS])
    for place in reversed(side):
        tense = place[_TRAITS] & tenses
        found = np.where(tense > 0, tense, found)
    return found
