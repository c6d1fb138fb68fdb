"""Lines are handed on as they arrive, whole, whatever the reads cut."""

import io
import os
import threading

from hypothesis import given
from hypothesis import strategies as st

from pngnw.incoming import line_batches


def _lines(content: bytes) -> list[str]:
    return [line for batch in line_batches(io.BytesIO(content)) for line in batch]


def test_line_ends_and_what_is_no_text() -> None:
    assert _lines(b"") == []
    assert _lines(b"one\r\n\ntwo") == ["one", "", "two"]
    assert _lines(b"one\n") == ["one"]
    assert _lines(b"a\xffb\n") == ["a\ufffdb"]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), max_size=12)), st.integers(1, 9))
def test_any_cut_gives_the_same_lines(lines: list[str], read: int) -> None:
    content = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    found = [line for batch in line_batches(io.BytesIO(content), read) for line in batch]
    assert found == content.decode().split("\n")[:-1]


def test_a_line_is_answered_before_the_next_is_written() -> None:
    reader, writer = os.pipe()
    with open(reader, "rb") as stream:
        batches = line_batches(stream)
        for text in ("one", "two"):
            # A reader that waits for more than has been written would never come back.
            threading.Thread(target=os.write, args=(writer, f"{text}\n".encode())).start()
            assert next(batches) == [text]
        os.close(writer)
        assert list(batches) == []
