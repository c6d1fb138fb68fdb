"""docs/contracts.md has the columns that the files of a run have."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs/contracts.md").read_text()
FOLDERS = ["data/clean", "data/phonemize", "data/align", "data/teach", "data/speech"]
OPTIONAL = {"features"}


def _promised(folder: str) -> set[str]:
    """The columns of a folder's row in the table, with those of the folder it extends."""
    (cells,) = re.findall(rf"^\| `{folder}` \|[^|]*\|(.*)\|$", PAGE, re.MULTILINE)
    named = re.findall(r"`([^`]+)`", cells)
    extended = [name for name in named if name in FOLDERS]
    columns = {name for name in named if name not in FOLDERS and "." not in name} - OPTIONAL
    return columns.union(*map(_promised, extended))


@pytest.mark.parametrize("folder", FOLDERS)
def test_columns(folder: str, ready: Path) -> None:
    (first, *_) = sorted((ready / folder).glob("part-*.parquet"))
    assert _promised(folder) == set(pq.read_schema(first).names)


def test_every_column_is_explained() -> None:
    explained = set()
    for names in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", PAGE, re.MULTILINE):
        explained |= set(re.findall(r"`(\w+)`", names))
    assert set().union(*map(_promised, FOLDERS)) | OPTIONAL == explained
