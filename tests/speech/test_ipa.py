"""Our phonemes as the voice's symbols: hand-written spellings, and who owns which time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.phonemize.arpabet import ARPABET
from pngnw.speech.ipa import HEARD, NOBODY, intervals, spell, symbols_of

MARKS = [*HEARD, '"', "(", "'"]


@pytest.mark.parametrize(
    ("phoneme", "expected"),
    [
        ("AH0", "ə"), ("AH1", "ˈʌ"), ("ER0", "ɚ"), ("ER2", "ˌɜː"), ("OW1", "ˈoʊ"), ("CH", "tʃ"),
        ("IY0", "i"), ("IY1", "ˈiː"), ("AO2", "ˌɔː"), ("G", "ɡ"), ("R", "ɹ"), ("NG", "ŋ"),
    ],
)  # fmt: skip
def test_symbols(phoneme: str, expected: str) -> None:
    assert symbols_of(phoneme) == expected


def test_what_is_no_phoneme_is_an_error() -> None:
    for wrong in (",", "QQ1", "AH"):
        with pytest.raises(KeyError):
            symbols_of(wrong)


def test_every_phoneme_has_symbols_of_its_own() -> None:
    spelled = [symbols_of(phoneme) for phoneme in ARPABET]
    assert all(spelled)
    assert len(set(spelled)) == len(ARPABET)


def test_blanks_and_gaps_go_to_the_phoneme_after_them() -> None:
    found = spell([["AY1"], ["B", "IY0"]])
    assert "".join(found.symbols) == "^_ˈ_a_ɪ_ _b_i_$"
    assert found.owners == [-1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, -1, -1]


def test_a_mark_owns_the_silence_around_it() -> None:
    found = spell([["AY1"], [","], ["B", "IY0"], ["."]])
    assert "".join(found.symbols) == "^_ˈ_a_ɪ_,_ _b_i_._$"
    assert found.owners == [-1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 3, 3, 4, 4, 4, 4]


def test_of_marks_in_a_row_the_first_is_heard_and_quotes_never() -> None:
    found = spell([["—"], ['"'], ["AY1"], ["?"], ['"'], [","], ["B"], ["."], ["."]])
    assert "".join(found.symbols) == "^_ˈ_a_ɪ_?_ _b_._$"
    assert sorted(set(found.owners)) == [NOBODY, 2, 3, 6, 7]


def test_intervals_by_hand() -> None:
    start, end = intervals([-1, -1, 1, 1, 2, -1], np.array([3, 1, 2, 5, 4, 9]), 4)
    assert start.tolist() == [4, 4, 11, 15], "a token that is not heard lies between its neighbours"
    assert end.tolist() == [4, 11, 15, 15]


WORDS = st.lists(
    st.one_of(
        st.lists(st.sampled_from(ARPABET), max_size=4), st.sampled_from(MARKS).map(lambda m: [m])
    ),
    min_size=1,
    max_size=8,
).filter(lambda words: any(word and word[0] in ARPABET for word in words))


@given(WORDS)
def test_tokens_lie_in_order_and_join_up(words: list[list[str]]) -> None:
    found = spell(words)
    tokens = [token for word in words for token in word]
    owned = [owner for owner in found.owners if owner != NOBODY]
    assert owned == sorted(owned)
    assert len(found.symbols) == len(found.owners)
    frames = np.random.default_rng(len(owned)).integers(1, 9, len(found.symbols))
    start, end = intervals(found.owners, frames, len(tokens))
    assert (start[1:] == end[:-1]).all()
    assert all(b > a for token, a, b in zip(tokens, start, end, strict=True) if token in ARPABET), (
        "every phoneme is heard"
    )
    own = frames[[owner != NOBODY for owner in found.owners]]
    assert end[-1] - start[0] == own.sum()
