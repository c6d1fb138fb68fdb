"""Which capitals are said letter by letter, by hand."""

import pytest

from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.phonemize.letters import NAMES, is_spelled

SPELLED = (
    "eec imf uae xqzt html nkvd mpla iucn astm ncaa cdma bbva lpga olpc bipm unhcr iaea ymca https"
)
READ = (
    "unep iupac fapla uefa socar isaf fiba anova unido basf chapter schwelb knights strength gleig"
)


@pytest.mark.parametrize("word", SPELLED.split())
def test_said_by_letters(word: str) -> None:
    assert is_spelled(word)


@pytest.mark.parametrize("word", READ.split())
def test_read_as_a_word(word: str) -> None:
    assert not is_spelled(word)


def test_every_letter_and_digit_has_a_name() -> None:
    assert "".join(sorted(NAMES)) == "0123456789abcdefghijklmnopqrstuvwxyz"
    assert SYMBOLS.issuperset(symbol for name in NAMES.values() for symbol in name)
