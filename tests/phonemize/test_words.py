"""Tokens: hand-checked cuts, exact offsets for any string, nothing lost."""

import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.phonemize import tokenizer
from pngnw.phonemize.words import Token, is_mark, tokenize

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
    "'hello'": ["'", "hello", "'"],
    "‘hello’ “you”": ["‘", "hello", "’", "“", "you", "”"],
    "in the U.S. now": ["in", "the", "U.S.", "now"],
    "J.R.R.Tolkien": ["J.R.R", ".", "Tolkien"],
    "café cafe\u0301": ["café", "cafe\u0301"],
    "a_b": ["a", "_", "b"],
    "-x- 'a-": ["-", "x", "-", "'", "a", "-"],
    "日本 x²": ["日本", "x²"],
    "\x1ca\x1fb": ["a", "b"],
}

TRICKY = st.text(st.sampled_from("ab sS.'’‘\"-‐ \n\x1cé\u0301ʼ1_…tiem"), max_size=25)


@pytest.mark.parametrize(("text", "cut"), CUTS.items())
def test_cuts(text: str, cut: list[str]) -> None:
    assert [token.text for token in tokenize(text)] == cut


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40) | TRICKY)
def test_offsets_are_exact_and_nothing_is_lost(text: str) -> None:
    tokens = tokenize(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(a.end <= b.start for a, b in itertools.pairwise(tokens))
    assert "".join(token.text for token in tokens) == "".join(text.split())
    assert all(len(token.text) == 1 for token in tokens if is_mark(token.text))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=20) | TRICKY, max_size=6))
def test_the_columns_hold_the_same_tokens(texts: list[str]) -> None:
    found = tokenizer.tokenize(pa.array(texts, pa.large_string()))
    tokens = [
        Token(found.distinct[kind], start, end)
        for kind, start, end in zip(
            found.kind_W.tolist(), found.start_W.tolist(), found.end_W.tolist(), strict=True
        )
    ]
    rows = zip(found.bounds_R[:-1], found.bounds_R[1:], strict=True)
    assert [tokens[a:b] for a, b in rows] == [tokenize(text) for text in texts]
