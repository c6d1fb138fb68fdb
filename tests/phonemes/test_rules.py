"""Words taken apart by hand."""

import pytest

from pngnw.phonemes.lexicon import load_cmudict
from pngnw.phonemes.rules import Part, plan, spelled, voiced

LEXICON = load_cmudict()


def say(word: str) -> str:
    """The phonemes of a word; what the network would be asked for stands in angle brackets."""
    parts = plan(word, LEXICON.get)
    return " ".join(" ".join(part.spoken(lambda stem: (f"<{stem}>",))) for part in parts)


@pytest.mark.parametrize(
    ("word", "phonemes"),
    [
        ("red-haired", "R EH1 D HH EH1 R D"),
        ("blorp-cat", "<blorp> K AE1 T"),
        ("x-ray-like", "EH1 K S R EY1 L AY1 K"),
        ("tentacles", "T EH1 N T AH0 K AH0 L Z"),
        ("cat's", "K AE1 T S"),
        ("tentacle's", "T EH1 N T AH0 K AH0 L Z"),
        ("Tentacle’s", "T EH1 N T AH0 K AH0 L Z"),
        ("tentacles'", "T EH1 N T AH0 K AH0 L Z"),
        ("witch's", "W IH1 CH IH0 Z"),
        ("blorp's", "<blorp> Z"),
        ("tiger'll", "T AY1 G ER0 AH0 L"),
        ("tiger'd", "T AY1 G ER0 D"),
        ("cat'd", "K AE1 T IH0 D"),
        ("tigern't", "T AY1 G ER0 AH0 N T"),
        ("tiger've", "T AY1 G ER0 AH0 V"),
        ("knitting-needles", "N IH1 T IH0 NG N IY1 D AH0 L Z"),
        ("knittin'", "N IH1 T IH0 N"),
        ("perplexities", "P ER0 P L EH1 K S AH0 T IY0 Z"),
        ("flamingoes", "F L AH0 M IH1 NG G OW0 Z"),
        ("excrements", "EH1 K S K R AH0 M AH0 N T S"),
        ("XQZT", "EH1 K S K Y UW1 Z IY1 T IY1"),
        ("EEC", "IY1 IY1 S IY1"),
        ("EECs", "IY1 IY1 S IY1 Z"),
        ("XQZTs", "EH1 K S K Y UW1 Z IY1 T IY1 Z"),
        ("EEC's", "IY1 IY1 S IY1 Z"),
        ("U.S.S.R.", "Y UW1 EH1 S EH1 S AA1 R"),
        ("BLORPAT", "<blorpat>"),
        ("blorpat", "<blorpat>"),
        ("b2b", "B IY1 T UW1 B IY1"),
        ("w7q", "D AH1 B AH0 L Y UW0 S EH1 V AH0 N K Y UW1"),
        ("xo'blorp", "<xoblorp>"),
        ("α", "AE1 L F AH0"),
        ("β-decay", "B EY1 T AH0 D IH0 K EY1"),
        ("中国", ""),
        ("中-cat", ""),
        ("½", ""),
        ("z" * 40, f"<{'z' * 32}> <{'z' * 8}>"),
    ],
)
def test_hand_checked(word: str, phonemes: str) -> None:
    assert say(word) == phonemes


@pytest.mark.parametrize(
    ("last", "ending", "sound"),
    [
        ("T", "s", "S"),
        ("K", "s", "S"),
        ("D", "s", "Z"),
        ("OW1", "s", "Z"),
        ("S", "s", "IH0 Z"),
        ("ZH", "s", "IH0 Z"),
        ("JH", "s", "IH0 Z"),
        ("T", "d", "IH0 D"),
        ("N", "d", "D"),
        ("N", "", ""),
    ],
)
def test_voicing(last: str, ending: str, sound: str) -> None:
    assert voiced((last,), ending) == tuple(sound.split())


def test_parts_that_need_the_network() -> None:
    assert plan("blorp's", LEXICON.get) == (Part(stem="blorp", ending="s"),)
    assert spelled("xk") == ("EH1", "K", "S", "K", "EY1")
