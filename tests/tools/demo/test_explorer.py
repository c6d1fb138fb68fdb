import base64
import json
from pathlib import Path

import numpy as np
import pytest

from pngnw import Encoder
from pngnw.align.sentences import WordAligner
from pngnw.core.errors import UserError
from pngnw.phonemize.phonemizer import Word
from pngnw.teach import phrases
from pngnw.teach.prototype import PrototypeTeacher
from pngnw.tools.demo.explorer import Explorer, letters_of
from pngnw.tools.demo.neighbors import BUILT_IN

TEXT = "The red cat read it, didn't she?"


def test_answers_are_the_encoders(explorer: Explorer, folder: Path) -> None:
    found = explorer.explore(TEXT, {})
    out = Encoder.from_pretrained(folder)([TEXT])
    said = [phoneme for word in found["before"]["words"] for phoneme in word["phonemes"]]
    assert said == out.phonemes[0]
    assert found["before"]["emoji"] == pytest.approx(out.emoji[0].tolist(), abs=1e-6)
    assert found["after"] is None
    assert found["moved"] is None
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
    attention = explorer.attention("Red cat.", {}, 0, 1)
    labels = [token["label"] for token in attention["tokens"]]
    assert labels == [
        "CLS", "R", "EH1", "D", "K", "AE1", "T", ".", "SEP", "r", "e", "d", "c", "a", "t", ".",
        "SEP",
    ]  # fmt: skip
    sides = [token["side"] for token in attention["tokens"]]
    assert sides == ["phoneme"] * 9 + ["grapheme"] * 8
    words = [token["word"] for token in attention["tokens"]]
    assert words == [None, 0, 0, 0, 1, 1, 1, 2, None, 0, 0, 0, 1, 1, 1, 2, None]
    weights = np.frombuffer(base64.b64decode(attention["weights"]), "<f4")
    assert weights == pytest.approx([1 / 17] * 17 * 17)
    assert attention["difference"] < 1e-6


def test_a_sentence_of_the_index_is_its_own_neighbor(explorer: Explorer) -> None:
    nearest = explorer.explore(BUILT_IN[3], {})["before"]["nearest"]
    assert nearest[0] == {"text": BUILT_IN[3], "cosine": pytest.approx(1.0, abs=1e-4)}
    cosines = [one["cosine"] for one in nearest]
    assert cosines == sorted(cosines, reverse=True)
    assert len(cosines) == 5


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
    after = found["after"]["nearest"]
    assert after[0]["cosine"] != found["before"]["nearest"][0]["cosine"]


def test_what_has_no_reading_is_told_and_can_be_given_one(explorer: Explorer) -> None:
    found = explorer.explore("Say 日本 and Ƃ.", {})
    assert found["unspoken"] == ["日本", "Ƃ"]
    mute = [n for n, w in enumerate(found["before"]["words"]) if not w["phonemes"]]
    for number in mute:
        given = explorer.explore("Say 日本 and Ƃ.", {number: ("B",)})
        assert next(row for row in given["moved"] if row["word"] == number)["before"] is None


def test_what_is_too_long_is_told(explorer: Explorer) -> None:
    with pytest.raises(UserError, match=r"\d+ tokens, the model takes 256; split it"):
        explorer.explore("Never again. " * 30, {})
    with pytest.raises(UserError, match=r"layer 2, head 0: the encoder has 2 layers of 2 heads"):
        explorer.attention("Red.", {}, 2, 0)
    with pytest.raises(UserError, match="layer 0, head 2"):
        explorer.attention("Red.", {}, 0, 2)


def test_about(explorer: Explorer, folder: Path) -> None:
    about = explorer.about()
    assert (about["layers"], about["heads"]) == (2, 2)
    assert about["model"] == folder.as_posix()
    assert about["index"]["source"] == "a built-in list"
    assert about["index"]["sentences"] == len(BUILT_IN)
    assert len(about["phonemes"]) == 69
    assert about["emoji"][0] == ["😂", "face with tears of joy"]
    json.dumps(about, allow_nan=False)


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
