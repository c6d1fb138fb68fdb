"""A part-of-speech tagger, and what it teaches the homograph model; used in training only.

The tags are those of a greedy left-to-right averaged perceptron (Collins 2002; NLTK's code of
M. Honnibal's tagger), trained on the Penn Treebank: `textblob-aptagger` 0.2.0 (MIT). Its file is a
pickle of plain containers; it is read by an unpickler that refuses to build anything but a `set`.
The tags give classes of words (see `vocabulary`), and silver examples: occurrences of words that
are now verb, now noun. Nothing here looks at a labelled homograph.
"""

import importlib.util
import io
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from nltk.tag.perceptron import PerceptronTagger  # type: ignore[import-untyped]  # nltk has no types

from pngnw.core.errors import UserError
from pngnw.phonemize.homographs.features import pieces
from pngnw.phonemize.tokenizer import APOSTROPHES, HYPHENS, OPENING, Ints, Tokens, tokenize

_CLITICS: Final = ("'s", "'ll", "'re", "'ve", "'d", "'m")
_MARKS: Final = dict.fromkeys(OPENING + "\u201c\u00ab", "``") | {
    "\u201d": "''", "\u00bb": "''", '"': "''", "\u2019": "''",
    "(": "-LRB-", ")": "-RRB-", "[": "-LRB-", "]": "-RRB-", "{": "-LRB-", "}": "-RRB-",
    "\u2014": "--", "\u2013": "--", "\u2026": "...",
}  # fmt: skip
_PLAIN: Final = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-"))

_VERB_SHARE: Final = (0.1, 0.9)
_AMBIGUOUS: Final = 8  # times that a word which is verb and noun must occur
_SEED: Final = 0
_EACH: Final = 40  # examples of a word as a verb, and as a noun
_BARE: Final = {"VB": "V", "VBP": "V", "NN": "N", "JJ": "N"}
_WITH_S: Final = {"VBZ": "V", "NNS": "N"}


def package_file(package: str, name: str) -> Path:
    """A data file of an installed package, which is not imported."""
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent / name if spec and spec.origin else None
    if path is None or not path.is_file():
        raise UserError(f"{package}/{name}: not found; the package {package} is needed")
    return path


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


def load_tagger() -> PerceptronTagger:
    """NLTK's tagger with the weights of `textblob-aptagger`; 0.3 s."""
    path = package_file("textblob_aptagger", "trontagger-0.1.0.pickle")
    tagger = PerceptronTagger(load=False)
    tagger.model.weights, tagger.tagdict, tagger.classes = read_plain_pickle(path.read_bytes())
    tagger.model.classes = tagger.classes
    return tagger


def treebank(tokens: Sequence[str]) -> tuple[list[str], list[int]]:
    """Our tokens as the Penn Treebank writes them, and where each of ours starts among them.

    Clitics are words of their own ("do n't"), brackets and quotes have names.
    """
    parts: list[str] = []
    starts: list[int] = []
    for token in tokens:
        starts.append(len(parts))
        if token.isalpha() or len(token) == 1 or not any(mark in token for mark in APOSTROPHES):
            parts.append(_MARKS.get(token, token))
            continue
        plain = token.translate(_PLAIN)
        lower = plain.lower()
        clitic = next((c for c in ("n't", *_CLITICS) if lower.endswith(c)), "")
        stem = len(plain) - len(clitic)
        parts.extend(part for part in (plain[:stem], plain[stem:]) if part)
    return parts, starts


@dataclass(frozen=True)
class Tagged:
    """Tokens of sentences with a Penn Treebank tag each (that of its first piece)."""

    tokens: Tokens
    tags: list[str]
    counts: Mapping[str, Counter[str]]


@dataclass(frozen=True)
class Silver:
    """N tokens that are verb or noun: which of them the tagger says each one is."""

    words: list[str]
    kinds: list[str]
    tokens: Tokens
    token_N: Ints


def tag(texts: Iterable[str]) -> Tagged:
    """Tag sentences; about 50,000 words a second."""
    tagger = load_tagger()
    tokens = tokenize(pa.array(list(texts), pa.large_string()))
    tags: list[str] = []
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for first, last in zip(tokens.bounds_R[:-1], tokens.bounds_R[1:], strict=True):
        words = [tokens.distinct[kind] for kind in tokens.kind_W[first:last].tolist()]
        parts, starts = treebank(words)
        part_tags = [each for _, each in tagger.tag(parts)]
        tags.extend(part_tags[start] for start in starts)
        for part, each in zip(parts, part_tags, strict=True):
            counts[part.lower()][each] += 1
    return Tagged(tokens, tags, counts)


def verbs_and_nouns(tagged: Tagged) -> Silver:
    """Occurrences of words that are now verb, now noun: at most `_EACH` of a word as either."""
    ambiguous = dict(_ambiguous(tagged.counts))
    lower = [word.lower() for word in tagged.tokens.distinct]
    kind_W = tagged.tokens.kind_W.tolist()
    count: Counter[tuple[str, str]] = Counter()
    chosen: dict[int, tuple[str, str]] = {}
    for token in np.random.default_rng(_SEED).permutation(len(kind_W)).tolist():
        word = lower[kind_W[token]]
        kind = ambiguous.get(word, {}).get(tagged.tags[token])
        if kind is not None and count[word, kind] < _EACH and len(pieces(word)) == 1:
            count[word, kind] += 1
            chosen[token] = word, kind
    rising = sorted(chosen)
    words, kinds = ([chosen[token][part] for token in rising] for part in (0, 1))
    return Silver(words, kinds, tagged.tokens, np.array(rising, np.int64))


def _ambiguous(
    counts: Mapping[str, Counter[str]],
) -> Iterator[tuple[str, Mapping[str, str]]]:
    for word, tags in counts.items():
        kinds = _WITH_S if word.endswith("s") else _BARE
        seen = sum(tags[each] for each in kinds)
        verbs = sum(tags[each] for each, kind in kinds.items() if kind == "V")
        low, high = _VERB_SHARE
        often = len(word) > 2 and seen >= max(_AMBIGUOUS, 0.9 * tags.total())
        if often and low * seen <= verbs <= high * seen:
            yield word, kinds
