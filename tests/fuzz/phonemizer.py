"""Written lines, and any string as it is, to words with phonemes; and the stage's table."""

from collections.abc import Callable, Sequence
from random import Random

import pyarrow as pa

from pngnw.params import Phonemize
from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.phonemize.phonemizer import Phonemizer, phonemes_of, phonemize_lines
from pngnw.phonemize.pronouncer import ORIGINS, PUNCTUATION, UNPRONOUNCEABLE
from pngnw.phonemize.stage import transform
from tests.fuzz import hostile
from tests.fuzz.target import Target, demand

LONG = 4000  # characters
_ORIGINS = frozenset((*ORIGINS, UNPRONOUNCEABLE))


def open_check() -> Callable[[Sequence[str]], None]:
    """Loads the lexicons."""
    phonemizer = Phonemizer.load(Phonemize(lexicon=None))

    def check(inputs: Sequence[str]) -> None:
        half = len(inputs) // 2 if len(inputs) > 1 else 1
        _check_lines(phonemizer, inputs[:half])
        _check_plain(phonemizer, inputs[-half:])
        # Long texts once, so that the time is that of reading them.
        _check_table(phonemizer, [text for text in inputs if len(text) < LONG])

    return check


def _check_lines(phonemizer: Phonemizer, inputs: Sequence[str]) -> None:
    rows = phonemize_lines(phonemizer, inputs)
    demand([row["text"] for row in rows] == list(inputs), "a line is lost")
    for row in rows:
        before = 0
        for word in row["words"]:
            start, end = word["start"], word["end"]
            demand(before <= start <= end <= len(row["text"]), f"a word at {start}:{end}")
            _check_sounds(word["text"], word["phonemes"], word["origin"])
            before = start


def _check_plain(phonemizer: Phonemizer, inputs: Sequence[str]) -> None:
    found = phonemizer(inputs)
    demand(len(found) == len(inputs), "a text is lost")
    for text, words in zip(inputs, found, strict=True):
        at = 0
        for word in words:
            demand(at <= word.start < word.end <= len(text), f"a word at {word.start}:{word.end}")
            demand(not text[at : word.start].strip(), f"lost {text[at : word.start]!r}")
            own = text[word.start : word.end]
            demand(word.text == own or not own.isprintable(), f"{word.text!r} is not {own!r}")
            _check_sounds(word.text, word.phonemes, word.origin)
            at = word.end
        demand(not text[at:].strip(), f"lost {text[at:]!r}")


def _check_table(phonemizer: Phonemizer, inputs: Sequence[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in inputs]
    table = pa.table({"text": pa.array(texts, pa.string())})
    out, stats = transform(phonemizer, table)
    dropped = sum(int(n) for key, n in stats.items() if key.startswith("dropped."))
    demand(len(phonemes_of(phonemizer, texts[:9])) == len(texts[:9]), "phonemes_of lost a line")
    demand(out.num_rows + dropped == table.num_rows, f"{out.num_rows} rows and {dropped} dropped")
    out.validate(full=True)


def _check_sounds(text: str, phonemes: Sequence[str], origin: str) -> None:
    demand(text, "an empty word")
    demand(origin in _ORIGINS, f"origin {origin}")
    if origin == PUNCTUATION:
        demand(list(phonemes) == [text], f"mark {text!r} said as {phonemes}")
    elif origin == UNPRONOUNCEABLE:
        demand(not phonemes, f"{text!r} has phonemes")
    else:
        demand(phonemes and SYMBOLS.issuperset(phonemes), f"{text[:60]!r} said as {phonemes[:9]}")


def make(rng: Random) -> str:
    """A hostile text."""
    return hostile.text(rng)


TARGET = Target("phonemizer", make, open_check, batch=200, share=0.15)
