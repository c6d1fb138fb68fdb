"""Lines as people write them to words with phonemes that point back into the line.

Guarantees: `line[start:end]` is what a word was spoken from: the word itself where nothing was
rewritten, the whole of "1984" for each of its spoken words. What has no reading here, such as a
word in another script, is a row too, without phonemes: nothing of a line is lost.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa

from pngnw.normalize import normalize_all
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.pronouncer import UNPRONOUNCEABLE

COLUMN: Final = 1 << 17  # texts at a time: the more, the more words they share


def phonemes_of(phonemizer: Phonemizer, texts: Sequence[str]) -> pa.ChunkedArray:
    """The phonemes of written texts of any number, the fastest way; nothing leads back to them.

    Returns:
        A list for every text: a string for each of its words and marks, phonemes with a space
        between them. The strings are a dictionary's, each there once.
    """
    found = []
    for start in range(0, len(texts), COLUMN):
        plain = pa.array(
            [each.text for each in normalize_all(texts[start : start + COLUMN])], pa.large_string()
        )
        spoken = phonemizer.speak(plain)
        words = pa.DictionaryArray.from_arrays(
            pa.array(spoken.reading_W, pa.int32()), pa.array(spoken.readings, pa.string())
        )
        bounds = pa.array(spoken.tokens.bounds_R)
        found.append(pa.LargeListArray.from_arrays(bounds, words))
    return pa.chunked_array(found, pa.large_list(pa.dictionary(pa.int32(), pa.string())))


def phonemize_lines(phonemizer: Phonemizer, lines: Sequence[str]) -> list[dict[str, Any]]:
    """Rows `{"text", "words": [{"text", "start", "end", "phonemes", "origin"}]}`.

    `text` is the line as it is, a word's `text` the spoken word, `start` and `end` code points of
    the line. A word without a reading has its own spelling, no phonemes and the origin
    "unpronounceable".
    """
    sources = normalize_all(lines)
    spoken = phonemizer.speak(pa.array([each.text for each in sources], pa.large_string()))
    phonemes = [reading.split() for reading in spoken.readings]
    tokens = spoken.tokens
    words = list(
        zip(
            tokens.kind_W.tolist(),
            tokens.start_W.tolist(),
            tokens.end_W.tolist(),
            spoken.reading_W.tolist(),
            strict=True,
        )
    )
    rows = []
    for line, source, (first, last) in zip(
        lines, sources, pairwise(tokens.bounds_R.tolist()), strict=True
    ):
        found = [
            {
                "text": tokens.distinct[kind],
                "start": source.starts[start],
                "end": source.ends[end - 1],
                "phonemes": [*phonemes[reading]],
                "origin": spoken.origins[reading],
            }
            for kind, start, end, reading in words[first:last]
        ]
        if source.dropped:
            found += [_mute(line, start, end) for start, end in source.dropped]
            found.sort(key=lambda word: (word["start"], word["end"]))
        rows.append({"text": line, "words": found})
    return rows


def _mute(line: str, start: int, end: int) -> dict[str, Any]:
    return {
        "text": line[start:end],
        "start": start,
        "end": end,
        "phonemes": [],
        "origin": UNPRONOUNCEABLE,
    }
