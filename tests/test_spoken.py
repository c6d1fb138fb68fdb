"""Phonemes as input: lines, words and ids, what they are read as, and what is refused."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pngnw import Encoder
from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.phonemize.alphabets import espeak, ipa, join
from pngnw.phonemize.arpabet import ARPABET, VOWELS
from pngnw.spoken import read_phonemes, scan
from tests.model.synthetic import MODEL

LINES = ["HH AH0 L OW1 | , | W ER1 L D | .", "OW1 | !", " | ".join(["R EH1 D", "K AE1 T"] * 9)]
WORDS = st.lists(
    st.lists(st.sampled_from(ARPABET), min_size=1, max_size=6).map(tuple)
    | st.sampled_from([(mark,) for mark in '.,?!;:"']),
    min_size=1,
    max_size=6,
)


def read(sentence: object, alphabet: str = "arpabet") -> list[tuple[str, ...]]:
    batch = read_phonemes([sentence], MODEL, alphabet)  # type: ignore[list-item]
    words: dict[int, list[str]] = {}
    for at, symbol in zip(batch.word_index[0], batch.phonemes[0], strict=True):
        words.setdefault(at, []).append(symbol)
    return [tuple(word) for word in words.values()]


@given(WORDS)
def test_every_form_of_a_sentence_is_read_as_its_words(words: list[tuple[str, ...]]) -> None:
    assert read(" | ".join(map(" ".join, words))) == words
    assert read(words) == words
    assert read([[TOKENS.id(symbol) for symbol in word] for word in words]) == words
    spelled = join(word if word[0] not in ARPABET else ipa.spell("", word, 2) for word in words)
    assert read(spelled, "ipa") == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("həlˈoʊ wˈɜːld.", "HH AH0 L OW1 | W ER1 L D | ."),
        ("bˈʌʔn̩ — dˈɪfɚɹənt…", "B AH1 T AH0 N | - | D IH1 F ER0 AH0 N T | . | . | ."),
        ("ðɪ ˌoʊvɚwˈɛlmɪŋ ʌvðə mədʒˈɔːɹᵻɾi bˌʌt ˈɪn ɪn",
         "DH AH0 | OW2 V ER0 W EH1 L M IH0 NG | AH1 V | DH AH0 | M AH0 JH AO1 R IH0 T IY0 "
         "| B AH1 T | IH1 N | IH0 N"),
    ],
)  # fmt: skip
def test_espeak(line: str, words: str) -> None:
    assert read(line, "espeak") == read(words)


@pytest.mark.parametrize("phoneme", [p for p in ARPABET if p[-1] not in "02"])
def test_each_symbol_of_espeak_is_read_back(phoneme: str) -> None:
    stress = "ˈ" if phoneme[:-1] in VOWELS else ""
    assert scan(stress + espeak.SYMBOLS[phoneme.rstrip("1")]).words == [(phoneme,)]


def test_each_character_knows_its_phoneme() -> None:
    line = " hˈaʊs, ɪz "
    assert scan(line).owner == [-1, 0, 1, 1, 1, 2, 3, 3, 4, 5, 5]
    assert scan("tʃˈ↓").owner == [0, 0, 0, 0]
    assert (scan("t↓").unknown, scan("").words) == ("↓", [])


def test_phonemes_only_have_states_of_their_own(encoder: Encoder) -> None:
    out, spelled = encoder.from_phonemes(LINES[:2]), encoder(["Hello, world.", "Oh!"])
    assert (out.phonemes, out.word_index) == (spelled.phonemes, spelled.word_index)
    assert out.words[0][:5] == ["HH AH0 L OW1"] * 4 + [","]
    assert out.hidden.shape == spelled.hidden.shape
    assert not torch.allclose(out.hidden, spelled.hidden, atol=1e-3)
    assert out.emoji.shape == (2, 64)
    early = encoder.from_phonemes(LINES[:2], layer=1)
    assert not torch.allclose(early.hidden, out.hidden)
    assert encoder.from_phonemes([]).hidden.shape == (0, 0, MODEL.width)


def test_batch_composition_does_not_matter(encoder: Encoder) -> None:
    together = encoder.from_phonemes(LINES)
    for row, line in enumerate(LINES):
        alone, length = encoder.from_phonemes([line]), int(together.lengths[row])
        for name in ("hidden", "sentence", "emoji"):
            a, b = getattr(together, name)[row], getattr(alone, name)[0]
            if name == "hidden":
                assert not a[length:].any()
                a = a[:length]
            torch.testing.assert_close(a, b, atol=1e-5, rtol=0)


def test_marks_in_a_row_are_words_of_their_own() -> None:
    marks = [("K",), ("?",), ("!",), (".",), (".",), (".",)]
    assert read("K | ?!…") == read([["K", "?!…"]]) == read("K | ?! | ...") == marks


@pytest.mark.parametrize(
    ("sentence", "alphabet", "told"),
    [
        ("HH AH L", "arpabet", r"sentence 0: 'AH' is a vowel without its stress, write AH0"),
        ("hh", "arpabet", "sentence 0: 'hh' is written HH"),
        ([["K", "XX"]], "arpabet", r"sentence 0: 'XX' is not an ARPAbet symbol.*\['K', 'XX'\]"),
        ([[TOKENS.id("a")]], "arpabet", "sentence 0: .* is the id of no phoneme and no mark"),
        ("|", "arpabet", "sentence 0: there are no phonemes in it"),
        ("K " * 256, "arpabet", "sentence 0: a word has more than 255 phonemes"),
        ("K | " * 255, "arpabet", "sentence 0: 257 tokens, the model takes 256"),
        ("K | ?☺", "arpabet", "sentence 0: '☺' is no mark that is read"),
        ("ˈxi", "ipa", "sentence 0: 'x' is not IPA of American English"),
        ("tˈy", "espeak", "sentence 0: 'y' is not what espeak-ng writes for en-us"),
        ("K", "sampa", "alphabet = sampa: phonemes are read from arpabet, ipa, espeak"),
    ],
)
def test_what_cannot_be_read_is_told(sentence: object, alphabet: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        read(sentence, alphabet)
    with pytest.raises(UserError, match="give a list of sentences"):
        read_phonemes("K", MODEL)
