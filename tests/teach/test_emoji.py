"""The table of emoji: published order, Unicode names, something to say for each."""

import unicodedata
from pathlib import Path

import pytest

from pngnw.teach.emoji import EMOJI, names, prototypes

PUBLISHED = Path(__file__).parents[3] / "shared/data/torchmoji/wanted_emojis.csv"


def test_names_and_rows_belong_to_the_emoji() -> None:
    assert len(EMOJI) == len(set(EMOJI)) == 64
    assert tuple(prototype.emoji for prototype in prototypes()) == EMOJI
    assert list(names()) == [unicodedata.name(emoji).lower() for emoji in EMOJI]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published list is not part of this project")
def test_published_order() -> None:
    lines = PUBLISHED.read_text(encoding="utf-8").split()
    assert tuple(line.encode().decode("unicode_escape") for line in lines) == EMOJI
