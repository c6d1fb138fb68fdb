"""What a part-of-speech tagger knows, boiled down: classes of words, and nouns told from verbs.

Guarantees: pure functions of the tagged sentences; nothing here looks at a labelled homograph.
The tagger is used while the homograph model is trained and never by the product.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from pngnw.phonemize import tokenizer
from pngnw.phonemize.homographs.features import Classes, ending, key
from pngnw.phonemize.homographs.pieces import pieces
from pngnw.phonemize.tokenizer import Ints, Tokens
from pngnw.tools.homographs.tagger import Tagger, treebank

_SEEN: Final = 3  # times a word must occur to have a class of its own
_SECOND: Final = 0.2  # share that a second tag needs to be part of the class
_RARE, _ENDINGS = 5, 5  # endings are counted on words this rare, and need this many
_CLASSES: Final = 250
_VERB_SHARE: Final = (0.1, 0.9)
_AMBIGUOUS: Final = 8  # times that a word which is verb and noun must occur
_SEED: Final = 0
_EACH: Final = 40  # examples of a word as a verb, and as a noun
_BARE: Final = {"VB": "V", "VBP": "V", "NN": "N", "JJ": "N"}
_WITH_S: Final = {"VBZ": "V", "NNS": "N"}


@dataclass(frozen=True)
class Tagged:
    """Tokens of sentences with a Penn Treebank tag each (that of its first piece)."""

    tokens: Tokens
    tags: list[str]
    counts: Mapping[str, Counter[str]]


@dataclass(frozen=True)
class Silver:
    """Tokens that are verb or noun: what kind the tagger says each one is."""

    words: list[str]
    kinds: list[str]
    tokens: Tokens
    found: Ints


def tag(texts: Iterable[str]) -> Tagged:
    """Tag sentences; about 70,000 words a second."""
    tagger = Tagger.load()
    tokens = tokenizer.tokenize(pa.array(list(texts), pa.large_string()))
    tags: list[str] = []
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for first, last in zip(tokens.bounds_R[:-1], tokens.bounds_R[1:], strict=True):
        words = [tokens.distinct[kind] for kind in tokens.kind_W[first:last].tolist()]
        parts, starts = treebank(words)
        found = tagger.tag(parts)
        tags.extend(found[start] for start in starts)
        for part, each in zip(parts, found, strict=True):
            counts[part.lower()][each] += 1
    return Tagged(tokens, tags, counts)


def classes(tagged: Tagged) -> Classes:
    """The class of a word is its commonest tag, or its two commonest when the second is common."""
    names: dict[str, str] = {}
    by_ending: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, tags in tagged.counts.items():
        seen = tags.total()
        if seen >= _SEEN:
            common = [each for each, count in tags.most_common(2) if count >= _SECOND * seen]
            names[word] = "|".join(sorted(common))
        if seen <= _RARE:
            by_ending[ending(word)].update(tags)
    for suffix, tags in by_ending.items():
        if tags.total() >= _ENDINGS:
            names.setdefault(suffix, tags.most_common(1)[0][0])
    commonest = [name for name, _ in Counter(names.values()).most_common(_CLASSES)]
    numbers = {name: number for number, name in enumerate(commonest, start=2)}
    listed = {
        key(word): numbers.get(name) or numbers[name.split("|")[0]] for word, name in names.items()
    }
    rising = sorted(listed)
    return Classes(
        np.array(rising, np.uint32), np.array([listed[each] for each in rising], np.uint8)
    )


def verbs_and_nouns(tagged: Tagged) -> Silver:
    """Occurrences of words that are now verb, now noun: at most `_EACH` of a word as either."""
    ambiguous = dict(_ambiguous(tagged.counts))
    lower = [word.lower() for word in tagged.tokens.distinct]
    kind_W = tagged.tokens.kind_W.tolist()
    taken: Counter[tuple[str, str]] = Counter()
    chosen: dict[int, tuple[str, str]] = {}
    for token in np.random.default_rng(_SEED).permutation(len(kind_W)).tolist():
        word = lower[kind_W[token]]
        kind = ambiguous.get(word, {}).get(tagged.tags[token])
        if kind is not None and taken[word, kind] < _EACH and len(pieces(word)) == 1:
            taken[word, kind] += 1
            chosen[token] = word, kind
    found = sorted(chosen)
    words, kinds = ([chosen[token][part] for token in found] for part in (0, 1))
    return Silver(words, kinds, tagged.tokens, np.array(found, np.int64))


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
