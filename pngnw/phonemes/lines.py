"""Lines as people write them to words with phonemes that point back into the line.

Guarantees: `line[start:end]` is what a word was spoken from: the word itself where nothing was
rewritten, the whole of "1984" for each of its spoken words. Lines come out in the order they went
in; the first is answered before the second is read, later ones in growing batches, at most
`LARGEST` at a time, so memory does not grow with the input.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from pngnw.corpus.spoken import Spoken, speak
from pngnw.phonemes.phonemizer import Phonemizer, Word

LARGEST: Final = 1024


def phonemize_line(phonemizer: Phonemizer, line: str) -> dict[str, Any]:
    """One line as a JSON-able row, see `phonemize_lines`."""
    return phonemize_lines(phonemizer, [line])[0]


def phonemize_lines(phonemizer: Phonemizer, lines: Sequence[str]) -> list[dict[str, Any]]:
    """Rows `{"text", "words": [{"text", "start", "end", "phonemes", "origin"}]}`.

    `text` is the line as it is, a word's `text` the spoken word, `start` and `end` code points of
    the line. A word that nobody could pronounce has no phonemes and origin "unpronounceable".
    """
    spoken = [speak(line) for line in lines]
    words = phonemizer([each.text for each in spoken])
    return [
        {"text": line, "words": [_row(word, source) for word in found]}
        for line, source, found in zip(lines, spoken, words, strict=True)
    ]


def phonemize_stream(phonemizer: Phonemizer, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The rows of lines that are read one after the other, without waiting for the last."""
    waiting = iter(lines)
    size = 1
    while batch := list(islice(waiting, size)):
        yield from phonemize_lines(phonemizer, batch)
        size = min(2 * size, LARGEST)


def _row(word: Word, source: Spoken) -> dict[str, Any]:
    return {
        "text": word.text,
        "start": min(source.starts[word.start : word.end]),
        "end": max(source.ends[word.start : word.end]),
        "phonemes": list(word.phonemes),
        "origin": word.origin,
    }
