"""Bytes to candidates: decoding, wiki markup, paragraphs, sentences, text normalization, filters.

An input is a kind, "text" or "wiki", and the bytes of a file. Of a wiki file the bytes are the
markup of one article; how articles come out of a dump is not fuzzed here.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from random import Random

import pyarrow as pa

from pngnw.clean import candidates, decoding, sentences
from pngnw.clean.filters import LONGEST_SENTENCE, LONGEST_WORD, words_of
from pngnw.normalize.rule import NORMALIZED
from tests.fuzz import hostile

MIN_WORDS, MAX_WORDS = 2, 80
_NORMALIZED = re.compile(f"[{NORMALIZED}]+")
_DOCUMENTS = pa.schema([(name, pa.string()) for name in ("doc", "split", "kind", "text")])
Input = tuple[str, bytes]


def make(rng: Random) -> Input:
    """A file of text, or an article whose markup is broken."""
    return ("wiki" if rng.random() < 0.3 else "text"), hostile.data(rng)


def open_check() -> Callable[[Sequence[Input]], None]:
    """Loads the language model."""
    transform = candidates.open_candidates(MIN_WORDS, MAX_WORDS)(None)

    def check(inputs: Sequence[Input]) -> None:
        counts: Counter[str] = Counter()
        rows = []
        for number, (kind, data) in enumerate(inputs):
            rows += [
                {"doc": f"{number}#{part:04d}", "split": "train", "kind": kind, "text": text}
                for part, text in enumerate(_texts(data, counts))
            ]
        table, stats = transform(pa.Table.from_pylist(rows, schema=_DOCUMENTS))
        counts.update({key: int(value) for key, value in stats.items()})
        dropped = sum(n for key, n in counts.items() if key.startswith("dropped."))
        assert counts["lines_in"] == table.num_rows + dropped, f"{table.num_rows} out, {counts}"
        assert all(n >= 0 for n in counts.values()), f"a count below zero: {counts}"
        _check_rows(table)

    return check


def _texts(data: bytes, counts: Counter[str]) -> list[str]:
    """The parts of a file; checks that decoding lost nothing of what is UTF-8."""
    undecodable = counts["dropped.undecodable"]
    parts = list(decoding.text_parts(BytesIO(data), counts))
    for part in parts:
        part.encode()  # a lone surrogate would raise
        assert "\0" not in part, "a NUL is left"
        assert "\r" not in part, "a line end is left"
        assert len(part) <= decoding.PART_BYTES, f"a part of {len(part)} characters"
        _check_text(part)
    lossless = counts["dropped.undecodable"] == undecodable
    if lossless and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            whole = data.decode()
        except UnicodeDecodeError:
            return parts
        whole = whole.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        assert "".join(parts) == whole.replace("\0", " "), "decoding lost text"
    return parts


def _check_text(text: str) -> None:
    """Nothing but white space, and hyphens at line ends, may get lost on the way to sentences."""
    paragraphs, _ = sentences.paragraphs(text)
    assert _bare("".join(paragraphs)) == _bare(text), "paragraphs lost text"
    for paragraph in paragraphs:
        fixed = sentences.repair(paragraph, Counter())
        fixed.encode()
        split = sentences.split(fixed, Counter())
        assert _bare("".join(split)) == _bare(fixed), f"split lost text of {fixed[:60]!r}"
        assert all(split), "an empty sentence"


def _bare(text: str) -> str:
    return "".join(text.split())


def _check_rows(table: pa.Table) -> None:
    rows = table.select(["id", "doc", "index", "split", "text", "source_text"]).to_pylist()
    assert len({row["id"] for row in rows}) == len(rows), "an id twice"
    for row in rows:
        text, source = row["text"], row["source_text"]
        assert _NORMALIZED.fullmatch(text), f"not normalized: {text!r}"
        # A bracket that `candidates._balance` removes may leave a space at an edge.
        assert "  " not in text, f"two spaces in {text!r}"
        assert text.strip(), "nothing but spaces"
        words = words_of(text)
        assert MIN_WORDS <= len(words) <= MAX_WORDS, f"{len(words)} words"
        assert max(map(len, words)) <= LONGEST_WORD, "a long word"
        assert 0 < len(source) <= LONGEST_SENTENCE, f"a source of {len(source)} characters"
