"""Text normalization on tables of cases that a reader can check by eye.

`cases.tsv` holds a few of everything (section, written, spoken); every other table is of one class
of what people write (written, spoken).
"""

from pathlib import Path

import pytest

from pngnw.normalize import normalize, normalize_all

CASES = tuple(
    (table.stem, *line.split("\t"))[-3:]
    for table in sorted(Path(__file__).parent.glob("*.tsv"))
    for line in table.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
)


@pytest.mark.parametrize(("section", "written", "spoken"), CASES)
def test_case(section: str, written: str, spoken: str) -> None:
    assert normalize(written).text == spoken


def test_cases_as_a_column_and_once_more() -> None:
    _, written, spoken = (list(column) for column in zip(*CASES, strict=True))
    assert len(set(written)) == len(CASES) >= 400
    assert normalize_all(written) == [normalize(text) for text in written]
    assert [again.text for again in normalize_all(spoken)] == spoken
