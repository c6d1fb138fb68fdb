"""Look-up keys."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.phonemize.lexicon import lookup_key


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Naïve", "naive"), ("ŒUVRE", "oeuvre"), ("Łódź", "lodz"), ("Straße", "strasse"),
        ("don’t", "don't"), ("red‐haired", "red-haired"), ("U.S.", "u.s."), ("İzmir", "izmir"),
        ("ﬁn", "fin"), ("x²", "x2"), ("٤", "4"), ("Μῆνιν", "minin"), ("Жуков", "zhukov"),
        ("coöperate", "cooperate"), ("cafe\u0301", "cafe"), ("Ｆｕｌｌ", "full"), ("ÆSOP", "aesop"),
        ("o‘clock", "o'clock"), ("oʼclock", "o'clock"), ("x‑ray", "x-ray"), ("中国", None),
        ("½", None), ("", None),
    ],
)  # fmt: skip
def test_keys(word: str, key: str | None) -> None:
    assert lookup_key(word) == key


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(max_codepoint=0x2FF), max_size=10))
def test_composed_and_decomposed_letters_are_one(word: str) -> None:
    forms = {lookup_key(unicodedata.normalize(form, word)) for form in ("NFC", "NFD")}
    assert len(forms) == 1
