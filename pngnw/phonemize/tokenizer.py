"""The tokenizer: spoken texts to words and punctuation marks, as flat columns with exact offsets.

Guarantees: `text[start:end]` is the token; tokens are in order, do not overlap, and together hold
every character that is not white space. A text has the same tokens alone and among others.

A hyphenated word, a contraction, a possessive and a dotted initialism ("U.S.") are one token each;
every other character is a mark, a token of its own, and so is the last dot of an initialism at the
end of a text of several words. An apostrophe is part of a word between letters ("don't"), in front
of a known elision ("'tis") and behind "s", "-in", "o", "th", "ol" ("the dogs' bowl", "goin'") as
long as no single quote is open. Everything but that quote and the end of a text is decided between
two spaces, so each distinct chunk of a corpus is cut once and the rest is numpy.

Letters in the names of arrays: R texts, C chunks (what stands between two spaces), K cuts of
distinct chunks, T tokens of the cuts, W tokens.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pngnw.core.ragged import gather, offsets

APOSTROPHES: Final = "'\u2019\u02bc\uff07"
OPENING: Final = "\u2018\u201b`"
HYPHENS: Final = "-\u2010\u2011"  # the ASCII one first: a character class starts with it
# Combining marks belong to the letter they stand on; Python's \w leaves them out.
_COMBINING: Final = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ELISIONS: Final = (
    "twouldn", "twould", "twasn", "twixt", "twill", "twere", "neath", "gainst", "cause", "course",
    "round", "tisn", "twas", "till", "bout", "cos", "cuz", "ere", "ave", "tis", "til", "em", "er",
    "im", "ow", "n",
)  # fmt: skip
# The apostrophe U+02BC is a letter for Unicode, a joiner for us.
_LETTERS: Final = rf"(?:[^\W_\u02bc][{_COMBINING}]*)+"
_APOSTROPHE: Final = f"[{APOSTROPHES}]"
_WORD: Final = re.compile(
    rf"[^\W\d_](?:\.[^\W\d_])+(?:\.(?![^\W_]))?(?![^\W_{_COMBINING}])"
    rf"(?:{_APOSTROPHE}[sS](?![^\W_]))?|{_LETTERS}(?:[{HYPHENS}{APOSTROPHES}]{_LETTERS})*"
)
# Normalized text has no white space but the space, any text may.
_TOKEN: Final = re.compile(
    rf"(?i:[{APOSTROPHES}\u2018](?:{'|'.join(_ELISIONS)})(?:{_APOSTROPHE}[a-z]+)?)"
    rf"(?![^\W_{_COMBINING}])|{_WORD.pattern}|[^\s\x1c-\x1f]"
)
_TAIL: Final = re.compile(r"(?:s|[a-z]{2}in|^o|^th|^ol|^\Wn)$", re.IGNORECASE)
_QUOTES: Final = frozenset(OPENING + APOSTROPHES)
REMEMBERED: Final = 50_000  # chunks

Ints = NDArray[np.int64]
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Tokens:
    """Tokens of R texts: `distinct[kind_W[w]]` stands at `start_W[w]:end_W[w]` of its text.

    Attributes:
        distinct: every spelling that occurs.
        kind_W: index into `distinct`.
        bounds_R: tokens of text r are `bounds_R[r]:bounds_R[r + 1]`; R + 1 values.
        start_W, end_W: in code points of the text.
    """

    distinct: list[str]
    kind_W: Ints
    bounds_R: Ints
    start_W: Ints
    end_W: Ints


def tokenize(texts: pa.ChunkedArray | pa.Array) -> Tokens:
    """The tokens of every text (string column without nulls)."""
    column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    per_text = pc.split_pattern(column, " ")
    coded = per_text.flatten().dictionary_encode()
    chunks: list[str] = coded.dictionary.to_pylist()
    chunk_C = coded.indices.to_numpy().astype(np.int64)
    bounds_R = per_text.offsets.to_numpy().astype(np.int64)

    # Cuts are numbered, those of chunks outside of quotes as the chunks are.
    cuts: dict[tuple[str, Spans], int] = {}
    opens = np.zeros(len(chunks), bool)
    for number, chunk in enumerate(chunks):
        spans, opens[number] = _cut(chunk, False)
        cuts[chunk, spans] = number
    cut_C = chunk_C.copy()
    # From the first chunk that opens a single quote, a text is cut chunk by chunk.
    opening = np.flatnonzero(opens[chunk_C])
    rows, first = np.unique(np.searchsorted(bounds_R, opening, "right") - 1, return_index=True)
    for row, start in zip(rows.tolist(), opening[first].tolist(), strict=True):
        quoted = False
        for at in range(start, bounds_R[row + 1]):
            chunk = chunks[chunk_C[at]]
            spans, quoted = _cut(chunk, quoted)
            cut_C[at] = cuts.setdefault((chunk, spans), len(cuts))
    # The full stop of a sentence that ends in an initialism is a mark, too.
    last = (bounds_R[1:] - 1)[np.diff(bounds_R) > 1]
    ending, which = np.unique(cut_C[last], return_inverse=True)
    numbered = [*cuts]
    ended = [cuts.setdefault(_ending(*numbered[cut]), len(cuts)) for cut in ending.tolist()]
    cut_C[last] = np.array(ended, np.int64)[which]

    words = [chunk[start:end] for chunk, spans in cuts for start, end in spans]
    kinds = {word: kind for kind, word in enumerate(dict.fromkeys(words))}
    kind_T = np.array([kinds[word] for word in words], np.int64)
    places = [place for _, spans in cuts for span in spans for place in span]
    spans_T = np.array(places, np.int64).reshape(-1, 2)
    count_K = np.array([len(spans) for _, spans in cuts], np.int64)
    count_C = count_K[cut_C]
    token_W = gather(offsets(count_K)[cut_C], count_C)
    # Where each chunk starts in its text: a space stands behind each but the last.
    before_C = offsets(np.array([len(chunk) + 1 for chunk in chunks], np.int64)[chunk_C])
    base_C = before_C[:-1] - np.repeat(before_C[bounds_R[:-1]], np.diff(bounds_R))
    start_W, end_W = (spans_T[token_W] + np.repeat(base_C, count_C)[:, None]).T
    return Tokens([*kinds], kind_T[token_W], offsets(count_C)[bounds_R], start_W, end_W)


def is_word(text: str) -> bool:
    """Whether a text is a single token, and that a word."""
    return _WORD.fullmatch(text) is not None


def is_mark(token: str) -> bool:
    """Whether a token is punctuation: it holds no letter and no digit."""
    return not any(char.isalnum() and char not in APOSTROPHES for char in token)


@lru_cache(maxsize=REMEMBERED)
def _cut(chunk: str, quoted: bool) -> tuple[Spans, bool]:
    """The tokens of a chunk, and whether a single quote is open behind it (`quoted`: before it)."""
    spans = []
    end = 0
    while match := _TOKEN.search(chunk, end):
        start, end = match.span()
        behind = chunk[end : end + 1]
        if match[0] in _QUOTES:
            opens = behind.isalnum() and not chunk[start - 1 : start].isalnum()
            quoted = opens and match[0] != "`"
        elif not quoted and behind and behind in APOSTROPHES and _TAIL.search(match[0]):
            end += 1
        spans.append((start, end))
    return tuple(spans), quoted


def _ending(chunk: str, spans: Spans) -> tuple[str, Spans]:
    """The cut of a chunk that ends a text: the last dot of an initialism is a full stop."""
    at = next((n for n, (start, end) in reversed([*enumerate(spans)]) if end > start + 1), None)
    if at is None or chunk[spans[at][1] - 1] != "." or set(chunk[spans[at][1] :]) & set(".?!…"):
        return chunk, spans
    start, end = spans[at]
    return chunk, (*spans[:at], (start, end - 1), (end - 1, end), *spans[at + 1 :])
