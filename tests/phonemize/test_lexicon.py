"""The user's lexicon: its entries, its mistakes, and that it wins over everything."""

from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.phonemize.lexicon import load_user
from pngnw.phonemize.phonemizer import Phonemizer


@pytest.mark.parametrize(
    ("text", "key", "phonemes"),
    [
        (";;; mine\n\nGanymède G AE1 N # moon", "ganymede", "G AE1 N"),
        ("cat(2) K AE1 T S\ncat K", "cat", "K AE1 T S"),
        ("Café K AA1\ncafe K B\nCAFÉ(2) K D", "cafe", "K AA1"),
        ("\ufeffcat\tK AE1\tT\r\n\r\n# none\r\ndog  D AO1 G\r\n", "cat", "K AE1 T"),
        ("cat\tK AE1\tT\r\n\r\n# none\r\ndog  D AO1 G\r\n", "dog", "D AO1 G"),
        ("blorp B L AO1 R P", "blorp's", "B L AO1 R P S"),
        ("Bax B AE1 K S", "bax's", "B AE1 K S IH0 Z"),
        ("Darcy D AA1", "darcy's", "D AA1 Z"),
        ("Owens OW1 N Z", "owens'", "OW1 N Z"),
        ("Darcy's D EY1\nDarcy D AA1", "darcy's", "D EY1"),
        ("cat K AE1 T", "dog", None),
    ],
)
def test_entries(tmp_path: Path, text: str, key: str, phonemes: str | None) -> None:
    path = tmp_path / "own.dict"
    path.write_bytes(text.encode())
    assert load_user(path).get(key) == phonemes


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("cat K QQ T", "'cat': 'QQ'"),
        ("cat K AE T", "'cat': 'AE' is a vowel without its stress, write AE0, AE1 or AE2"),
        ("cat k AE1 T", "'cat': 'k' is written K"),
        ("cat", "'cat': there are no phonemes"),
        ("猫 N EH1 K OW0", "'猫' cannot be looked up"),
    ],
)
def test_a_mistake_names_file_line_and_symbol(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "own.dict"
    path.write_text(f"dog D AO1 G\n{line}\n", encoding="utf-8")
    with pytest.raises(UserError) as error:
        load_user(path)
    assert str(error.value).startswith(f"{path}:2: {says}")
    assert "\n" not in str(error.value)


def test_unreadable_files(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.dict", tmp_path):
        with pytest.raises(UserError, match=rf"phonemize\.lexicon = {path}: .*; name a file"):
            load_user(path)
    (tmp_path / "latin.dict").write_bytes(b"caf\xe9 K AE0 F EY1\n")
    with pytest.raises(UserError, match="not UTF-8 at byte 3"):
        load_user(tmp_path / "latin.dict")


OWN = (
    "read R EH2 D, cat K AE2 T, blorp B EY1, red-haired AA1, cooperate IY1, "
    "Darcy D AA2 R, James JH EY2 M Z, NASA N AA1, iPhone AY2, "
    "o'er OW1 R, a EH1, UN AH1 N, U.N. UW1 N, Ganymède G AE1, jones's JH OW2"
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Phonemizer:
    path = tmp_path_factory.mktemp("lexicon") / "own.dict"
    path.write_text(OWN.replace(", ", "\n"), encoding="utf-8")
    return Phonemizer(path)


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        ("read", "R EH2 D"),  # a homograph
        ("Read", "R EH2 D"), ("READ", "R EH2 D"), ("read's", "R EH2 D Z"),
        ("read-out", "R EH2 D AW1 T"),  # otherwise R IY1 D
        ("cat", "K AE2 T"),  # in CMUdict
        ("Cat's", "K AE2 T S"), ("cat’s", "K AE2 T S"), ("cat'll", "K AE2 T AH0 L"),
        ("cat-blorp", "K AE2 T B EY1"),
        ("blorp", "B EY1"),  # the network's
        ("blorps", "B EY1 Z"), ("Blorp's", "B EY1 Z"),
        ("red-haired", "AA1"),  # by its parts
        ("Red‐Haired's", "AA1 Z"), ("cooperate", "IY1"), ("co-operate", "IY1"),
        ("Darcy's", "D AA2 R Z"), ("James'", "JH EY2 M Z"), ("James's", "JH EY2 M Z IH0 Z"),
        ("nasa", "N AA1"), ("NASA's", "N AA1 Z"), ("IPHONE’S", "AY2 Z"),
        ("o’er", "OW1 R"),  # an elided form
        ("a", "EH1"), ("A", "EH1"), ("U.N.", "UW1 N"), ("Ganymede", "G AE1"), ("Jones's", "JH OW2"),
        ("UN's", "AH1 N Z"),  # otherwise two letters
    ],
)  # fmt: skip
def test_it_wins(own: Phonemizer, word: str, phonemes: str) -> None:
    words = own(f"the {word} of it").words
    assert [" ".join(each.phonemes) for each in words if each.written == word] == [phonemes]
