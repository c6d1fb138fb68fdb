"""The homograph model: a linear model in integers that chooses a homograph's reading.

Guarantees: a choice is a pure function of the sentence; weights and sums are integers, so neither
the batch nor the order of adding can change it. Of equal scores the reading listed first wins.

A reading's score is the sum of the weights of its features. Each word has weights of its own for
every reading but its first; readings of one kind (verb, adjective) share a second set of weights,
which is what speaks for words and readings that training never saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from pngnw.core.errors import UserError
from pngnw.phonemize.homographs.features import Classes, Features, Keys, Keys32, find, key, mix, top
from pngnw.phonemize.tokenizer import Ints, gather

SHARED: Final = ("V", "A")  # against N, which scores 0
SCALE: Final = 2048  # of the weights: what 1.0 is in the file


@dataclass(frozen=True)
class Terms:
    """The terms of the scores: term t is of reading `reading_T[t]` of occurrence `owner_T[t]`.

    `bag_T` and `shared_T` say which terms are of the bag, and of a kind's weights.
    """

    owner_T: Ints
    reading_T: Ints
    key_T: Keys32
    bag_T: NDArray[np.bool_]
    shared_T: NDArray[np.bool_]


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
    parts: list[Terms] = []
    for reading in range(1, max(counts, default=0)) if own else ():
        of_word = np.array([key(f"{name} {reading}") for name in names], np.uint64)
        which = np.flatnonzero(counts > reading)
        parts.append(_terms(which, np.full(len(which), reading), of_word[word_N[which]], features))
        parts.append(_bag_terms(which, reading, of_word[word_N], features))
    for kind in SHARED:
        has = np.array([list(kinds[name]).index(kind) if kind in kinds[name] else -1
                        for name in names], np.int64)  # fmt: skip
        # Plurals and third persons look different around them from bare nouns and verbs.
        of_kind = np.array([key(f"{kind} {name[-1:] == 's'}") for name in names], np.uint64)
        which = np.flatnonzero(has[word_N] >= 0)
        parts.append(_terms(which, has[word_N[which]], of_kind[word_N[which]], features, True))
    return Terms(
        *(
            np.concatenate([getattr(each, name) for each in parts])
            for name in ("owner_T", "reading_T", "key_T", "bag_T", "shared_T")
        )
    )


def _terms(which: Ints, reading: Ints, salt: Keys, of: Features, shared: bool = False) -> Terms:
    near = of.near_NF[which]
    keys = top(mix(near, np.broadcast_to(salt[:, None], near.shape))).ravel()
    width = near.shape[1]
    return Terms(
        np.repeat(which, width),
        np.repeat(reading, width),
        keys,
        np.zeros(len(keys), bool),
        np.full(len(keys), shared),
    )


def _bag_terms(which: Ints, reading: int, salt_N: Keys, of: Features) -> Terms:
    counts = np.diff(of.bag_bounds)[which]
    at = gather(of.bag_bounds[which], counts)
    owner = np.repeat(which, counts)
    keys = top(mix(of.bag_B[at], salt_N[owner]))
    return Terms(
        owner,
        np.full(len(owner), reading),
        keys,
        np.ones(len(keys), bool),
        np.zeros(len(keys), bool),
    )


@dataclass(frozen=True)
class Model:
    """Weights by key (rising), and the classes of neighbours."""

    keys: Keys32
    weights: NDArray[np.int16]
    classes: Classes

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Read the weights. Raises `UserError` when the file is missing or damaged."""
        try:
            tensors = load_file(path)
            return cls(
                tensors["keys"],
                tensors["weights"],
                Classes(tensors["class_keys"], tensors["class_numbers"]),
            )
        except (OSError, SafetensorError, KeyError) as error:
            raise UserError(
                f"{path}: no homograph weights ({error}); check the file out again"
            ) from None

    def choose(
        self, words: Sequence[str], kinds: Mapping[str, Sequence[str]], features: Features
    ) -> Ints:
        """The number of the best reading of every occurrence; arguments as in `terms`."""
        counts = np.array([len(kinds[word]) for word in words], np.int64)
        widest = max(counts, default=1)
        each = terms(words, kinds, features)
        weights = np.append(self.weights, np.int16(0)).astype(np.int64)
        # Sums of integers below 2^53 are exact in the float64 that bincount adds up in.
        flat = np.bincount(
            each.owner_T * widest + each.reading_T,
            weights=weights[find(self.keys, each.key_T)],
            minlength=len(words) * widest,
        )
        scores = flat.astype(np.int64).reshape(len(words), widest)
        scores[np.arange(widest) >= counts[:, None]] = np.iinfo(np.int64).min
        best: Ints = scores.argmax(axis=1)
        return best
