"""The phonemizer: texts to words with phonemes, by lexicon, homograph model, rules and network.

Guarantees: a word has the same phonemes alone, in any batch, in any shard and in any of many
threads; only a homograph and "a" look at their sentence. Every character that is no white space is
in the written span of a word or among what is silent (`pngnw.phonemize.receipts`).

Work is done per distinct word, the rest is arithmetic on columns; letters in the names of arrays as
in `pngnw.phonemize.tokenizer`: R texts, W tokens, K distinct tokens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from pngnw.core.ragged import offsets
from pngnw.normalize import NormalizeOptions
from pngnw.phonemize import homographs, tokenizer
from pngnw.phonemize.alphabets import ARPABET, join, spelling
from pngnw.phonemize.alphabets.sounds import Rows
from pngnw.phonemize.letters import letters_a
from pngnw.phonemize.lexicon import load_cmudict, load_user, user_lexicon
from pngnw.phonemize.overrides import normalize_written, with_overrides
from pngnw.phonemize.pronouncer import HOMOGRAPH, Pronouncer
from pngnw.phonemize.receipts import PronouncedTokens, Receipts, receipts

COLUMN: Final = 1 << 17  # texts at a time: the more, the more words they share


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word or mark, with its receipt.

    Attributes:
        text: as it is spoken: "Doctor", "nineteen"; of an override the word in its brackets.
        phonemes: in the phonemizer's alphabet, a row of symbols for each; a mark has itself, what
            has no reading has none.
        written: what it was made from: "Dr.", "1984".
        start, end: of that, in code points of the text.
        rule: the last rule of `pngnw.normalize` that wrote any of its letters; None where they are
            as written.
        origin: where the phonemes come from: "user" or "lexicon" (CMUdict) as listed there,
            "homograph" as chosen by the model, "rule" as put together from parts, "neural" from
            the network, "override" as the text says, "punctuation", or "unpronounceable".
        confidence: how likely the choice of a homograph is right; None for all other words.
    """

    text: str
    phonemes: Rows
    written: str
    start: int
    end: int
    rule: str | None
    origin: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """A written text and its words.

    Attributes:
        text: as it was given.
        phonemes: as `pngnw phonemize` prints them: of ARPAbet, spaces between phonemes and bars
            between words; of another alphabet, what a synthesizer takes.
        words: in order; of words with the same span, all were made from it.
        silent: the spans of other characters but white space: marks and markup that nobody says.
    """

    text: str
    phonemes: str
    words: tuple[Word, ...]
    silent: tuple[tuple[int, int], ...]


class Phonemizer:
    """Pronounces texts; loads the network when it first needs it.

    Args:
        lexicon: pronunciations that win over all others: words with their phonemes, as in
            `{"Worcester": "W UH1 S T ER0"}`, or the path of a file in CMUdict's format.
        alphabet: one of `pngnw.phonemize.alphabets.ALPHABETS`: arpabet, ipa, espeak or misaki.
        options: of text normalization.

    Raises:
        UserError: a mistake in the lexicon; an alphabet that there is not.
    """

    def __init__(
        self,
        lexicon: Mapping[str, str] | Path | str | None = None,
        alphabet: str = ARPABET,
        options: NormalizeOptions = NormalizeOptions(),  # noqa: B008 - frozen
    ) -> None:
        if isinstance(lexicon, Mapping):
            user = user_lexicon(lexicon)
        else:
            user = load_user(Path(lexicon)) if lexicon else {}
        spelling(alphabet)  # refuse a name that is none
        self.alphabet = alphabet
        self._options = options
        self._homographs = homographs.load()
        self._pronounce = Pronouncer(load_cmudict(), user, self._homographs)

    def __call__(self, text: str) -> Pronunciation:
        """The words of a text as people write it.

        Raises:
            OverrideError: a mistake in `[word](/phonemes/)`, with its column.
        """
        if not isinstance(text, str):
            raise TypeError(f"a text must be a string, not {type(text).__name__}; for many: batch")
        return self.batch([text])[0]

    def batch(self, texts: Sequence[str]) -> list[Pronunciation]:
        """The same for every text, the faster the more they are.

        Raises:
            OverrideError: as for one text; names the number of the text, too.
            TypeError: one of them is no string; says which.
        """
        columns = self.receipts(texts)
        words = [
            Word(
                text=columns.words[reading],
                phonemes=columns.rows[reading],
                written=written,
                start=start,
                end=end,
                rule=rule,
                origin=columns.origins[reading],
                confidence=confidence,
            )
            for reading, written, start, end, rule, confidence in columns.each()
        ]
        bounds = pairwise(columns.bounds_R.tolist())
        return [
            Pronunciation(
                text, self._line(words[first:last]), tuple(words[first:last]), tuple(silent)
            )
            for text, (first, last), silent in zip(texts, bounds, columns.silent(), strict=True)
        ]

    def _line(self, words: Sequence[Word]) -> str:
        if self.alphabet != ARPABET:
            return join(word.phonemes for word in words)
        return " | ".join(" ".join(word.phonemes) for word in words if word.phonemes)

    def receipts(self, texts: Sequence[str]) -> Receipts:
        """The words of written texts as flat columns; raises as `batch` does."""
        _check(texts)
        normalized, placed = normalize_written(texts, self._options)
        pronounced = self.pronounce(pa.array([each.text for each in normalized], pa.large_string()))
        spoken = receipts(texts, normalized, with_overrides(pronounced, placed))
        return spoken if self.alphabet == ARPABET else spoken.spelled(spelling(self.alphabet))

    def phonemes(self, texts: Sequence[str]) -> pa.ChunkedArray:
        """ARPAbet of written texts of any number, the fastest way; nothing leads back to them.

        Returns:
            A list for every text: a string for each of its words and marks, phonemes with a space
            between them. The strings are a dictionary's, each there once.
        """
        _check(texts)
        parts = []
        for start in range(0, len(texts), COLUMN):
            normalized, placed = normalize_written(texts[start : start + COLUMN], self._options)
            column = pa.array([each.text for each in normalized], pa.large_string())
            pronounced = with_overrides(self.pronounce(column), placed)
            words = pa.DictionaryArray.from_arrays(
                pa.array(pronounced.reading_W, pa.int32()),
                pa.array(pronounced.readings, pa.string()),
            )
            bounds = pa.array(pronounced.tokens.bounds_R)
            parts.append(pa.LargeListArray.from_arrays(bounds, words))
        return pa.chunked_array(parts, pa.large_list(pa.dictionary(pa.int32(), pa.string())))

    def pronounce(self, texts: pa.ChunkedArray | pa.Array) -> PronouncedTokens:
        """The words of a string column (no nulls) of normalized text, as flat columns."""
        tokens = tokenizer.tokenize(texts)
        readings = self._pronounce(tokens.distinct)
        counts_K = np.array(readings.counts, np.int64)
        first_K = offsets(counts_K)
        reading_W = first_K[tokens.kind_W]
        confidence_W = np.full(len(reading_W), np.nan)
        # Homographs and "a" go on to the reading that their sentence asks for.
        is_homograph = np.array([origin == HOMOGRAPH for origin in readings.origins], bool)
        at = np.flatnonzero(is_homograph[first_K[:-1]][tokens.kind_W])
        chosen, confidence_W[at] = self._homographs.choose(tokens, at)
        reading_W[at] += chosen
        letters = letters_a(tokens)
        reading_W[letters] += counts_K[tokens.kind_W[letters]] - 1
        return PronouncedTokens(
            tokens, readings.phonemes, readings.origins, reading_W, confidence_W
        )


def _check(texts: Sequence[str]) -> None:
    if isinstance(texts, str):
        raise TypeError("got one string; give a list of strings")
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"text {number}: must be a string, not {type(text).__name__}")
