"""Words taken apart by hand."""

import pytest

from pngnw.phonemize.arpabet import Phonemes
from pngnw.phonemize.lexicon import load_cmudict
from pngnw.phonemize.rules import word_parts

LEXICON = load_cmudict()


def look_up(key: str) -> Phonemes:
    return tuple(LEXICON.get(key, "").split())


def say(word: str) -> str:
    """The phonemes of a word; what the network would be asked for stands in angle brackets."""
    parts = word_parts(word, look_up)
    return " ".join(" ".join(part.pronounced(lambda stem: (f"<{stem}>",))) for part in parts)


COMPOUNDS = [
    ("red-haired", "R EH1 D HH EH1 R D"), ("blorp-cat", "<blorp> K AE1 T"),
    ("x-ray-like", "EH1 K S R EY1 L AY1 K"), ("knitting-needles", "N IH1 T IH0 NG N IY1 D AH0 L Z"),
    ("mother-in-law's", "M AH1 DH ER0 IH0 N L AO1 Z"), ("man‐of‑war's", "M AE1 N AH1 V W AO1 R Z"),
    ("co-operate", "K OW0 AA1 P ER0 EY2 T"), ("co-operation's", "K OW0 AA2 P ER0 EY1 SH AH0 N Z"),
    ("to-morrow", "T AH0 M AA1 R OW2"), ("To-day's", "T AH0 D EY1 Z"),
    ("anti-aircraft", "AE2 N T IY0 EH1 R K R AE2 F T"), ("re-enter", "R IY0 EH1 N T ER0"),
    ("iso-forms", "AY1 S OW0 F AO1 R M Z"), ("bio-diesel", "B AY1 OW0 D IY1 S AH0 L"),
    ("jack-o'-lantern", "JH AE1 K AH0 L AE1 N T ER0 N"), ("rock-'n'-roll", "R AA1 K AH0 N R OW1 L"),
    ("a-going", "AH0 G OW1 IH0 NG"), ("A-bomb", "EY1 B AA1 M"),
    ("A-side", "EY1 S AY1 D"),  # not "aside"
    ("U-boats", "Y UW1 B OW1 T S"), ("e-book", "IY1 B UH1 K"),
    ("crow's-nest", "K R OW1 Z N EH1 S T"), ("naïve-looking", "N AY2 IY1 V L UH1 K IH0 NG"),
]  # fmt: skip

ENDINGS = [
    ("tentacles", "T EH1 N T AH0 K AH0 L Z"), ("perplexities", "P ER0 P L EH1 K S AH0 T IY0 Z"),
    ("flamingoes", "F L AH0 M IH1 NG G OW0 Z"), ("excrements", "EH1 K S K R AH0 M AH0 N T S"),
    ("cat's", "K AE1 T S"), ("tentacle's", "T EH1 N T AH0 K AH0 L Z"),
    ("Tentacle’s", "T EH1 N T AH0 K AH0 L Z"), ("Tentacleʼs", "T EH1 N T AH0 K AH0 L Z"),
    ("tentacles'", "T EH1 N T AH0 K AH0 L Z"), ("cats'", "K AE1 T S"), ("buses'", "B AH1 S IH0 Z"),
    ("Joneses'", "JH OW1 N Z IH0 Z"), ("witch's", "W IH1 CH IH0 Z"), ("blorp's", "<blorp> Z"),
    ("Zürich's", "Z UH1 R IH0 K S"), ("tiger'll", "T AY1 G ER0 AH0 L"),
    ("Mary'll", "M EH1 R IY0 AH0 L"), ("ye'll", "Y IY1 L"), ("ye've", "Y IY1 V"),
    ("tiger've", "T AY1 G ER0 AH0 V"), ("who'd've", "HH UW1 D AH0 V"),
    ("couldn't've", "K UH1 D AH0 N T AH0 V"), ("tiger'd", "T AY1 G ER0 D"),
    ("cat'd", "K AE1 T IH0 D"), ("destin'd", "D EH1 S T IH0 N D"),
    ("tigern't", "T AY1 G ER0 AH0 N T"), ("mayn't", "M EY1 N T"), ("know'st", "N OW1 S T"),
    ("drive'em", "D R AY1 V AH0 M"), ("knittin'", "N IH1 T IH0 N"), ("o'er", "AO1 R"),
    ("shan't", "SH AE1 N T"), ("guy'm", "G AY1 M"), ("window're", "W IH1 N D OW0 ER0"),
    ("’twould", "T W UH1 D"), ("O'Ryan", "OW0 R AY1 AH0 N"),
    ("l'Oiseau", "L UW1 AH0 S OW2"), ("d'eau", "D OW1"), ("xo'blorp", "<xoblorp>"),
]  # fmt: skip

LETTERS = [
    ("XQZT", "EH1 K S K Y UW1 Z IY1 T IY1"), ("EEC", "IY1 IY1 S IY1"), ("EECs", "IY1 IY1 S IY1 Z"),
    ("XQZTs", "EH1 K S K Y UW1 Z IY1 T IY1 Z"), ("EEC's", "IY1 IY1 S IY1 Z"),
    ("CEO's", "S IY1 IY2 OW1 Z"), ("CEOs", "S IY1 IY2 OW1 Z"), ("PhDs", "P IY1 EY2 CH D IY1 Z"),
    ("Ph.D.'s", "P IY1 EY2 CH D IY1 Z"), ("U.S.S.R.", "Y UW1 EH1 S EH1 S AA1 R"),
    ("U.S.A.'s", "Y UW2 EH2 S EY1 Z"), ("F.B.I.", "EH1 F B IY1 AY1"), ("Qs", "K Y UW1 Z"),
    ("MPLA", "EH1 M P IY1 EH1 L EY1"), ("IUCN", "AY1 Y UW1 S IY1 EH1 N"),
    ("ASTM", "EY1 EH1 S T IY1 EH1 M"), ("UNEP", "<unep>"), ("BLORPAT", "<blorpat>"),
    ("SCHWELB", "<schwelb>"), ("YMCA", "W AY1 EH1 M S IY1 EY1"), ("blorpat", "<blorpat>"),
    ("b2b", "B IY1 T UW1 B IY1"), ("3D", "TH R IY1 D IY1"),
    ("w7q", "D AH1 B AH0 L Y UW0 S EH1 V AH0 N K Y UW1"),
    ("SpaceShipOne", "S P EY1 S SH IH1 P W AH1 N"),
    ("ChatGPT", "CH AE1 T JH IY1 P IY1 T IY1"), ("mRNA's", "EH1 M AA2 R EH2 N EY1 Z"),
    ("MacIan", "<macian>"), ("α", "AE1 L F AH0"),
    ("β-decay", "B EY1 T AH0 D IH0 K EY1"), ("œuvres", "UW1 V R AH0 Z"),
    ("façades", "F AH0 S AA1 D Z"), ("中国", ""), ("中-cat", ""), ("½", ""),
    ("z" * 40, f"<{'z' * 32}> <{'z' * 8}>"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "phonemes"), [*COMPOUNDS, *ENDINGS, *LETTERS])
def test_hand_checked(word: str, phonemes: str) -> None:
    assert say(word) == phonemes


def test_apostrophes_are_all_one() -> None:
    for word in ("o'er", "cat's", "rock-'n'-roll", "an'", "d'eau"):
        assert {say(word.replace("'", mark)) for mark in "'’ʼ＇"} == {say(word)}
