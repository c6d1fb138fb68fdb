"""Lines from columns say what the objects say."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.phonemize.lines import doubtful_lines, json_lines, phoneme_lines
from pngnw.phonemize.phonemizer import Phonemizer, Pronunciation
from tests.fuzz.hostile import FAMILIES

PIECES = st.sampled_from(
    [piece for family in FAMILIES for piece in family] + ["[x](/K/)", " ", "-"]
)
LINES = ["Dr. Who paid $5 -- in 1984.", "", '"quo\\te" 東京 **x**', "[x](/K/)'s wind", "wind wind"]


def _row(read: Pronunciation) -> dict[str, Any]:
    names = ("text", "phonemes", "written", "start", "end", "rule", "origin", "confidence")
    words = [{name: getattr(word, name) for name in names} for word in read.words]
    return json.loads(json.dumps({"text": read.text, "words": words, "silent": read.silent}))


def _texts(phonemizer: Phonemizer, lines: list[str]) -> None:
    spoken, reads = phonemizer.receipts(lines), phonemizer.batch(lines)
    out = bytes(json_lines(spoken)).decode().split("\n")
    assert [json.loads(line) for line in out[:-1]] == [_row(read) for read in reads]
    assert out[-1] == ""
    lines_out = bytes(phoneme_lines(spoken)).decode().split("\n")
    assert lines_out[:-1] == [
        " | ".join(" ".join(word.phonemes) or "?" for word in read.words) for read in reads
    ]


def test_lines_of_texts(phonemizer: Phonemizer) -> None:
    _texts(phonemizer, LINES)
    _texts(phonemizer, [])
    _texts(phonemizer, [""])
    _texts(phonemizer, LINES * 40)


@settings(max_examples=50)
@given(lines=st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=4))
def test_lines_of_any_texts(phonemizer: Phonemizer, lines: list[str]) -> None:
    utf8 = [line.encode("utf-8", "replace").decode().replace("\n", " ") for line in lines]
    _texts(phonemizer, [text.replace("](/", "]") for text in utf8])


def test_doubtful_words_are_those_of_low_confidence(phonemizer: Phonemizer) -> None:
    spoken = phonemizer.receipts(["The wind\tblew.", "", "He read the wind."])
    words = [spoken.words[reading] for reading in spoken.reading_W]
    sure = {"wind": 0.4, "read": 0.9}
    confidence = np.array([sure.get(word, np.nan) for word in words])
    spoken = replace(spoken, confidence_W=confidence)
    rows = doubtful_lines(spoken, 0.8, 11).decode().splitlines()
    assert [row.split("\t") for row in rows] == [
        ["11:5", "0.40", "wind", "W IH1 N D", "The wind blew."],
        ["13:13", "0.40", "wind", "W IH1 N D", "He read the wind."],
    ]
    assert json.loads(bytes(json_lines(spoken)).splitlines()[2])["words"][1]["confidence"] == 0.9
    assert doubtful_lines(spoken, 0.3, 1) == b""
