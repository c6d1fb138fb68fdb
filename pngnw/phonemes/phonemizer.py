"""Words of spoken text with their phonemes: lexicon, homographs, rules and network in one place.

Guarantees: a word has the same phonemes alone, in any batch and in any shard; only a homograph
looks at its sentence. Every character that is no white space is in a word, `text[start:end]` is
the word's text. Work is done per distinct word; known words are remembered from call to call.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from pngnw.params import Phonemize
from pngnw.phonemes import columns, homographs, rules
from pngnw.phonemes.columns import Ints, Tokens
from pngnw.phonemes.fold import fold
from pngnw.phonemes.homographs import Homograph
from pngnw.phonemes.initials import letters_a
from pngnw.phonemes.lexicon import Lexicon, Pronounced, load_cmudict, load_user, package_file
from pngnw.phonemes.network import Network
from pngnw.phonemes.tagger import Tagger, treebank
from pngnw.phonemes.words import is_mark

LEXICON, HOMOGRAPH, NEURAL, RULE, PUNCTUATION = ORIGINS = (
    "lexicon", "homograph", "neural", "rule", "punctuation",
)  # fmt: skip
# A word in a script without a Latin counterpart: no phonemes; the stage drops its sentence.
UNPRONOUNCEABLE: Final = "unpronounceable"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_REMEMBERED: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark of a text: `text[start:end] == word.text`, offsets in code points.

    `phonemes` are ARPAbet with stress; a mark has itself. `origin` is one of `ORIGINS`, or
    `UNPRONOUNCEABLE`, with no phonemes then.
    """

    text: str
    start: int
    end: int
    phonemes: Pronounced
    origin: str


@dataclass(frozen=True, slots=True)
class Entry:
    """How a distinct word is pronounced: one reading, two of a homograph and of "a"."""

    readings: tuple[Pronounced, ...]
    origin: str
    homograph: Homograph | None = None


@dataclass(frozen=True)
class Spoken:
    """Tokens with a pronunciation each: token w has `readings[reading_W[w]]`.

    Attributes:
        tokens: where the words stand.
        readings: pronunciations of the distinct words, homographs have two in a row.
        origins: of every reading.
        reading_W: index into both.
    """

    tokens: Tokens
    readings: list[Pronounced]
    origins: list[str]
    reading_W: Ints


class Phonemizer:
    """Pronounces words; holds the lexicon, loads tagger and network when first needed."""

    def __init__(self, lexicon: Lexicon, user: Lexicon) -> None:
        self._lexicon = lexicon
        self._user = user
        self._homographs = homographs.load()
        self._known: dict[str, Entry] = {}
        self._stems: dict[str, Pronounced] = {}

    @classmethod
    def load(cls, config: Phonemize) -> "Phonemizer":
        """Read the lexicons. Raises `UserError` for a mistake in the user's."""
        user = load_user(Path(config.lexicon)) if config.lexicon else Lexicon({})
        return cls(load_cmudict(), user)

    def __call__(self, texts: Sequence[str]) -> list[list[Word]]:
        """The words of every text. Lone surrogates, which no file holds, count as U+FFFD."""
        plain = [_SURROGATE.sub("\ufffd", text) for text in texts]
        spoken = self.speak(pa.array(plain, pa.large_string()))
        tokens = spoken.tokens
        words = [
            Word(
                tokens.distinct[kind], start, end, spoken.readings[reading], spoken.origins[reading]
            )
            for kind, start, end, reading in zip(
                tokens.kind_W.tolist(),
                tokens.start_W.tolist(),
                tokens.end_W.tolist(),
                spoken.reading_W.tolist(),
                strict=True,
            )
        ]
        bounds = tokens.bounds_R.tolist()
        return [words[first:last] for first, last in pairwise(bounds)]

    def speak(self, texts: pa.ChunkedArray | pa.Array) -> Spoken:
        """The words of a string column (no nulls) with their pronunciations, as flat columns."""
        tokens = columns.tokenize(texts)
        entries = self._entries(tokens.distinct)
        counts = np.array([len(entry.readings) for entry in entries], np.int64)
        reading_W = columns.cumulated(counts)[tokens.kind_W]
        self._choose(tokens, entries, reading_W)
        letters = letters_a(tokens)
        reading_W[letters] += counts[tokens.kind_W[letters]] - 1
        return Spoken(
            tokens=tokens,
            readings=[reading for entry in entries for reading in entry.readings],
            origins=[entry.origin for entry in entries for _ in entry.readings],
            reading_W=reading_W,
        )

    def _choose(self, tokens: Tokens, entries: list[Entry], reading_W: Ints) -> None:
        """Move the homographs among the words on to the reading that their sentence asks for."""
        is_homograph = np.array([entry.homograph is not None for entry in entries], bool)
        found = np.flatnonzero(is_homograph[tokens.kind_W])
        for row, positions in columns.by_row(found, tokens.bounds_R):
            first, last = tokens.bounds_R[row], tokens.bounds_R[row + 1]
            words = [tokens.distinct[kind] for kind in tokens.kind_W[first:last].tolist()]
            pieces, starts = treebank(words)
            local = (positions - first).tolist()
            tags = self._tagger.tag(pieces, [starts[at] for at in local])
            for at, tag in zip(local, tags, strict=True):
                homograph = entries[tokens.kind_W[first + at]].homograph
                before = words[max(at - 2, 0) : at]
                following = words[at + 1] if at + 1 < len(words) else ""
                if homograph is not None:
                    reading_W[first + at] += homograph.choose(tag, before, following)

    def _entries(self, words: list[str]) -> list[Entry]:
        """Pronunciations of distinct words; what is not known yet is worked out in one go."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
            self._stems.clear()
        plans: dict[str, tuple[rules.Part, ...]] = {}
        for word in words:
            if word in self._known:
                continue
            entry = self._look_up(word)
            if entry is None:
                plans[word] = rules.plan(word, self._listed)
            else:
                self._known[word] = entry
        self._ask([part.stem for parts in plans.values() for part in parts if part.stem])
        for word, parts in plans.items():
            phonemes = tuple(p for part in parts for p in part.spoken(self._stems.__getitem__))
            origin = NEURAL if any(part.stem for part in parts) else RULE
            self._known[word] = Entry((phonemes,), origin if phonemes else UNPRONOUNCEABLE)
        return [self._known[word] for word in words]

    def _look_up(self, word: str) -> Entry | None:
        if is_mark(word):
            return Entry(((word,),), PUNCTUATION)
        key = fold(word)
        if key is None:
            return None
        own = self._user.get(key)
        if own:
            return Entry((own,), LEXICON)
        homograph = self._homographs.get(key)
        if homograph:
            return Entry((homograph.first, homograph.second), HOMOGRAPH, homograph)
        listed = self._lexicon.get(key)
        if listed and word in ("a", "A"):
            return Entry((listed, rules.spelled("a")), LEXICON)
        return Entry((listed,), LEXICON) if listed else None

    def _listed(self, key: str) -> Pronounced | None:
        return self._user.get(key) or self._lexicon.get(key)

    def _ask(self, stems: list[str]) -> None:
        """Have the network answer the stems that it was not asked before."""
        new = sorted(set(stems) - self._stems.keys())
        if new:
            for stem, phonemes in zip(new, self._network.predict(new), strict=True):
                self._stems[stem] = phonemes or rules.spelled(stem)

    @cached_property
    def _network(self) -> Network:
        return Network.load(package_file("g2p_en", "checkpoint20.npz"))

    @cached_property
    def _tagger(self) -> Tagger:
        return Tagger.load()
