"""Homographs: their table, and what is chosen in sentences that leave no doubt."""

from pathlib import Path

import pytest

from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.phonemize.homographs import (
    read_table,
)
from pngnw.phonemize.phonemizer import Phonemizer

# The homograph is in brackets; none of these sentences is in the training data.
SENTENCES = [
    # g2p_en has these two the wrong way round.
    ("They [rebel] against the rebel.", "R IH0 B EH1 L"),
    ("They rebel against the [rebel].", "R EH1 B AH0 L"),
    ("I will [read] the book tonight.", "R IY1 D"), ("He has [read] the book twice.", "R EH1 D"),
    ("Mister Darcy was [read] to.", "R EH1 D"), ("You have to [read] it.", "R IY1 D"),
    ("The roof is made of [lead].", "L EH1 D"), ("They [lead] the way.", "L IY1 D"),
    ("Who will [lead] the expedition?", "L IY1 D"), ("He plays [bass] in a jazz trio.", "B EY1 S"),
    ("My uncle caught a huge [bass] on Sunday.", "B AE1 S"), ("They [live] in London.", "L IH1 V"),
    ("It was a [live] broadcast.", "L AY1 V"), ("He [lives] here.", "L IH1 V Z"),
    ("They lost their [lives].", "L AY1 V Z"), ("A single [tear] fell.", "T IH1 R"),
    ("They [tear] it apart.", "T EH1 R"), ("The [wind] blew all day.", "W IH1 N D"),
    ("I will [wind] the clock.", "W AY1 N D"), ("Please [close] the window.", "K L OW1 Z"),
    ("It was a [close] call.", "K L OW1 S"), ("We [use] soap and water.", "Y UW1 Z"),
    ("It is of no [use] to anyone.", "Y UW1 S"),
    ("They want to [record] a song.", "R IH0 K AO1 R D"),
    ("She holds the world [record].", "R EH1 K ER0 D"), ("I [object] to it.", "AH0 B JH EH1 K T"),
    ("I saw a strange [object].", "AA1 B JH EH0 K T"), ("Wait a [minute]!", "M IH1 N AH0 T"),
    ("They found [minute] traces of poison.", "M AY0 N UW1 T"),
    ("We sat in the front [row].", "R OW1"), ("The neighbors had a terrible [row].", "R AW1"),
    ("The archer drew his [bow].", "B OW1"), ("The actors took a [bow].", "B AW1"),
    ("A white [dove] sat in the tree.", "D AH1 V"), ("She [dove] into the lake.", "D OW1 V"),
    ("She [wound] the wool around her hand.", "W AW1 N D"), ("The [wound] healed.", "W UW1 N D"),
    ("Camels cross the [desert].", "D EH1 Z ER0 T"),
    ("He would not [desert] his post.", "D IH0 Z ER1 T"),
    ("We will [present] the prize.", "P R IY0 Z EH1 N T"),
    ("She got a birthday [present].", "P R EH1 Z AH0 N T"),
    ("She is a [Polish] writer.", "P OW1 L IH0 SH"),
    ("We will [polish] the floor.", "P AA1 L IH0 SH"), ("I [used] to go there.", "Y UW1 S T"),
    ("He [used] a knife.", "Y UW1 Z D"), ("It is [used] to describe the weather.", "Y UW1 Z D"),
    ("She was [used] to the noise.", "Y UW1 S T"), ("They [refuse] to leave.", "R AH0 F Y UW1 Z"),
    ("He was born in [August].", "AA1 G AH0 S T"),
    ("They [estimate] that it costs more.", "EH1 S T AH0 M EY2 T"),
    ("The [estimates] are too low.", "EH1 S T AH0 M AH0 T S"),
    ("You should [separate] the two.", "S EH1 P ER0 EY2 T"),
    ("They live in [separate] houses.", "S EH1 P ER0 AH0 T"),
    ("She was [content] with that.", "K AH0 N T EH1 N T"),
    ("The fat [content] is high.", "K AA1 N T EH0 N T"), ("It has its [uses].", "Y UW1 S AH0 Z"),
    ("Her job was to [produce] films.", "P R AH0 D UW1 S"),
    ("A sharp [increase] was reported.", "IH1 N K R IY2 S"),
    ("They hope to [increase] sales.", "IH2 N K R IY1 S"),
    # Issue 20: a new user tried these, and they came out wrong.
    ("Mr. Darcy [read] the record.", "R EH1 D"), ("I [read] daily.", "R IY1 D"),
    ("Yesterday I [read] two books.", "R EH1 D"), ("Have you [read] it?", "R EH1 D"),
    ("She shed a [tear] over the tear in her dress.", "T IH1 R"),
    ("She shed a tear over the [tear] in her dress.", "T EH1 R"),
    ("It was a [minute] insect.", "M AY0 N UW1 T"), ("Please [resume].", "R IH0 Z UW1 M"),
    ("He caught a [bass].", "B AE1 S"), ("[Polish] the table.", "P AA1 L IH0 SH"),
    ("It made her [content].", "K AH0 N T EH1 N T"), ("The [does] ran.", "D OW1 Z"),
    ("What [does] it mean?", "D AH1 Z"),
]  # fmt: skip


def _phonemes(phonemizer: Phonemizer, sentences: list[str]) -> list[str]:
    """The phonemes of the word in brackets."""
    plain = [sentence.replace("[", "").replace("]", "") for sentence in sentences]
    return [
        next(" ".join(word.phonemes) for word in each.words if word.start == sentence.index("["))
        for sentence, each in zip(sentences, phonemizer.batch(plain), strict=True)
    ]


@pytest.mark.parametrize(("sentence", "phonemes"), SENTENCES)
def test_in_context(phonemizer: Phonemizer, sentence: str, phonemes: str) -> None:
    assert _phonemes(phonemizer, [sentence]) == [phonemes]


@pytest.mark.parametrize(
    ("text", "word", "phonemes", "origin"),
    [
        ("He is an ex-convict now.", "ex-convict", "EH1 K S K AA1 N V IH0 K T", "homograph"),
        ("Use lead-free petrol.", "lead-free", "L EH1 D F R IY1", "homograph"),
        ("It has read-only memory.", "read-only", "R IY1 D OW1 N L IY0", "homograph"),
        ("She is well-read.", "well-read", "W EH1 L R EH1 D", "homograph"),
        ("He stood close-by.", "close-by", "K L OW1 S B AY1", "homograph"),
        ("Fill in the Tear-off slip.", "Tear-off", "T EH1 R AO1 F", "homograph"),
        ("The tear-stained letters.", "tear-stained", "T IH1 R S T EY1 N D", "homograph"),
        ("His bow-tie was red.", "bow-tie", "B OW1 T AY1", "homograph"),
        ("Send us your résumé.", "résumé", "R EH1 Z AH0 M EY2", "lexicon"),
        ("They will resume work.", "resume", "R IH0 Z UW1 M", "homograph"),
        ("It runs on live-streams.", "live-streams", "L AY1 V S T R IY1 M Z", "homograph"),
    ],
)
def test_compounds_and_accents(
    phonemizer: Phonemizer, text: str, word: str, phonemes: str, origin: str
) -> None:
    only = next(each for each in phonemizer(text).words if each.text == word)
    assert (" ".join(only.phonemes), only.origin) == (phonemes, origin)


def test_a_user_s_word_is_no_homograph_even_inside_a_compound(tmp_path: Path) -> None:
    path = tmp_path / "own.dict"
    path.write_text("lead OY1\n", encoding="utf-8")
    own = Phonemizer(path)
    words = [(" ".join(word.phonemes), word.origin) for word in own("lead lead-free").words]
    assert words == [("OY1", "user"), ("OY1 F R IY1", "rule")]


def test_every_reading_is_arpabet_and_none_is_there_twice() -> None:
    table = read_table()
    assert list(table) == sorted(table)
    for word, readings in table.items():
        assert len(readings) >= 2
        assert len({reading.phonemes for reading in readings}) == len(readings), word
        assert len({reading.name for reading in readings}) == len(readings), word
        kinds = [reading.kind for reading in readings if reading.kind != "-"]
        assert {*kinds} <= {*"VNA"}, word
        assert len(kinds) == len(set(kinds)), word
        for reading in readings:
            assert reading.phonemes
            assert SYMBOLS.issuperset(reading.phonemes), word
