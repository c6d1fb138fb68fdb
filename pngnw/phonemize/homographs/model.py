"""The homograph model: a linear model in integers that chooses a homograph's reading.

Guarantees: a choice is a pure function of the sentence; weights and sums are integers, so neither
the batch nor the order of adding can change it. Of equal scores the reading listed first wins.
Nothing is changed after loading, so threads may share a model.

A reading's score is the sum of the weights of its features. Each word has weights of its own for
every reading but its first; readings of one kind (verb, adjective) share a second set of weights,
which is what speaks for words and readings that training never saw. The confidence of a choice is
its softmax, with a temperature that was fitted on sentences the model had not seen (Guo et al.
2017).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from pngnw.core.ragged import gather
from pngnw.phonemize.homographs.features import Features, mix, top
from pngnw.phonemize.homographs.neighbors import Keys, Keys32, Vocabulary, key
from pngnw.phonemize.tokenizer import Ints

SHARED: Final = ("V", "A")  # against N, which scores 0
SCALE: Final = 2048  # of the weights: what 1.0 is in the file
_NEVER: Final = -(1 << 40)  # the score of a reading that a word does not have
_SLOT: Final = np.uint32(11)  # 2^21 slots: a key's higher bits are its slot, the others its check
_CHECK: Final = np.uint32((1 << 11) - 1)


class Terms(NamedTuple):
    """The terms of the scores: term t is of reading `reading_T[t]` of occurrence `owner_T[t]`.

    `kind_T` is 0 for a word's own weights, 1 for those of its bag, 2 for those of a kind, 3 for the
    own weights of a word that shares none.
    """

    owner_T: Ints
    reading_T: Ints
    key_T: Keys32
    kind_T: Ints


def terms(
    words: Sequence[str], kinds: Mapping[str, Sequence[str]], features: Features, own: bool = True
) -> Terms:
    """The terms of every occurrence.

    Args:
        words: the homograph of every occurrence.
        kinds: of every homograph, the kinds of its readings.
        features: of every occurrence.
        own: whether the words have weights of their own.
    """
    names = sorted(set(words))
    numbers = {name: number for number, name in enumerate(names)}
    word_N = np.array([numbers[word] for word in words], np.int64)
    counts = np.array([len(kinds[name]) for name in names], np.int64)[word_N]
    shares_N = np.array([not {*SHARED}.isdisjoint(kinds[name]) for name in names], bool)[word_N]
    parts: list[tuple[Ints, Ints, Keys, Keys, int]] = []  # owner, reading, key, salt, kind
    for reading in range(1, max(counts, default=0)) if own else ():
        of_word = np.array([key(f"{name} {reading}") for name in names], np.uint64)[word_N]
        which = np.flatnonzero(counts > reading)
        for some, number in ((which[shares_N[which]], 0), (which[~shares_N[which]], 3)):
            parts.append(_near(some, np.full(len(some), reading), of_word, features, number))
        in_bag = np.diff(features.bag_bounds)[which]
        owner = np.repeat(which, in_bag)
        bag = features.bag_B[gather(features.bag_bounds[which], in_bag)]
        parts.append((owner, np.full(len(owner), reading), bag, of_word[owner], 1))
    for kind in SHARED:
        has = np.array([list(kinds[name]).index(kind) if kind in kinds[name] else -1
                        for name in names], np.int64)[word_N]  # fmt: skip
        # Plurals and third persons look different around them from bare nouns and verbs.
        of_kind = np.array([key(f"{kind} {name[-1:] == 's'}") for name in names], np.uint64)
        which = np.flatnonzero(has >= 0)
        parts.append(_near(which, has[which], of_kind[word_N], features, 2))
    owners, readings, keys, salts, numbers_of_kind = zip(*parts, strict=True)
    return Terms(
        np.concatenate(owners),
        np.concatenate(readings),
        top(mix(np.concatenate(keys), np.concatenate(salts))),
        np.repeat(np.array(numbers_of_kind), [len(each) for each in owners]),
    )


def _near(
    which: Ints, reading: Ints, salt_N: Keys, features: Features, kind: int
) -> tuple[Ints, Ints, Keys, Keys, int]:
    """The terms of the features at fixed places, before their keys are mixed."""
    near = features.near_NF[which]
    owner, readings = np.repeat(which, near.shape[1]), np.repeat(reading, near.shape[1])
    return owner, readings, near.ravel(), salt_N[owner], kind


def slots(keys: Keys32) -> Ints:
    """The slot of the table of weights that each key has; keys of one model share none."""
    return (keys >> _SLOT).astype(np.int64)


@dataclass(frozen=True)
class Model:
    """Weights by key (rising), what is known of neighbors, and the softmax's temperature."""

    keys: Keys32
    weights: NDArray[np.int16]
    vocabulary: Vocabulary
    temperature: float = 1.0
    _table: NDArray[np.int32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A look into a table is a tenth of the work of a binary search.
        table = np.zeros(1 << 21, np.int32)
        packed = (self.keys & _CHECK).astype(np.int32) << 16
        table[slots(self.keys)] = packed | self.weights.view(np.uint16)
        object.__setattr__(self, "_table", table)

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Read the weights that `pngnw.tools.homographs.training` wrote."""
        tensors = load_file(path)
        names = ("keys", "classes", "fine", "broad", "traits")
        vocabulary = Vocabulary(*(tensors[f"vocabulary_{name}"] for name in names))
        return cls(
            tensors["keys"], tensors["weights"], vocabulary, float(tensors["temperature"][0])
        )

    def scores(
        self, words: Sequence[str], kinds: Mapping[str, Sequence[str]], features: Features
    ) -> Ints:
        """The score of every reading (N x readings); arguments as in `terms`.

        Words with fewer readings than others have `_NEVER` for those that they lack.
        """
        counts = np.array([len(kinds[word]) for word in words], np.int64)
        widest = max(counts, default=1)
        each = terms(words, kinds, features)
        # Sums of integers below 2^53 are exact in the float64 that bincount adds up in.
        flat = np.bincount(
            each.owner_T * widest + each.reading_T,
            weights=self._look_up(each.key_T),
            minlength=len(words) * widest,
        )
        scores = flat.astype(np.int64).reshape(len(words), widest)
        scores[np.arange(widest) >= counts[:, None]] = _NEVER
        return scores

    def choose(
        self, words: Sequence[str], kinds: Mapping[str, Sequence[str]], features: Features
    ) -> tuple[Ints, NDArray[np.float64]]:
        """The number of the best reading of every occurrence, and how likely it is right."""
        scores = self.scores(words, kinds, features)
        best: Ints = scores.argmax(axis=1)
        return best, confidence(scores, self.temperature)

    def _look_up(self, keys: Keys32) -> Ints:
        found = self._table[slots(keys)]
        weights: Ints = np.where(
            found >> 16 == (keys & _CHECK).astype(np.int32), found.astype(np.int16), 0
        )
        return weights


def confidence(scores: Ints, temperature: float) -> NDArray[np.float64]:
    """The softmax of the best of each row of scores, to three digits."""
    below = (scores - scores.max(axis=1, keepdims=True)).astype(np.float64)
    sums = np.exp(below / (SCALE * temperature)).sum(axis=1)
    rounded: NDArray[np.float64] = np.round(1 / sums, 3)
    return rounded
