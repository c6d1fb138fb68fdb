"""Text normalization on a table of cases that a reader can check by eye."""

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


def test_cases_as_a_column_and_once_more() -> None:
    _, written, spoken = (list(column) for column in zip(*CASES, strict=True))
    assert len(set(written)) == len(CASES) >= 400
    assert normalize_all(written) == [normalize(text) for text in written]
    assert [again.text for again in normalize_all(spoken)] == spoken
