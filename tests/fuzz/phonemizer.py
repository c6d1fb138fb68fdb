"""Written lines, and any string as it is, to words with phonemes; and the stage's table."""

from collections.abc import Callable, Sequence

import pyarrow as pa

from pngnw.params import Phonemize
from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.phonemize.phonemizer import Phonemizer, phonemes_of, phonemize_lines
from pngnw.phonemize.pronouncer import ORIGINS, PUNCTUATION, UNPRONOUNCEABLE
from pngnw.phonemize.stage import transform

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
    assert [row["text"] for row in rows] == list(inputs), "a line is lost"
    for row in rows:
        before = 0
        for word in row["words"]:
            start, end = word["start"], word["end"]
            assert before <= start <= end <= len(row["text"]), f"a word at {start}:{end}"
            _check_sounds(word["text"], word["phonemes"], word["origin"])
            before = start


def _check_plain(phonemizer: Phonemizer, inputs: Sequence[str]) -> None:
    texts = phonemizer(inputs)
    assert len(texts) == len(inputs), "a text is lost"
    for text, words in zip(inputs, texts, strict=True):
        at = 0
        for word in words:
            assert at <= word.start < word.end <= len(text), f"a word at {word.start}:{word.end}"
            assert not text[at : word.start].strip(), f"lost {text[at : word.start]!r}"
            source = text[word.start : word.end]
            same = word.text == source or not source.isprintable()
            assert same, f"{word.text!r} is not {source!r}"
            _check_sounds(word.text, word.phonemes, word.origin)
            at = word.end
        assert not text[at:].strip(), f"lost {text[at:]!r}"


def _check_table(phonemizer: Phonemizer, inputs: Sequence[str]) -> None:
    texts = [text.encode("utf-8", "replace").decode() for text in inputs]
    table = pa.table({"text": pa.array(texts, pa.string())})
    out, stats = transform(phonemizer, table)
    dropped = sum(int(n) for key, n in stats.items() if key.startswith("dropped."))
    assert len(phonemes_of(phonemizer, texts[:9])) == len(texts[:9]), "phonemes_of lost a line"
    assert out.num_rows + dropped == table.num_rows, f"{out.num_rows} rows and {dropped} dropped"
    out.validate(full=True)


def _check_sounds(text: str, phonemes: Sequence[str], origin: str) -> None:
    assert text, "an empty word"
    assert origin in _ORIGINS, f"origin {origin}"
    if origin == PUNCTUATION:
        assert list(phonemes) == [text], f"mark {text!r} read as {phonemes}"
    elif origin == UNPRONOUNCEABLE:
        assert not phonemes, f"{text!r} has phonemes"
    else:
        assert phonemes, f"{text[:60]!r} has no phonemes"
        assert SYMBOLS.issuperset(phonemes), f"{text[:60]!r} read as {phonemes[:9]}"
