"""The user's lexicon wins over homographs, CMUdict, rules and network, however a word stands."""

import pytest

from pngnw.params import Phonemize
from pngnw.phonemize.phonemizer import Phonemizer

OWN = """
read R EH2 D
cat K AE2 T
blorp B EY1
red-haired AA1
cooperate IY1
Darcy D AA2 R
James JH EY2 M Z
NASA N AA1
iPhone AY2
o'er OW1 R
a EH1
U.N. UW1 N
Ganymède G AE1
jones's JH OW2
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Phonemizer:
    path = tmp_path_factory.mktemp("lexicon") / "own.dict"
    path.write_text(OWN, encoding="utf-8")
    return Phonemizer.load(Phonemize(lexicon=str(path)))


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        ("read", "R EH2 D"),  # a homograph
        ("Read", "R EH2 D"),
        ("READ", "R EH2 D"),
        ("read's", "R EH2 D Z"),
        ("read-out", "R EH2 D AW1 T"),  # otherwise R IY1 D
        ("cat", "K AE2 T"),  # in CMUdict
        ("Cat's", "K AE2 T S"),
        ("cat’s", "K AE2 T S"),
        ("cat'll", "K AE2 T AH0 L"),
        ("cat-blorp", "K AE2 T B EY1"),
        ("blorp", "B EY1"),  # the network's
        ("blorps", "B EY1 Z"),
        ("Blorp's", "B EY1 Z"),
        ("red-haired", "AA1"),  # by its parts
        ("Red‐Haired's", "AA1 Z"),
        ("cooperate", "IY1"),
        ("co-operate", "IY1"),
        ("Darcy's", "D AA2 R Z"),
        ("James'", "JH EY2 M Z"),
        ("James's", "JH EY2 M Z IH0 Z"),
        ("nasa", "N AA1"),
        ("NASA's", "N AA1 Z"),
        ("IPHONE’S", "AY2 Z"),
        ("o’er", "OW1 R"),  # an elided form
        ("a", "EH1"),
        ("A", "EH1"),
        ("U.N.", "UW1 N"),
        ("Ganymede", "G AE1"),
        ("Jones's", "JH OW2"),
    ],
)
def test_it_wins(own: Phonemizer, word: str, phonemes: str) -> None:
    (words,) = own([f"the {word} of it"])
    assert [" ".join(each.phonemes) for each in words if each.text == word] == [phonemes]


def test_the_letter_a_too(own: Phonemizer) -> None:
    (words,) = own(["U S A"])
    assert words[-1].phonemes == ("EH1",)
