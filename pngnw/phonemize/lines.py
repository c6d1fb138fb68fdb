"""Lines of output for many texts at once, from columns: JSON rows, phonemes, doubtful words.

Guarantees: a line for every text (of doubtful words: for each of them), as UTF-8 and with its line
end. What is said of a word is put together once for each distinct word and written form; the rest
is joining strings in Arrow.
"""

from functools import lru_cache, partial
from itertools import pairwise
from json.encoder import encode_basestring as _encode
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pngnw.phonemize.alphabets import join
from pngnw.phonemize.alphabets.sounds import Rows
from pngnw.phonemize.receipts import Receipts
from pngnw.phonemize.tokenizer import Ints

_TEXT: Final = partial(pa.scalar, type=pa.large_string())
REMEMBERED: Final = 100_000


def json_lines(spoken: Receipts) -> pa.Buffer:
    """Rows `{"text", "words": [{"text", "phonemes", "written", "rule", "origin", "start", "end",
    "confidence"}], "silent": [[start, end]]}`, see `pngnw.phonemize.phonemizer.Word`.
    """
    heads, head_W = _heads(spoken)
    words = pc.binary_join_element_wise(
        _strings(heads).take(pa.array(head_W)),
        pa.array(spoken.start_W).cast(pa.large_string()),
        _TEXT(', "end": '),
        pa.array(spoken.end_W).cast(pa.large_string()),
        _tails(spoken),
        _TEXT(""),
    )
    silent = [f'], "silent": {[list(span) for span in spans]}}}\n' for spans in spoken.silent()]
    return _joined(
        pc.binary_join_element_wise(
            _strings([f'{{"text": {_encode(text)}, "words": [' for text in spoken.texts]),
            pc.binary_join(_by_text(spoken, words), _TEXT(", ")),
            _strings(silent),
            _TEXT(""),
        )
    )


def phoneme_lines(spoken: Receipts) -> pa.Buffer:
    """ARPAbet with spaces, words with bars: `HH AH0 L OW1 | W ER1 L D | .`; `?` for none."""
    readings = _strings([reading or "?" for reading in spoken.readings])
    words = readings.take(pa.array(spoken.reading_W))
    lines = pc.binary_join(_by_text(spoken, words), _TEXT(" | "))
    return _joined(pc.binary_join_element_wise(lines, _TEXT("\n"), _TEXT("")))


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


def _heads(spoken: Receipts) -> tuple[list[str], Ints]:
    """What is said of each word in front of its span, every distinct one once; and which [W]."""
    used = np.zeros(len(spoken.readings), bool)
    used[spoken.reading_W] = True
    as_written = zip(used.tolist(), spoken.words, spoken.rows, spoken.origins, strict=True)
    heads = [
        _head(word, rows, word, None, origin) if is_used else ""
        for is_used, word, rows, origin in as_written
    ]
    head_W = spoken.reading_W.copy()
    numbers: dict[tuple[int, str, int], int] = {}
    rules = [*spoken.rules, None]
    # A word that no rule wrote has its own letters in its span, and others if that is longer.
    lengths = np.array([len(word) for word in spoken.words], np.int64)
    longer = spoken.end_W - spoken.start_W != lengths[spoken.reading_W]
    edited = np.flatnonzero((spoken.rule_W >= 0) | longer)
    rows = np.searchsorted(spoken.bounds_R, edited, "right") - 1
    columns = (spoken.reading_W, spoken.start_W, spoken.end_W, spoken.rule_W)
    for word, row, reading, start, end, rule in zip(
        edited.tolist(), rows.tolist(), *(each[edited].tolist() for each in columns), strict=True
    ):
        key = reading, spoken.texts[row][start:end], rule
        number = numbers.get(key)
        if number is None:
            number = numbers[key] = len(heads)
            word_and_rows = spoken.words[reading], spoken.rows[reading]
            heads.append(_head(*word_and_rows, key[1], rules[rule], spoken.origins[reading]))
        head_W[word] = number
    return heads, head_W


@lru_cache(maxsize=REMEMBERED)
def _head(word: str, rows: Rows, written: str, rule: str | None, origin: str) -> str:
    phonemes = ", ".join(map(_encode, rows))
    return (
        f'{{"text": {_encode(word)}, "phonemes": [{phonemes}], "written": {_encode(written)}, '
        f'"rule": {_encode(rule) if rule else "null"}, "origin": "{origin}", "start": '
    )


def _tails(spoken: Receipts) -> pa.Array:
    """What is said of each word behind its span."""
    chosen = np.flatnonzero(~np.isnan(spoken.confidence_W))
    tails = [', "confidence": null}']
    tails += [f', "confidence": {each:.4f}}}' for each in spoken.confidence_W[chosen].tolist()]
    tail_W = np.zeros(len(spoken.confidence_W), np.int64)
    tail_W[chosen] = np.arange(1, len(tails))
    return _strings(tails).take(pa.array(tail_W))


def _strings(values: list[str]) -> pa.Array:
    return pa.array(values, pa.large_string())


def _by_text(spoken: Receipts, words: pa.Array) -> pa.Array:
    return pa.LargeListArray.from_arrays(pa.array(spoken.bounds_R), words)


def _joined(lines: pa.Array) -> pa.Buffer:
    """The bytes of all strings, one behind the other: as they lie in the array."""
    characters = lines.buffers()[2] or pa.py_buffer(b"")
    return characters.slice(0, pc.sum(pc.binary_length(lines)).as_py() or 0)  # it may be padded
