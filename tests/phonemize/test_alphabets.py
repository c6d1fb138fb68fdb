"""Alphabets: words by hand, the targets' symbol sets, IPA there and back, what is behind."""

import numpy as np
import pytest

from pngnw.phonemize.alphabets import join, spell_all, spelling
from pngnw.phonemize.alphabets.ipa import parse
from pngnw.phonemize.alphabets.sounds import CONSONANT, PAUSE, VOWEL
from pngnw.phonemize.lexicon import load_cmudict
from tests.phonemize.symbols import SETS


def spelled(alphabet: str, word: str, reading: str | None = None, behind: int = CONSONANT) -> str:
    line = reading or load_cmudict().get(word.lower(), "")
    return " ".join(row or "_" for row in spelling(alphabet)(word, tuple(line.split()), behind))


@pytest.mark.parametrize(
    ("word", "reading", "ipa", "espeak", "misaki"),
    [
        # ipa: by hand; espeak: espeak-ng 1.52; misaki: misaki 0.9.4.
        ("hello", "HH AH0 L OW1", "h ə ˈl oʊ", "h ə l ˈoʊ", "h ə l ˈO"),
        ("water", "W AO1 T ER0", "ˈw ɔ t ɚ", "w ˈɔː ɾ ɚ", "w ˈɔ T əɹ"),
        ("button", "B AH1 T AH0 N", "ˈb ʌ t ə n", "b ˈʌ ʔ _ n̩", "b ˈʌ t _ n"),
        ("united", "Y UW0 N AY1 T IH0 D", "j u ˈn aɪ t ɪ d", "j uː n ˈaɪ ɾ ᵻ d", "j u n ˈI T ᵻ d"),
        ("mistake", "M IH0 S T EY1 K", "m ɪ ˈs t eɪ k", "m ɪ s t ˈeɪ k", "m ə s t ˈA k"),
        ("children", "CH IH1 L D R AH0 N", "ˈtʃ ɪ l d ɹ ə n", "tʃ ˈɪ l d ɹ ə n", "ʧ ˈɪ l d ɹ ᵊ n"),
        ("judge", "JH AH1 JH", "ˈdʒ ʌ dʒ", "dʒ ˈʌ dʒ", "ʤ ˈʌ ʤ"),
        ("bird", "B ER1 D", "ˈb ɝ d", "b ˈɜː d", "b ˈɜɹ d"),
        ("near", "N IH1 R", "ˈn ɪ ɹ", "n ˌɪ ɹ", "n ˌɪ ɹ"),
        ("about", "AH0 B AW1 T", "ə ˈb aʊ t", "ɐ b ˌaʊ t", "ə b ˈW t"),
        ("drawing", "D R AO1 IH0 NG", "ˈd ɹ ɔ .ɪ ŋ", "d ɹ ˈɔː ɪ ŋ", "d ɹ ˈY _ ŋ"),
        ("myself", "M AY2 S EH1 L F", "ˌm aɪ ˈs ɛ l f", "m aɪ s ˈɛ l f", "m I s ˈɛ l f"),
        ("BBC", "B IY1 B IY1 S IY1", "ˈb i ˈb i ˈs i", "b ˌiː b ˌiː s ˈiː", "b ˌi b ˌi s ˈi"),
        ("for", "F AO1 R", "ˈf ɔ ɹ", "f ɔː ɹ", "f ɔ ɹ"),
        ("For", "F AO1 R", "ˈf ɔ ɹ", "f ɔː ɹ", "f ˌɔ ɹ"),
        ("four", "F AO1 R", "ˈf ɔ ɹ", "f ˈɔː ɹ", "f ˈɔ ɹ"),
    ],
)  # fmt: skip
def test_words(word: str, reading: str, ipa: str, espeak: str, misaki: str) -> None:
    assert spelled("arpabet", word, reading) == reading
    assert spelled("ipa", word, reading) == ipa
    assert spelled("espeak", word, reading) == espeak
    assert spelled("misaki", word, reading) == misaki


@pytest.mark.parametrize(
    ("alphabet", "word", "consonant", "vowel", "pause"),
    [
        ("misaki", "the", "ð ə", "ð i", "ð ə"), ("espeak", "the", "ð ə", "ð ɪ", "ð ə"),
        ("misaki", "To", "t ə", "t ʊ", "t u"), ("espeak", "to", "t ə", "t ʊ", "t uː"),
        ("misaki", "can", "k æ n", "k æ n", "k ˈæ n"),
        ("espeak", "can", "k æ n", "k æ n", "k ˈæ n"),
        ("espeak", "water", "w ˈɔː ɾ ɚ", "w ˈɔː ɾ ɚɹ", "w ˈɔː ɾ ɚ"),
        ("ipa", "the", "ð ə", "ð ə", "ð ə"),
    ],
)  # fmt: skip
def test_what_is_behind_a_word(
    alphabet: str, word: str, consonant: str, vowel: str, pause: str
) -> None:
    found = [spelled(alphabet, word, behind=each) for each in (CONSONANT, VOWEL, PAUSE)]
    assert found == [consonant, vowel, pause]


def test_the_lexicon_holds_for_cmudict_s_reading_alone() -> None:
    assert spelled("misaki", "for", "F ER0") == "f əɹ"
    assert spelled("misaki", "tomato", "T AH0 M AA1 T OW2") == "t ə m ˈɑ t ˌO"


@pytest.mark.parametrize(
    ("word", "spoken"),
    [
        # As misaki 0.9.4 has them: the heavier half keeps its primary stress.
        ("sixty-three", "sˈɪkstiθɹˌi"), ("eighty-six", "ˌATisˈɪks"), ("thirty-two", "θˈɜɹTitˌu"),
        ("seven-bit", "sˈɛvənbˌɪt"), ("chimney-sweeper", "ʧˌɪmniswˈipəɹ"),
    ],
)  # fmt: skip
def test_compounds_as_misaki_has_them(word: str, spoken: str) -> None:
    reading = " ".join(load_cmudict()[part] for part in word.split("-"))
    assert spelled("misaki", word, reading).replace(" ", "") == spoken


@pytest.mark.parametrize("alphabet", ["ipa", "espeak", "misaki"])
def test_the_whole_lexicon_has_a_row_for_every_phoneme_of_symbols_of_the_target(
    alphabet: str,
) -> None:
    cmudict = load_cmudict()
    used: set[str] = set()
    for word in cmudict:
        phonemes = tuple(cmudict[word].split())
        rows = spelling(alphabet)(word, phonemes, VOWEL)
        assert len(rows) == len(phonemes), word
        used.update(*rows)
        if alphabet == "ipa":
            assert parse("".join(rows)) == phonemes, word
    assert used <= SETS.get(alphabet, used)


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("ˈwʊstər", "W UH1 S T ER0"), ("wˈʊstɚ", "W UH1 S T ER0"), ("ˈwʊs.tɚ", "W UH1 S T ER0"),
        ("ˈt͡ʃɜːt͡ʃ", "CH ER1 CH"), ("ʧˈɜɹʧ", "CH ER1 CH"), ("ɡəʊ", "G OW0"), ("ˈgoː", "G OW1"),
        ("bˈʌɾɚ", "B AH1 T ER0"), ("ˌʌndəˈstænd", "AH2 N D AH0 S T AE1 N D"), ("'kæt", "K AE1 T"),
        ("ˈdʒəʊn", "JH OW1 N"), ("fˈaːðɚ", "F AA1 DH ER0"), ("ˈbɪɡ ˌboɪ", "B IH1 G B OW2 IH0"),
    ],
)  # fmt: skip
def test_ipa_as_others_write_it(text: str, phonemes: str) -> None:
    assert parse(text) == tuple(phonemes.split())


@pytest.mark.parametrize(
    ("text", "at"),
    [("kˈyt", 2), ("ˈxæt", 1), ("kæˈt", 2), ("ˈˈkæt", 1), ("", 0), (" . ", 0), ("kæt1", 3)],
)
def test_what_is_no_ipa_is_named_with_its_offset(text: str, at: int) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - its arguments are looked at
        parse(text)
    assert error.value.args[0] == at
    assert text[at : at + 1] in error.value.args[1]


@pytest.mark.parametrize(
    ("alphabet", "spoken"),
    [
        ("ipa", "“ˈwi ˈsi ðə ˈʌðɚ ðə ˈmɔɹ”, ˈɑɹ ðə (ˈæpəl)."),
        ("espeak", "“wiː sˈiː ðɪ ˈʌðɚ ðə mˈɔːɹ”, ɑːɹ ðɪ ˈæpəl."),
        ("misaki", "“wi sˈi ði ˈʌðəɹ ðə mˈɔɹ”, ɑɹ ði (ˈæpᵊl)."),
    ],
)
def test_a_text(alphabet: str, spoken: str) -> None:
    text = "“ we see the other the more ” , are the ( apple ) ."
    words = sorted(set(text.split()))
    readings = [load_cmudict().get(word, word) for word in words]
    reading_W = np.array([words.index(word) for word in text.split()])
    found = spell_all(words, readings, reading_W, np.array([0, len(reading_W)]), spelling(alphabet))
    assert [words[at] for at in found.reading[found.reading_W]] == text.split()
    assert join(found.rows[at] for at in found.reading_W) == spoken


def test_texts_do_not_hear_each_other() -> None:
    words, readings = ["the", "apple", "?"], ["DH AH0", "AE1 P AH0 L", ""]
    one = spell_all(words, readings, np.array([0, 2, 1]), np.array([0, 3]), spelling("misaki"))
    two = spell_all(words, readings, np.array([0, 2, 1]), np.array([0, 2, 3]), spelling("misaki"))
    assert one.rows[one.reading_W[0]] == ("ð", "i")
    assert two.rows[two.reading_W[0]] == ("ð", "ə")
    nothing = spell_all([], [], np.array([], np.int64), np.array([0, 0]), spelling("misaki"))
    assert (nothing.rows, len(nothing.reading_W)) == ([], 0)


def test_straight_quotation_marks_open_and_close() -> None:
    rows = [(each,) for each in ("a", ",", '"', "b", "c", '"', "d", "?")]
    assert join(rows) == 'a, "b c" d?'
