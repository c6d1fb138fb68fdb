"""That any string is spoken, that every letter knows where it came from, and nothing is lost."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.normalize import NormalizedText, normalize, normalize_all
from pngnw.normalize.folding import is_speakable

SPOKEN = re.compile(r"""[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ.,;:!?"'() \-]*""")


def test_plain_text_is_its_own_source() -> None:
    text = "Nothing to say: all is said, isn't it?"
    spoken = normalize(text)
    assert spoken == NormalizedText(text, len(text))
    assert spoken.starts == range(len(text))
    assert spoken.ends == range(1, len(text) + 1)


def test_spans_lead_back_to_the_source() -> None:
    text = "He paid Mr. Long $3.5 million — twice."
    spoken = normalize(text)
    source = {
        word: text[spoken.starts[at] : spoken.ends[at + len(word) - 1]]
        for word in ["He", "paid", "Mister", "Long", "million", "dollars", "twice"]
        for at in [spoken.text.index(word)]
    }
    assert source == {
        "He": "He",
        "paid": "paid",
        "Mister": "Mr.",
        "Long": "Long",
        "million": "$3.5 million",
        "dollars": "$3.5 million",
        "twice": "twice",
    }


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("He said 東京.", ["東京"]),
        ("東京 and 大阪!", ["東京", "大阪"]),
        ("Привет, мир", ["Привет", "мир"]),
        ("नमस्ते", ["नमस्ते"]),
        ("So good 👍🏽!", ["👍🏽"]),
        ("A family 👨\u200d👩\u200d👧 came", ["👨\u200d👩\u200d👧"]),
        ("I ❤\ufe0f it", ["❤\ufe0f"]),
        ("Ελλάδα has an α", ["Ελλάδα"]),
        ("\ufffd \ue000 \ud800", ["\ufffd", "\ue000", "\ud800"]),
        ("ə", ["ə"]),
        ("“Café” — 5 × ½ … α\u200b\x00\x7f\t • 、。", []),
        ("* ~ | ^ \\ _ plain", []),
    ],
)
def test_what_has_no_reading_is_told(text: str, lost: list[str]) -> None:
    assert [text[start:end] for start, end in normalize(text).dropped] == lost
    assert is_speakable(text) is not bool(lost)


_SAMPLES = (
    "Mr. Dr St. No. etc. e.g. $ £ 3.5 million 1984 1990s 5% 3:30 p.m. 1/2 ½ - – — -- ' \" ( ) . , "
    "; : ! ? / & @ # 5'10\" km km² ° C VIII Henry Chapter IV X U.S. US 21st 1,234 007 ... … * _ [ "
    "\u200b \u00ad \x00 e\u0301 α 東 ٣ ① 1.2.3 2004-05-12 Jan. May 5 the to word café x 👍🏽 € A$ "
    "Main Part I vs v. w/o www.a.com a@b.co -> × ⁻⁸ ^2 B.C. AD Mon-Fri +44 kΩ μ "
    "\ud800 Co. He 1914-18 ]"
)
_BITS = st.sampled_from([*_SAMPLES.split(" "), " ", ""])
TEXTS = (
    st.text(max_size=40)
    | st.text(st.characters(), max_size=20)
    | st.lists(_BITS, max_size=12).map("".join)
    | st.lists(_BITS, max_size=12).map(" ".join)
    | st.text(alphabet="0123456789.,-/:$%' IVXapm", max_size=20)
    | st.text(alphabet="-.,;:!?\"'() aB", max_size=20)
)


@settings(max_examples=400)
@given(TEXTS)
def test_any_text_is_spoken(text: str) -> None:
    spoken = normalize(text)
    assert SPOKEN.fullmatch(spoken.text)
    assert "  " not in spoken.text
    assert len(spoken.text) == len(spoken.starts) == len(spoken.ends)
    assert all(0 <= a <= b <= len(text) for a, b in zip(spoken.starts, spoken.ends, strict=True))
    assert list(spoken.starts) == sorted(spoken.starts)
    assert list(spoken.ends) == sorted(spoken.ends)
    assert normalize(spoken.text).text == spoken.text


@given(TEXTS)
def test_lost_spans_are_in_order_and_hold_something(text: str) -> None:
    at = 0
    for start, end in normalize(text).dropped:
        assert at <= start < end <= len(text)
        at = end


@given(st.lists(st.sampled_from(["red", "fox", "isn't", "jumps", "1984", "$5", "—"]), max_size=12))
def test_words_that_are_not_rewritten_keep_their_letters(words: list[str]) -> None:
    text = " ".join(words)
    spoken = normalize(text)
    for match in re.finditer(r"\b(?:red|fox|isn't|jumps)\b", spoken.text):
        assert text[spoken.starts[match.start()] : spoken.ends[match.end() - 1]] == match[0]


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=0, max_size=6))
def test_a_column_is_spoken_like_its_texts(texts: list[str]) -> None:
    plain = ["Nothing to say, isn't it?", "Mr. Fox -- 5."] * 40  # enough for the look at a column
    alone = [normalize(text) for text in [*texts, *plain]]
    assert normalize_all([*texts, *plain]) == alone


BITS = st.sampled_from(
    [
        "--",
        " -- ",
        "Mr. ",
        "Mrs.",
        "Dr ",
        "e.g. ",
        "U.S.",
        "a",
        "Fox",
        " ",
        ".",
        ",",
        "5",
        "(s)",
        '"',
        "-",
    ]
)


@settings(max_examples=60)
@given(st.lists(st.lists(BITS, max_size=6).map("".join), min_size=64, max_size=70))
def test_texts_take_turns_in_a_column_as_they_do_alone(texts: list[str]) -> None:
    found = normalize_all(texts)
    assert found == [normalize(text) for text in texts]
    assert [list(each.starts) for each in found] == [list(normalize(text).starts) for text in texts]
