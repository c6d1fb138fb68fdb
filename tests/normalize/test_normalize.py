"""That any string is normalized, that every letter knows where it came from, nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.normalize import NormalizedText, NormalizeOptions, normalize, normalize_all
from tests.fuzz.normalizer import check


def test_plain_text_is_its_own_source() -> None:
    text = "Nothing to say: all is said, isn't it?"
    normalized = normalize(text)
    assert normalized == NormalizedText(text, len(text))
    assert normalized.starts == range(len(text))
    assert normalized.ends == range(1, len(text) + 1)


def test_spans_lead_back_to_the_source() -> None:
    text = "He paid Mr. Long $3.5 million — twice."
    normalized = normalize(text)
    source = {"He": "He", "paid": "paid", "Mister": "Mr.", "Long": "Long", "twice": "twice"}
    source |= dict.fromkeys(["million", "dollars"], "$3.5 million")
    for word, written in source.items():
        at = normalized.text.index(word)
        assert text[normalized.starts[at] : normalized.ends[at + len(word) - 1]] == written


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
        ("Hi <breathing/> <b>you</b>東", ["<breathing/>", "<b>", "</b>", "東"]),
        ("a < b and c > d &lt;", []),
        ("* ~ | ^ \\ _ plain", []),
    ],
)
def test_what_has_no_reading_is_listed(text: str, lost: list[str]) -> None:
    assert [text[start:end] for start, end in normalize(text).dropped] == lost


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
def test_any_text_is_normalized(text: str) -> None:
    check([text])


_PARTS = '--| -- |Mr. |Mrs.|Dr |e.g. |U.S.|a|Fox| |.|,|5|(s)|"|-'
_JOINED_PARTS = st.lists(st.sampled_from(_PARTS.split("|")), max_size=6).map("".join)


@settings(max_examples=60)
@given(
    st.lists(TEXTS, max_size=6),
    st.lists(_JOINED_PARTS, min_size=64, max_size=70),
)
def test_a_column_is_normalized_like_its_texts(some: list[str], many: list[str]) -> None:
    for texts in (many, [*some, *many]):  # with and without texts that no column can hold
        column, alone = normalize_all(texts), [normalize(text) for text in texts]
        assert column == alone
        assert [list(each.starts) for each in column] == [list(each.starts) for each in alone]


SPELLED = NormalizeOptions(spell_urls=True)
AND, DAY_FIRST = NormalizeOptions(number_and=True), NormalizeOptions(day_first=True)
MILLIONS = "two million three hundred and forty-five thousand six hundred and seventy-eight cats"


@pytest.mark.parametrize(
    ("options", "written", "spoken"),
    [
        (NormalizeOptions(), "It has 105.", "It has one hundred five."),
        (AND, "It has 105.", "It has one hundred and five."),
        (AND, "3,017 cats", "three thousand and seventeen cats"),
        (AND, "2,345,678 cats", MILLIONS),
        (AND, "the 120th in 1984", "the one hundred and twentieth in nineteen eighty-four"),
        (NormalizeOptions(), "On 03/04/2020.", "On March fourth, twenty twenty."),
        (DAY_FIRST, "On 03/04/2020.", "On April third, twenty twenty."),
        (DAY_FIRST, "On 12/25/2020.", "On December twenty-fifth, twenty twenty."),
        (NormalizeOptions(), "See bob.com/a1.", "See bob dot com slash a one."),
        (SPELLED, "See bob.com/a1.", "See B.O.B. dot C.O.M. slash A one."),
        (SPELLED, "Mail Al@bob.org, Bob.", "Mail A.L. at B.O.B. dot O.R.G., Bob."),
        (SPELLED, "Open my.txt or #MeToo", "Open M.Y. dot T.X.T. or hashtag Me Too"),
    ],
)
def test_options(options: NormalizeOptions, written: str, spoken: str) -> None:
    assert normalize(written, options).text == spoken
    assert normalize_all([written] * 80, options)[79].text == spoken
