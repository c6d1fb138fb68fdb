"""Words of spoken text with their phonemes: lexicon, homographs, rules and network in one place.

Guarantees: a word has the same phonemes alone, in any batch and in any shard; only a homograph
looks at its sentence. Every character that is no white space is in a word, `text[start:end]` is
the word's text. Work is done per distinct word, the rest is arithmetic on columns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pngnw.params import Phonemize
from pngnw.phonemize import homographs, tokenizer
from pngnw.phonemize.answers import Answers
from pngnw.phonemize.initials import letters_a
from pngnw.phonemize.lexicon import Lexicon, Pronounced, load_cmudict, load_user
from pngnw.phonemize.pronouncer import HOMOGRAPH, Pronouncer
from pngnw.phonemize.tokenizer import Ints, Tokens

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or mark of a text: `text[start:end] == word.text`, offsets in code points.

    `phonemes` are ARPAbet with stress; a mark has itself. `origin` is one of `pronouncer.ORIGINS`,
    or `UNPRONOUNCEABLE`, with no phonemes then.
    """

    text: str
    start: int
    end: int
    phonemes: Pronounced
    origin: str


@dataclass(frozen=True)
class Spoken:
    """Tokens with a pronunciation each: token w has `readings[reading_W[w]]`.

    Attributes:
        tokens: where the words stand.
        readings: pronunciations of the distinct words, phonemes with a space between them; the
            readings of one word lie in a row.
        origins: of every reading.
        reading_W: index into both.
    """

    tokens: Tokens
    readings: list[str]
    origins: list[str]
    reading_W: Ints


class Phonemizer:
    """Pronounces the words of texts; loads what it needs when it first needs it."""

    def __init__(self, lexicon: Lexicon, user: Lexicon, answers: Answers | None = None) -> None:
        self._homographs = homographs.load()
        self._pronounce = Pronouncer(lexicon, user, self._homographs, answers)

    @classmethod
    def load(cls, config: Phonemize, answers: Answers | None = None) -> "Phonemizer":
        """Read the lexicons. Raises `UserError` for a mistake in the user's."""
        user = load_user(Path(config.lexicon)) if config.lexicon else Lexicon({})
        return cls(load_cmudict(), user, answers)

    def __call__(self, texts: Sequence[str]) -> list[list[Word]]:
        """The words of every text. Lone surrogates, which no file holds, count as U+FFFD."""
        plain = [_SURROGATE.sub("\ufffd", text) for text in texts]
        spoken = self.speak(pa.array(plain, pa.large_string()))
        tokens = spoken.tokens
        words = [
            Word(
                tokens.distinct[kind],
                start,
                end,
                _split(spoken.readings[reading]),
                spoken.origins[reading],
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
        tokens = tokenizer.tokenize(texts)
        found = self._pronounce(tokens.distinct)
        counts = np.array(found.counts, np.int64)
        first_K = tokenizer.cumulated(counts)
        is_homograph = np.array([origin == HOMOGRAPH for origin in found.origins], bool)
        reading_W = first_K[tokens.kind_W]
        self._choose(tokens, is_homograph[first_K[:-1]], reading_W)
        letters = letters_a(tokens)
        reading_W[letters] += counts[tokens.kind_W[letters]] - 1
        return Spoken(tokens, found.phonemes, found.origins, reading_W)

    def _choose(self, tokens: Tokens, is_homograph: NDArray[np.bool_], reading_W: Ints) -> None:
        """Move the homographs among the words on to the reading that their sentence asks for."""
        found = np.flatnonzero(is_homograph[tokens.kind_W])
        reading_W[found] += self._homographs.choose(tokens, found)


@lru_cache(maxsize=100_000)
def _split(reading: str) -> Pronounced:
    return tuple(reading.split())
