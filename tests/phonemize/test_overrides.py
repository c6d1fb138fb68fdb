"""Phonemes that a text gives to a word itself, and mistakes in them by their column."""

import pytest

from pngnw.phonemize.overrides import OverrideError
from pngnw.phonemize.phonemizer import Phonemizer, Word


def _word(phonemizer: Phonemizer, text: str) -> Word:
    (word,) = (word for word in phonemizer(text).words if word.origin == "override")
    assert word.rule is word.confidence is None
    return word


@pytest.mark.parametrize(
    ("text", "word", "phonemes", "written"),
    [
        ("in [Worcester](/W UH1 S T ER0/).", "Worcester", "W UH1 S T ER0", ""),
        ("Dr. [Nguyen](/W IH1 N/) left", "Nguyen", "W IH1 N", ""),
        ("in [1984](/OW1/), no", "1984", "OW1", ""),
        ("[New \n York](/  OW1\tK /)", "New York", "OW1 K", ""),
        ("a [東京](/T OW1/) b", "東京", "T OW1", ""),
        ("a [$5](/F/) b", "$5", "F", ""),
        ("5 [kg](/K EY1 JH IY1/) of", "kg", "K EY1 JH IY1", ""),
        ("[Ross](/R AO1 S/)'s hat", "Ross's", "R AO1 S IH0 Z", "[Ross](/R AO1 S/)'s"),
        ("the [dogs](/D AO1 G Z/)’ bowl", "dogs'", "D AO1 G Z", "[dogs](/D AO1 G Z/)’"),
        ("[he](/HH IY1/)’ll go", "he'll", "HH IY1 L", "[he](/HH IY1/)’ll"),
        ("[red](/R/)-haired", "red", "R", "[red](/R/)-"),
        ("un[kind](/K/)ly", "kind", "K", ""),
        ("[Leigh](/ˈliː/) said", "Leigh", "L IY1", ""),
        ("“[Go](/G OW1/)!” <b>[x](/K/)</b>".replace("[x](/K/)", "it"), "Go", "G OW1", ""),
        ("blorpat [cat](/K/) Blorpat", "cat", "K", ""),
    ],
)
def test_a_word_gets_its_phonemes(
    phonemizer: Phonemizer, text: str, word: str, phonemes: str, written: str
) -> None:
    found = _word(phonemizer, text)
    assert (found.text, " ".join(found.phonemes)) == (word, phonemes)
    start, end = text.index("["), text.index("/)") + 2
    assert found.written == (written or text[start:end])


def test_what_stands_beside_is_read_as_ever(phonemizer: Phonemizer) -> None:
    text = "Mr. [Nguyen](/W IH1 N/) paid $5 on Main St. in [1984](/OW1/), [he](/HH/)[r](/R/) said."
    words = phonemizer(text).words
    assert [word.text for word in words] == [
        "Mister", "Nguyen", "paid", "five", "dollars", "on", "Main", "Street", "in", "1984", ",",
        "he", "r", "said", ".",
    ]  # fmt: skip
    assert {word.written for word in words if word.text in ("five", "dollars")} == {"$5"}


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("I [will](/W/) read it.", "R IY1 D"),
        ("I [have](/HH/) read it.", "R EH1 D"),
        ("[Plan](/P/) A failed", "EY1"),
    ],
)
def test_neighbors_see_the_word(phonemizer: Phonemizer, text: str, phonemes: str) -> None:
    assert phonemes in {" ".join(word.phonemes) for word in phonemizer(text).words}


@pytest.mark.parametrize(
    "text",
    ["See [the docs](https://x.org/a/b).", "[a](/blog/post) [b](/blog/post \"title\")", "[x] (/K/)",
     "f](/x/) is no word", "[a](b)", "[a]: /K/"],
)  # fmt: skip
def test_links_and_brackets_are_text(phonemizer: Phonemizer, text: str) -> None:
    assert "override" not in {word.origin for word in phonemizer(text).words}


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("a [cat](/K AE T/)", 12, "'AE'"),
        ("a [cat](/K ae1 T/)", 12, "AE1"),
        ("[ok](/K/) [cat](/QQ/)", 18, "'QQ'"),
        ("a [cat](/kˈæ?/)", 13, "'?'"),
        ("a [cat](/ /)", 10, "no phonemes"),
        ("a [ ](/K/)", 3, "no word"),
        ("a [cat](/K AE1 T", 9, "not closed"),
        ("a [cat](/K AE1 T) b", 9, "not closed"),
        ("go to http://x.[org](/AO1 R G/)/a now", 16, "[org]"),
    ],
)
def test_a_mistake_is_told_by_its_column(
    phonemizer: Phonemizer, text: str, column: int, said: str
) -> None:
    with pytest.raises(OverrideError) as error:
        phonemizer.batch(["fine", text])
    assert str(error.value).startswith(f"text 1, column {column}: ")
    assert said in str(error.value)
    assert phonemizer(text.replace("]", "] ")).words  # the remedy for what is none


def test_an_override_wins_over_the_lexicon() -> None:
    phonemizer = Phonemizer({"cat": "K AO1 T"})
    words = phonemizer("cat [cat](/K/) cat's").words
    assert [(" ".join(word.phonemes), word.origin) for word in words] == [
        ("K AO1 T", "user"), ("K", "override"), ("K AO1 T S", "user"),
    ]  # fmt: skip
