"""Look-up keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.phonemes.fold import fold, greek_name


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Naïve", "naive"),
        ("ŒUVRE", "oeuvre"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("don’t", "don't"),
        ("red‐haired", "red-haired"),
        ("U.S.", "u.s."),
        ("İzmir", "izmir"),
        ("ﬁn", "fin"),
        ("x²", "x2"),
        ("٤", "4"),
        ("Μῆνιν", "minin"),
        ("Жуков", "zhukov"),
        ("中国", None),
        ("½", None),
        ("", None),
    ],
)
def test_keys(word: str, key: str | None) -> None:
    assert fold(word) == key


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=10))
def test_any_string_folds_to_a_key_or_to_none(word: str) -> None:
    key = fold(word)
    assert key is None or (key and fold(key) == key)


def test_single_greek_letters_have_names() -> None:
    assert greek_name("α") == "alpha"
    assert greek_name("Ω") == "omega"
    assert [greek_name(word) for word in ("a", "αβ", "", "϶")] == [None] * 4
