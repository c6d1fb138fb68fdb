"""Tokens: hand-checked cuts, exact offsets, nothing lost, the same alone and among others."""

import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.phonemize.tokenizer import is_mark, tokenize

CUTS = {
    "": [],
    " \t\n": [],
    "Hello, world!": ["Hello", ",", "world", "!"],
    "the red-haired reader": ["the", "red-haired", "reader"],
    "well--known": ["well", "-", "-", "known"],
    "end.He": ["end", ".", "He"],
    "wait...what": ["wait", ".", ".", ".", "what"],
    "either/or": ["either", "/", "or"],
    "word—word–word": ["word", "—", "word", "–", "word"],
    "wait…what": ["wait", "…", "what"],
    "rock'n'roll o’clock y'all": ["rock'n'roll", "o’clock", "y'all"],
    "should've who'd've 'em": ["should've", "who'd've", "'em"],
    "mother-in-law's x-ray": ["mother-in-law's", "x-ray"],
    "U.S.A.'s F.B.I. CEO's": ["U.S.A.'s", "F.B.I.", "CEO's"],
    "Model T, plan B.": ["Model", "T", ",", "plan", "B", "."],
    "don't Darcy's o'clock": ["don't", "Darcy's", "o'clock"],
    "don’t": ["don’t"],
    "the dogs' bowl": ["the", "dogs'", "bowl"],
    "goin' on": ["goin'", "on"],
    "rock 'n' roll": ["rock", "'n'", "roll"],
    "'Tis he, 'twas not": ["'Tis", "he", ",", "'twas", "not"],
    "get 'em": ["get", "'em"],
    "'The dogs' he said": ["'", "The", "dogs", "'", "he", "said"],
    "'The dogs' bowl' dogs' bowl": ["'", "The", "dogs", "'", "bowl", "'", "dogs'", "bowl"],
    "He said 'these dogs, those dogs' of the dogs'": [
        "He", "said", "'", "these", "dogs", ",", "those", "dogs", "'", "of", "the", "dogs'",
    ],
    "`the dogs' bowl": ["`", "the", "dogs'", "bowl"],
    "'hello'": ["'", "hello", "'"],
    "‘hello’ “you”": ["‘", "hello", "’", "“", "you", "”"],
    "in the U.S. now": ["in", "the", "U.S.", "now"],
    "in the U.S.": ["in", "the", "U.S", "."],
    'in the U.S. ("the U.K.")': ["in", "the", "U.S.", "(", '"', "the", "U.K", ".", '"', ")"],
    "in the U.S.? the D.C...": ["in", "the", "U.S.", "?", "the", "D.C.", ".", "."],
    "'the dogs' U.S.'": ["'", "the", "dogs", "'", "U.S", ".", "'"],
    "U.S.": ["U.S."],
    "J.R.R.Tolkien": ["J.R.R", ".", "Tolkien"],
    "café cafe\u0301": ["café", "cafe\u0301"],
    "a_b": ["a", "_", "b"],
    "-x- 'a-": ["-", "x", "-", "'", "a", "-"],
    "日本 x²": ["日本", "x²"],
    "\x1ca\x1fb": ["a", "b"],
    "'dogs'\tdogs'": ["'", "dogs", "'", "dogs'"],
    '("the end")?': ["(", '"', "the", "end", '"', ")", "?"],
}  # fmt: skip

TRICKY = st.text(st.sampled_from("ab sS.'’‘\"-‐ \n\x1cé\u0301ʼ1_…tiem"), max_size=25)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | TRICKY


def _tokens(texts: list[str]) -> list[list[tuple[str, int, int]]]:
    """Spelling, start and end of the tokens of every text."""
    tokens = tokenize(pa.array(texts, pa.large_string()))
    flat = [
        (tokens.distinct[kind], start, end)
        for kind, start, end in zip(
            tokens.kind_W.tolist(), tokens.start_W.tolist(), tokens.end_W.tolist(), strict=True
        )
    ]
    return [flat[first:end] for first, end in itertools.pairwise(tokens.bounds_R.tolist())]


@pytest.mark.parametrize(("text", "cut"), CUTS.items())
def test_cuts(text: str, cut: list[str]) -> None:
    assert [token for token, _, _ in _tokens([text])[0]] == cut


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_offsets_are_exact_and_nothing_is_lost(text: str) -> None:
    (tokens,) = _tokens([text])
    assert all(text[start:end] == token for token, start, end in tokens)
    assert all(a[2] <= b[1] for a, b in itertools.pairwise(tokens))
    assert "".join(token for token, _, _ in tokens) == "".join(text.split())
    assert all(len(token) == 1 for token, _, _ in tokens if is_mark(token))
