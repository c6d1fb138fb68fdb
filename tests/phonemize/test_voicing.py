"""Endings by the last sound of their word."""

import pytest

from pngnw.phonemize.voicing import clitic, voiced


@pytest.mark.parametrize(
    ("last", "ending", "sound"),
    [
        ("T", "s", "S"),
        ("K", "s", "S"),
        ("F", "s", "S"),
        ("D", "s", "Z"),
        ("V", "s", "Z"),
        ("OW1", "s", "Z"),
        ("S", "s", "IH0 Z"),
        ("ZH", "s", "IH0 Z"),
        ("JH", "s", "IH0 Z"),
        ("T", "d", "IH0 D"),
        ("D", "d", "IH0 D"),
        ("N", "d", "D"),
        ("K", "d", "D"),
        ("N", "", ""),
    ],
)
def test_voicing(last: str, ending: str, sound: str) -> None:
    assert voiced((last,), ending) == tuple(sound.split())


@pytest.mark.parametrize(
    ("last", "ending", "sound"),
    [
        ("T", "'s", "S"),
        ("T", "'d", "IH0 D"),
        ("T", "'ll", "AH0 L"),
        ("IY1", "'ll", "L"),
        ("IY0", "'ll", "AH0 L"),
        ("ER1", "'ll", "AH0 L"),
        ("D", "'ve", "AH0 V"),
        ("UW1", "'ve", "V"),
        ("D", "n't", "AH0 N T"),
        ("EY1", "n't", "N T"),
        ("AY1", "'m", "M"),
        ("OW0", "'re", "ER0"),
        ("N", "'st", "S T"),
        ("V", "'em", "AH0 M"),
    ],
)
def test_clitics(last: str, ending: str, sound: str) -> None:
    assert clitic((last,), ending) == tuple(sound.split())
