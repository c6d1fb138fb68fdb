"""The list of licences is of the lock, and one line each."""

from pathlib import Path

import pytest

from benchmarks import licences
from benchmarks.licences import licence_of, pinned


def test_the_committed_list_is_of_this_lock() -> None:
    text = licences.LIST.read_text(encoding="utf-8")
    rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("| ")][1:]
    assert [(name.strip(), version.strip()) for name, version in rows] == list(
        pinned(licences.LOCK)
    )


@pytest.mark.parametrize(
    ("expression", "classifiers", "field", "expected"),
    [
        ("MIT", ["License :: OSI Approved :: BSD License"], "x", "MIT"),
        (None, ["License :: OSI Approved :: BSD License"], "x", "BSD License"),
        (None, ["License :: OSI Approved"], "Apache 2.0\n\nthe whole text", "Apache 2.0"),
        (None, [], "a" * 99, "a" * 60 + "..."),
        (None, [], "UNKNOWN", "not stated"),
        (None, ["Topic :: Text"], None, "not stated"),
    ],
)
def test_what_a_package_says(
    expression: str | None, classifiers: list[str], field: str | None, expected: str
) -> None:
    assert licence_of(expression, classifiers, field) == expected


def test_only_pins_are_read(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("# c\na-b==1.0\n--hash=x\nc==2 ; python_version > '3'\nd>=1\n")
    assert list(pinned(lock)) == [("a-b", "1.0"), ("c", "2")]
