"""What is said for what is written: a table that a reader can check by eye."""

from pathlib import Path

import pytest

from pngnw.normalize import normalize, normalize_all

TABLE = Path(__file__).with_name("cases.tsv")
CASES = tuple(
    tuple(line.split("\t"))
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


@pytest.mark.parametrize(("section", "written", "spoken"), CASES)
def test_case(section: str, written: str, spoken: str) -> None:
    assert normalize(written).text == spoken


def test_the_table_is_large_and_each_case_is_there_once() -> None:
    assert len(CASES) >= 400
    assert len({written for _, written, _ in CASES}) == len(CASES)


def test_cases_as_a_column() -> None:
    written = [case[1] for case in CASES]
    assert [spoken.text for spoken in normalize_all(written)] == [case[2] for case in CASES]
    assert normalize_all(written) == [normalize(text) for text in written]


def test_cases_stay_when_spoken_again() -> None:
    spoken = [case[2] for case in CASES]
    assert [again.text for again in normalize_all(spoken)] == spoken
