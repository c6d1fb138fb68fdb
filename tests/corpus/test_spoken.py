"""What is said for what is written, and that every letter knows where it came from."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.corpus.spoken import speak
from pngnw.corpus.spoken.folding import is_speakable

SPOKEN = re.compile(r"""[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ.,;:!?"'() \-]*""")
READINGS = {
    # money, percentages
    "$3.5 million": "three point five million dollars",
    "$1 and $3.50": "one dollar and three dollars and fifty cents",
    "£1.01, €0.50": "one pound and one penny, fifty cents",
    "$5-million": "five million dollars",
    "5% or 60%–80%": "five percent or sixty percent to eighty percent",
    # years, decades, dates
    "in 1984, 2005, 2010, 1900, 1907": (
        "in nineteen eighty-four, two thousand five, twenty ten, nineteen hundred, "
        "nineteen oh seven"
    ),
    "the 1990s and '80s": "the nineteen nineties and eighties",
    "1914–1918": "nineteen fourteen to nineteen eighteen",
    "May 5, 1984": "May fifth, nineteen eighty-four",
    "on 12 June": "on the twelfth of June",
    "on the 12th June": "on the twelfth of June",
    "Jan. 3": "January third",
    "2004-05-12": "May twelfth, two thousand four",
    # numbers
    "1,234,567 men": ("one million two hundred thirty-four thousand five hundred sixty-seven men"),
    "3.14, -5 and .5": "three point one four, minus five and zero point five",
    "1st, 22nd, 30th": "first, twenty-second, thirtieth",
    "007": "zero zero seven",
    "½, 3½, 3/4, 1/8": "one half, three and a half, three quarters, one eighth",
    "MP3": "MP three",
    "No. 5, pp. 3-7": "number five, pages three to seven",
    "555-1234-99": "five five five one two three four nine nine",
    # time, measures
    "at 3:30 p.m. sharp": "at three thirty p m sharp",
    "at 5:00": "at five o'clock",
    "20°C, 1 km, 5km, 3 km²": (
        "twenty degrees Celsius, one kilometer, five kilometers, three square kilometers"
    ),
    "5'10\" tall": "five foot ten tall",
    # names and abbreviations
    "Mr. Darcy, Mrs Long and Dr Hood": "Mister Darcy, Missus Long and Doctor Hood",
    "St. James's St.": "Saint James's Street.",
    "e.g. this, i.e. that, etc.": "for example this, that is that, et cetera.",
    "the U.S. Army": "the U S Army",
    "It is in the U.S.": "It is in the U S.",
    "No. I said no.": "No. I said no.",
    "Henry VIII, World War II, Chapter IV, Apollo XI": (
        "Henry the eighth, World War two, Chapter four, Apollo eleven"
    ),
    "John XXII's edict": "John the twenty-second's edict",
    # marks that would glue or dangle
    'forgive--"': 'forgive -"',
    "'--and so'": "'and so'",
    "the Lord A---, said": "the Lord A, said",
    "I...but no, one.the (means),for": "I... but no, one. the (means), for",
    "output(s) and (t)he": "outputs and the",
    "two- or three-day": "two or three-day",
    "tam-o'-shanter": "tam-o'-shanter",
    "``Sir,'' `he' said": "\"Sir,\" 'he' said",
    "the ratio 5:1 of X3.4-19": "the ratio five to one of X three point four nineteen",
    "www.example.com": "www dot example dot com",
    # symbols and Unicode
    "salt & pepper @ home": "salt and pepper at home",
    "and/or": "and or",
    "no—never, no -- never": "no - never, no - never",
    "Bose–Einstein": "Bose-Einstein",
    "“It’s so…”": '"It\'s so..."',
    "zero\u200bwidth so\u00adft \u202ebidi\u202c": "zero width soft bidi",
    "café, cafe\u0301": "café, café",
    "ﬁne ４２": "fine forty-two",
    "the α particle": "the alpha particle",
    "東京": "",
}


@pytest.mark.parametrize("text", READINGS)
def test_reading(text: str) -> None:
    assert speak(text).text == READINGS[text]


def test_plain_text_is_its_own_source() -> None:
    text = "Nothing to say: all is said, isn't it?"
    spoken = speak(text)
    assert spoken.text == text
    assert spoken.starts == list(range(len(text)))
    assert spoken.ends == list(range(1, len(text) + 1))


def test_spans_lead_back_to_the_source() -> None:
    text = "He paid Mr. Long $3.5 million — twice."
    spoken = speak(text)
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


def test_a_script_without_reading_is_known() -> None:
    assert is_speakable("Café “x” — 5 × ½ … α")
    assert not is_speakable("He said 東京.")
    assert not is_speakable("Ελλάδα")


_SAMPLES = (
    "Mr. Dr St. No. etc. e.g. $ £ 3.5 million 1984 1990s 5% 3:30 p.m. 1/2 ½ - – — -- ' \" ( ) . , "
    "; : ! ? / & @ # 5'10\" km km² ° C VIII Henry Chapter IV X U.S. 21st 1,234 007 ... … * _ [ ] "
    "\u200b \u00ad \x00 e\u0301 α 東 ٣ ① 1.2.3 2004-05-12 Jan. May 5 the to word café x"
)
_BITS = st.sampled_from([*_SAMPLES.split(" "), " ", ""])
_TEXTS = (
    st.text(max_size=40)
    | st.lists(_BITS, max_size=12).map("".join)
    | st.lists(_BITS, max_size=12).map(" ".join)
    | st.text(alphabet="0123456789.,-/:$%' IVXapm", max_size=20)
)


@settings(max_examples=400)
@given(_TEXTS)
def test_any_text_is_spoken(text: str) -> None:
    spoken = speak(text)
    assert SPOKEN.fullmatch(spoken.text)
    assert "  " not in spoken.text
    assert len(spoken.text) == len(spoken.starts) == len(spoken.ends)
    assert all(0 <= a <= b <= len(text) for a, b in zip(spoken.starts, spoken.ends, strict=True))
    assert spoken.starts == sorted(spoken.starts)
    assert spoken.ends == sorted(spoken.ends)
    assert speak(spoken.text).text == spoken.text


@given(st.lists(st.sampled_from(["red", "fox", "isn't", "jumps", "1984", "$5", "—"]), max_size=12))
def test_words_that_are_not_rewritten_keep_their_letters(words: list[str]) -> None:
    text = " ".join(words)
    spoken = speak(text)
    for match in re.finditer(r"red|fox|isn't|jumps", spoken.text):
        assert text[spoken.starts[match.start()] : spoken.ends[match.end() - 1]] == match[0]
