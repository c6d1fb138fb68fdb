from pathlib import Path

import pytest

from pngnw import Encoder
from pngnw.align.sentences import WordAligner
from pngnw.phonemize.phonemizer import Word
from pngnw.teach import phrases
from pngnw.teach.prototype import PrototypeTeacher
from pngnw.tools.demo.explorer import Explorer, letters_of

TEXT = "The red cat read it, didn't she?"


def test_answers_are_the_encoders(explorer: Explorer, folder: Path) -> None:
    found = explorer.explore(TEXT, {})
    out = Encoder.from_pretrained(folder)([TEXT])
    said = [phoneme for word in found["before"]["words"] for phoneme in word["phonemes"]]
    assert said == out.phonemes[0]
    assert found["before"]["emoji"] == pytest.approx(out.emoji[0].tolist(), abs=1e-6)
    assert found["after"] is None
    assert found["teacher"] == pytest.approx(
        PrototypeTeacher(*phrases.load())([TEXT])[0].astype(float).tolist(), abs=1e-3
    )


def test_known_by_hand(explorer: Explorer) -> None:
    found = explorer.explore("Red cat.", {})
    shares = [round(3 / 66, 6)] + [round(1 / 66, 6)] * 63
    assert found["before"]["emoji"] == pytest.approx(shares, abs=1e-6)
    red, cat, mark = found["before"]["words"]
    assert red == {
        "text": "Red", "span": (0, 3), "phonemes": ("R", "EH1", "D"), "origin": "lexicon",
        "letters": [0, 1, 2], "pieces": ["r", "##e", "##d"], "piece_of_letter": [0, 1, 2],
        "readings": [],
    }  # fmt: skip
    assert cat["letters"] == [0, 1, 2]
    assert (mark["origin"], mark["phonemes"], mark["letters"]) == ("punctuation", (".",), [0])


def test_a_change(explorer: Explorer) -> None:
    plain = explorer.explore(TEXT, {})
    number = [word["text"] for word in plain["before"]["words"]].index("read")
    assert {"R EH1 D", "R IY1 D"} == {*plain["before"]["words"][number]["readings"]}
    found = explorer.explore(TEXT, {number: ("R", "AY1", "D", "Z")})
    assert found["before"]["words"] == plain["before"]["words"]
    assert found["after"]["words"][number]["phonemes"] == ("R", "AY1", "D", "Z")
    assert found["after"]["words"][number]["origin"] == "hand"
    own = [row for row in found["moved"] if row["word"] == number]
    assert [(row["before"], row["after"]) for row in own][1:] == [
        (plain["before"]["words"][number]["phonemes"][1], "AY1"), ("D", "D"), (None, "Z"),
    ]  # fmt: skip
    assert own[3]["distance"] is None
    # What was replaced moved further than anything else.
    rest = [row["distance"] for row in found["moved"] if row is not own[1] and row["distance"]]
    assert own[1]["distance"] > max(rest)
    assert min(rest) > 0


def test_what_has_no_reading_is_told_and_can_be_given_one(explorer: Explorer) -> None:
    found = explorer.explore("Say 日本 and Ƃ.", {})
    assert found["unspoken"] == ["日本", "Ƃ"]
    mute = [n for n, w in enumerate(found["before"]["words"]) if not w["phonemes"]]
    for number in mute:
        given = explorer.explore("Say 日本 and Ƃ.", {number: ("B",)})
        assert next(row for row in given["moved"] if row["word"] == number)["before"] is None


def test_letters_of_phonemes(folder: Path) -> None:
    words = [
        Word("cat", ("K", "AE1", "T"), "cat", 0, 3, None, "lexicon", None),
        Word(",", (",",), ",", 3, 4, None, "punctuation", None),
        Word("ab", (), "ab", 5, 7, None, "unpronounceable", None),
    ]
    assert letters_of(WordAligner.load(folder), words) == [[0, 1, 2], [0], []]
    # Two phonemes spread evenly over three letters.
    nearest = WordAligner.load(folder, "nearest")
    assert letters_of(nearest, [Word("cat", ("K", "T"), "cat", 0, 3, None, "hand", None)]) == [
        [0, 1]
    ]
