"""The phonemizer: texts to words with phonemes, by lexicon, homograph model, rules and network.

Guarantees: a word has the same phonemes alone, in any batch and in any shard; only a homograph and
"a" look at their sentence. Every character that is no white space is in a word.

`Phonemizer` takes normalized text, `phonemize_lines` and `phonemes_of` text as people write it.
Work is done per distinct word, the rest is arithmetic on columns; letters in the names of arrays as
in `pngnw.phonemize.tokenizer`: R texts, W tokens, K distinct tokens.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from pngnw.normalize import normalize_all
from pngnw.params import Phonemize
from pngnw.phonemize import homographs, tokenizer
from pngnw.phonemize.arpabet import Phonemes
from pngnw.phonemize.letters import letters_a
from pngnw.phonemize.lexicon import Lexicon, load_cmudict, load_user
from pngnw.phonemize.pronouncer import HOMOGRAPH, UNPRONOUNCEABLE, Pronouncer
from pngnw.phonemize.tokenizer import Ints, Tokens

COLUMN: Final = 1 << 17  # texts at a time: the more, the more words they share
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
    phonemes: Phonemes
    origin: str


@dataclass(frozen=True)
class PronouncedTokens:
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

    def words(self) -> list[list[Word]]:
        """The words of every text as objects."""
        tokens = self.tokens
        columns = (tokens.kind_W, tokens.start_W, tokens.end_W, self.reading_W)
        words = [
            Word(tokens.distinct[kind], start, end, _split(self.readings[n]), self.origins[n])
            for kind, start, end, n in zip(*(column.tolist() for column in columns), strict=True)
        ]
        return [words[first:last] for first, last in pairwise(tokens.bounds_R.tolist())]


class Phonemizer:
    """Pronounces the words of texts; loads the network when it first needs it."""

    def __init__(self, lexicon: Lexicon, user: Lexicon) -> None:
        self._homographs = homographs.load()
        self._pronounce = Pronouncer(lexicon, user, self._homographs)

    @classmethod
    def load(cls, config: Phonemize | None = None) -> "Phonemizer":
        """Read CMUdict and the user's lexicon, if there is one; `UserError` for a mistake in it."""
        user = load_user(Path(config.lexicon)) if config and config.lexicon else Lexicon({})
        return cls(load_cmudict(), user)

    def __call__(self, texts: Sequence[str]) -> list[list[Word]]:
        """The words of every text. Lone surrogates, which no file holds, count as U+FFFD."""
        valid = [_SURROGATE.sub("\ufffd", text) for text in texts]
        return self.pronounce(_column(valid)).words()

    def pronounce(self, texts: pa.ChunkedArray | pa.Array) -> PronouncedTokens:
        """The words of a string column (no nulls) with their pronunciations, as flat columns."""
        tokens = tokenizer.tokenize(texts)
        readings = self._pronounce(tokens.distinct)
        counts_K = np.array(readings.counts, np.int64)
        first_K = tokenizer.cumulated(counts_K)
        reading_W = first_K[tokens.kind_W]
        # Homographs and "a" go on to the reading that their sentence asks for.
        is_homograph = np.array([origin == HOMOGRAPH for origin in readings.origins], bool)
        at = np.flatnonzero(is_homograph[first_K[:-1]][tokens.kind_W])
        reading_W[at] += self._homographs.choose(tokens, at)
        letters = letters_a(tokens)
        reading_W[letters] += counts_K[tokens.kind_W[letters]] - 1
        return PronouncedTokens(tokens, readings.phonemes, readings.origins, reading_W)


def phonemes_of(phonemizer: Phonemizer, texts: Sequence[str]) -> pa.ChunkedArray:
    """The phonemes of written texts of any number, the fastest way; nothing leads back to them.

    Returns:
        A list for every text: a string for each of its words and marks, phonemes with a space
        between them. The strings are a dictionary's, each there once.
    """
    parts = []
    for start in range(0, len(texts), COLUMN):
        normalized = normalize_all(texts[start : start + COLUMN])
        column = pa.array([each.text for each in normalized], pa.large_string())
        pronounced = phonemizer.pronounce(column)
        words = pa.DictionaryArray.from_arrays(
            pa.array(pronounced.reading_W, pa.int32()), pa.array(pronounced.readings, pa.string())
        )
        bounds = pa.array(pronounced.tokens.bounds_R)
        parts.append(pa.LargeListArray.from_arrays(bounds, words))
    return pa.chunked_array(parts, pa.large_list(pa.dictionary(pa.int32(), pa.string())))


def phonemize_lines(phonemizer: Phonemizer, lines: Sequence[str]) -> list[dict[str, Any]]:
    """Rows `{"text", "words": [{"text", "start", "end", "phonemes", "origin"}]}`.

    `text` is the line as it is, a word's `text` the normalized word. `line[start:end]` is what it
    was made from: the word itself where nothing was rewritten, the whole of "1984" for each of its
    words. What has no reading, such as a word in another script, has its own spelling, no phonemes
    and the origin "unpronounceable": nothing of a line is lost.
    """
    normalized = normalize_all(lines)
    pronounced = phonemizer.pronounce(_column([each.text for each in normalized]))
    rows = []
    for line, source, words in zip(lines, normalized, pronounced.words(), strict=True):
        row = [
            _row(word.text, source.starts[word.start], source.ends[word.end - 1], word)
            for word in words
        ]
        if source.dropped:
            row += [_row(line[start:end], start, end) for start, end in source.dropped]
            row.sort(key=lambda word: (word["start"], word["end"]))
        rows.append({"text": line, "words": row})
    return rows


def _row(text: str, start: int, end: int, word: Word | None = None) -> dict[str, Any]:
    phonemes, origin = (word.phonemes, word.origin) if word else ((), UNPRONOUNCEABLE)
    return {"text": text, "start": start, "end": end, "phonemes": [*phonemes], "origin": origin}


def _column(texts: list[str]) -> pa.Array:
    return pa.array(texts, pa.large_string())


@lru_cache(maxsize=100_000)
def _split(reading: str) -> Phonemes:
    return tuple(reading.split())
