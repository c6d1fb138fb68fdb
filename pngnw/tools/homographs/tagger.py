"""Part of speech of the words of a sentence, by an averaged perceptron; used in training only.

Guarantees: the tags are those of a greedy left-to-right tagger, a pure function of the sentence.
`silver` boils them down for the homograph model; the product never loads the tagger.
Weights: `textblob-aptagger` 0.2.0 (MIT), an averaged perceptron (Collins 2002) with the features of
M. Honnibal's tagger, trained on the Penn Treebank. The file is a pickle of plain containers; it is
read by an unpickler that refuses to build anything but a `set`.
"""

import io
import pickle
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pngnw.core.errors import UserError
from pngnw.phonemize.lexicon import package_file
from pngnw.phonemize.words import APOSTROPHES, HYPHENS, OPENING

_START: Final = ("-START-", "-START2-")
_END: Final = ("-END-", "-END2-")
_CLITICS: Final = ("'s", "'ll", "'re", "'ve", "'d", "'m")
_MARKS: Final = dict.fromkeys(OPENING + "\u201c\u00ab", "``") | {
    "\u201d": "''", "\u00bb": "''", '"': "''", "\u2019": "''",
    "(": "-LRB-", ")": "-RRB-", "[": "-LRB-", "]": "-RRB-", "{": "-LRB-", "}": "-RRB-",
    "\u2014": "--", "\u2013": "--", "\u2026": "...",
}  # fmt: skip


class _PlainContainers(pickle.Unpickler):
    """Containers, numbers and strings, and no class but `set`: a pickle can run any other."""

    def find_class(self, module: str, name: str) -> type[set[Any]]:
        if (module, name) in (("__builtin__", "set"), ("builtins", "set")):
            return set
        raise UserError(f"tagger weights: refused to load {module}.{name}; reinstall the package")


def read_plain_pickle(data: bytes) -> Any:
    """Unpickle plain containers. Raises `UserError` for anything else, before it is built."""
    try:
        return _PlainContainers(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, EOFError, ValueError, IndexError) as error:
        raise UserError(f"tagger weights: damaged ({error}); reinstall the package") from None


class Tagger:
    """`weights[feature][tag]`, the tag of words that only have one, and all tags."""

    def __init__(
        self, weights: dict[str, dict[str, float]], fixed: dict[str, str], tags: set[str]
    ) -> None:
        self._weights = weights
        self._fixed = fixed
        # The best score wins, of equal ones the tag that is last in the alphabet: argmax is first.
        self._tags = sorted(tags, reverse=True)
        self._column = {tag: column for column, tag in enumerate(self._tags)}
        self._vectors: dict[str, NDArray[np.float64]] = {}

    @classmethod
    def load(cls) -> "Tagger":
        """Read the weights of `textblob-aptagger`; 0.3 s."""
        path = package_file("textblob_aptagger", "trontagger-0.1.0.pickle")
        return cls(*read_plain_pickle(path.read_bytes()))

    def tag(self, words: Sequence[str]) -> list[str]:
        """Penn Treebank tags of the words of a sentence."""
        context = (*_START, *(_normal(word) for word in words), *_END)
        # The edge of a sentence counts as two tags, -START- next to the first word.
        tags = [*reversed(_START)]
        for at, word in enumerate(words):
            fixed = self._fixed.get(word)
            tags.append(fixed or self._best(_features(word, context, at + 2, tags[-1], tags[-2])))
        return tags[2:]

    def _best(self, features: Sequence[str]) -> str:
        scores = np.zeros(len(self._tags))
        for feature in features:
            if feature in self._weights:
                scores += self._vector(feature)
        return self._tags[int(scores.argmax())]

    def _vector(self, feature: str) -> NDArray[np.float64]:
        """The weights of a feature by tag, spread out when they are first needed."""
        vector = self._vectors.get(feature)
        if vector is None:
            vector = np.zeros(len(self._tags))
            for tag, weight in self._weights[feature].items():
                vector[self._column[tag]] = weight
            self._vectors[feature] = vector
        return vector


def _features(word: str, context: Sequence[str], at: int, before: str, second: str) -> list[str]:
    """The features of the word at `context[at]`; their names are keys of the weights."""
    return [
        "bias",
        f"i suffix {word[-3:]}",
        f"i pref1 {word[0]}",
        f"i-1 tag {before}",
        f"i-2 tag {second}",
        f"i tag+i-2 tag {before} {second}",
        f"i word {context[at]}",
        f"i-1 tag+i word {before} {context[at]}",
        f"i-1 word {context[at - 1]}",
        f"i-1 suffix {context[at - 1][-3:]}",
        f"i-2 word {context[at - 2]}",
        f"i+1 word {context[at + 1]}",
        f"i+1 suffix {context[at + 1][-3:]}",
        f"i+2 word {context[at + 2]}",
    ]


def _normal(word: str) -> str:
    """A word as a context feature: case and numbers are taken out."""
    if word.isalpha():
        return word.lower()
    if "-" in word and word[0] != "-":
        return "!HYPHEN"
    if word.isdigit() and len(word) == 4:
        return "!YEAR"
    return "!DIGITS" if word[0].isdigit() else word.lower()


def treebank(tokens: Sequence[str]) -> tuple[list[str], list[int]]:
    """Our tokens as the Penn Treebank writes them, and where each of ours starts among them.

    Clitics are words of their own ("do n't"), brackets and quotes have names.
    """
    pieces: list[str] = []
    starts: list[int] = []
    for token in tokens:
        starts.append(len(pieces))
        if token.isalpha() or len(token) == 1 or not any(mark in token for mark in APOSTROPHES):
            pieces.append(_MARKS.get(token, token))
            continue
        plain = token.translate(_PLAIN)
        lower = plain.lower()
        clitic = next((c for c in ("n't", *_CLITICS) if lower.endswith(c)), "")
        stem = len(plain) - len(clitic)
        pieces.extend(part for part in (plain[:stem], plain[stem:]) if part)
    return pieces, starts


_PLAIN: Final = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-"))
