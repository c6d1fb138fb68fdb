"""Lines of output for many texts at once: JSON rows, phonemes, doubtful words.

Guarantees: a line for every text (of doubtful words: for each of them), as UTF-8 and with its line
end.
"""

from functools import lru_cache
from itertools import pairwise
from json.encoder import encode_basestring as _encode
from typing import Final

import numpy as np

from pngnw.phonemize.alphabets import join
from pngnw.phonemize.alphabets.sounds import Rows
from pngnw.phonemize.receipts import Receipts

REMEMBERED: Final = 100_000


def json_lines(spoken: Receipts) -> bytes:
    """Rows `{"text", "words": [{"text", "phonemes", "written", "rule", "origin", "start", "end",
    "confidence"}], "silent": [[start, end]]}`, see `pngnw.phonemize.phonemizer.Word`.
    """
    words = []
    for reading, written, start, end, rule, confidence in spoken.each():
        word, rows, origin = spoken.words[reading], spoken.rows[reading], spoken.origins[reading]
        sure = "null" if confidence is None else f"{confidence:.4f}"
        head = _head(word, rows, written, rule, origin)
        words.append(f'{head}{start}, "end": {end}, "confidence": {sure}}}')
    bounds = pairwise(spoken.bounds_R.tolist())
    lines = [
        f'{{"text": {_encode(text)}, "words": [{", ".join(words[first:last])}], '
        f'"silent": {[list(span) for span in spans]}}}\n'
        for text, (first, last), spans in zip(spoken.texts, bounds, spoken.silent(), strict=True)
    ]
    return "".join(lines).encode()


def phoneme_lines(spoken: Receipts) -> bytes:
    """ARPAbet with spaces, words with bars: `HH AH0 L OW1 | W ER1 L D | .`; `?` for none."""
    words = [spoken.readings[reading] or "?" for reading in spoken.reading_W.tolist()]
    bounds = pairwise(spoken.bounds_R.tolist())
    return "".join(f"{' | '.join(words[first:last])}\n" for first, last in bounds).encode()


def spelled_lines(spoken: Receipts) -> bytes:
    """Texts in another alphabet, as a synthesizer takes them."""
    rows_W = [spoken.rows[reading] for reading in spoken.reading_W.tolist()]
    bounds = pairwise(spoken.bounds_R.tolist())
    return "".join(f"{join(rows_W[first:last])}\n" for first, last in bounds).encode()


def doubtful_lines(spoken: Receipts, below: float, first: int) -> bytes:
    """The words whose confidence is lower than `below`, for review.

    Args:
        spoken: the words.
        below: a probability.
        first: the number of the first text.

    Returns:
        Lines `number:column`, confidence, word, phonemes and text, with tabs between them.
    """
    lines = []
    rows = np.searchsorted(spoken.bounds_R, np.arange(len(spoken.reading_W)), "right") - 1
    for word in np.flatnonzero(spoken.confidence_W < below).tolist():
        row, reading = int(rows[word]), int(spoken.reading_W[word])
        place = f"{first + row}:{int(spoken.start_W[word]) + 1}"
        confidence = f"{spoken.confidence_W[word]:.2f}"
        text = spoken.texts[row].replace("\t", " ")
        phonemes = " ".join(spoken.rows[reading])
        fields = (place, confidence, spoken.words[reading], phonemes, text)
        lines.append("\t".join(fields) + "\n")
    return "".join(lines).encode()


@lru_cache(maxsize=REMEMBERED)
def _head(word: str, rows: Rows, written: str, rule: str | None, origin: str) -> str:
    phonemes = ", ".join(map(_encode, rows))
    return (
        f'{{"text": {_encode(word)}, "phonemes": [{phonemes}], "written": {_encode(written)}, '
        f'"rule": {_encode(rule) if rule else "null"}, "origin": "{origin}", "start": '
    )
