"""Damaged bytes are repaired and counted, and a part is never longer than its bound."""

from collections import Counter
from io import BytesIO

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.clean.decoding import PART_BYTES, text_parts


def _parts(data: bytes) -> tuple[list[str], Counter[str]]:
    counts: Counter[str] = Counter()
    return list(text_parts(BytesIO(data), counts)), counts


def test_invalid_bytes_become_windows_1252_and_nul_a_space() -> None:
    parts, counts = _parts(b"caf\xe9 \x93so\x94 one\x00two \x81")
    assert parts == ["café “so” one two �"]
    assert counts["repaired.invalid_byte"] == 4
    assert counts["repaired.nul"] == 1


def test_what_is_no_text_is_left_out_and_counted() -> None:
    noise = np.random.default_rng(0).bytes(3 * PART_BYTES)
    parts, counts = _parts(noise)
    assert parts == []
    assert counts["dropped.undecodable"] == counts["lines_in"] >= 3
    assert not counts["repaired.invalid_byte"]
    assert _parts("UTF-16 without its mark".encode("utf-16-le"))[0] == []


def test_byte_order_marks_and_line_ends_even_across_two_blocks() -> None:
    assert _parts(b"\xef\xbb\xbfa\r\nb\rc\n")[0] == ["a\nb\nc\n"]
    assert _parts("a\r\né".encode("utf-16"))[0] == ["a\né"]
    assert _parts(b"")[0] == []
    for encoding, width in (("utf-8", 1), ("utf-16-le", 2), ("utf-16-be", 2)):
        line = ("\ufeff" if width == 2 else "x") + "x" * (PART_BYTES // width - 2)
        text = "".join(_parts(f"{line}\r\nnext".encode(encoding))[0])
        assert text == line.removeprefix("\ufeff") + "\nnext"


def test_parts_end_where_a_paragraph_or_a_sentence_does() -> None:
    for unit, end in ("One sentence. " * 300 + "\n\n", "\n\n"), ("One sentence. ", ". "):
        parts, counts = _parts((unit * 20_000)[: 10 * PART_BYTES // len(unit) * len(unit)].encode())
        assert all(part.endswith(end) for part in parts)
        assert not counts["repaired.long_line"]


@settings(max_examples=30)
@given(st.text(alphabet="aé東. \n😀", max_size=60), st.integers(1, 4000))
def test_valid_text_comes_out_as_it_went_in(text: str, times: int) -> None:
    data = (text * times).encode()
    parts, _ = _parts(data)
    assert "".join(parts) == text * times
    assert all(len(part.encode()) <= PART_BYTES for part in parts)
