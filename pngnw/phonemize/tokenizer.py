"""The tokenizer: spoken texts to words and punctuation marks, as flat columns with exact offsets.

Guarantees: `text[start:end]` is the token; tokens are in order, do not overlap, and together hold
every character that is not white space. A text has the same tokens alone and among others.

A hyphenated word, a contraction, a possessive and a dotted initialism ("U.S.") are one token each;
every other character is a mark, a token of its own, and so is the last dot of an initialism at the
end of a text of several words. An apostrophe is part of a word between letters ("don't"), in front
of a known elision ("'tis") and behind "s", "-in", "o", "th", "ol" ("the dogs' bowl", "goin'") as
long as no single quote is open. Everything but that quote and the end of a text is decided between
two spaces, so each distinct chunk of a corpus is cut once and the rest is numpy.

Letters in the names of arrays: R texts, C chunks (what stands between two spaces), K distinct
chunks, T tokens of the distinct chunks, W tokens.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

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
_ELIDED: Final = re.compile(
    rf"[{APOSTROPHES}\u2018](?:{'|'.join(_ELISIONS)})"
    rf"(?:{_APOSTROPHE}[a-z]+)?(?![^\W_{_COMBINING}])",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(r"(?:s|[a-z]{2}in|^o|^th|^ol|^\Wn)$", re.IGNORECASE)
# Nineteen chunks of twenty: a word of plain letters, perhaps in marks. No need to look closer.
_SIMPLE: Final = (
    r"""^(?P<opening>["(]?)(?P<word>[A-Za-z]+(?:[-'][A-Za-z]+)*)"""
    r"""(?P<first>[,.;:!?)"]?)(?P<second>[,.;:!?)"]?)$"""
)
_SLOTS: Final = ("opening", "word", "first", "second")
# Normalized text has no white space but the space, any text may.
_NO_SPACE: Final = re.compile(r"[^\s\x1c-\x1f]+")

Ints = NDArray[np.int64]
Spans = list[tuple[int, int]]


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
    chunks = coded.dictionary.cast(pa.large_string())
    chunk_C = coded.indices.to_numpy().astype(np.int64)
    bounds_R = per_text.offsets.to_numpy().astype(np.int64)

    cuts = _Cuts(chunks)
    cut_C = chunk_C.copy()
    # From the first chunk that opens a single quote, a text is cut chunk by chunk.
    opening = np.flatnonzero(cuts.opens[chunk_C])
    rows, first = np.unique(np.searchsorted(bounds_R, opening, "right") - 1, return_index=True)
    for row, start in zip(rows.tolist(), opening[first].tolist(), strict=True):
        quoted = False
        for at in range(start, bounds_R[row + 1]):
            cut_C[at], quoted = cuts.quoted(int(chunk_C[at]), quoted)
    # The full stop of a sentence that ends in an initialism is a mark, too.
    last = (bounds_R[1:] - 1)[np.diff(bounds_R) > 1]
    ending, which = np.unique(cut_C[last], return_inverse=True)
    cut_C[last] = np.array([cuts.ending(cut) for cut in ending.tolist()], np.int64)[which]

    distinct, kind_T, start_T, end_T, count_K = cuts.joined()
    count_C = count_K[cut_C]
    token_W = gather(cumulated(count_K)[cut_C], count_C)
    # Where each chunk starts in its text: a space stands behind each but the last.
    length_K = pc.utf8_length(chunks).to_numpy()
    before_C = cumulated(length_K[chunk_C] + 1)
    base_C = before_C[:-1] - np.repeat(before_C[bounds_R[:-1]], np.diff(bounds_R))
    base_W = np.repeat(base_C, count_C)
    return Tokens(
        distinct,
        kind_T[token_W],
        cumulated(count_C)[bounds_R],
        base_W + start_T[token_W],
        base_W + end_T[token_W],
    )


def is_word(text: str) -> bool:
    """Whether a text is a single token, and that a word."""
    return _WORD.fullmatch(text) is not None


def is_mark(token: str) -> bool:
    """Whether a token is punctuation: it holds no letter and no digit."""
    return not any(char.isalnum() and char not in APOSTROPHES for char in token)


def gather(firsts: Ints, counts: Ints) -> Ints:
    """Indices `first, first + 1, ... first + count - 1` of every group, one after the other."""
    before = cumulated(counts)
    indices = np.repeat(firsts - before[:-1], counts)
    indices += np.arange(before[-1])
    return indices


def cumulated(counts: Ints) -> Ints:
    """Bounds of consecutive groups: 0 and the running sums; one value more than groups."""
    bounds = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=bounds[1:])
    return bounds


class _Cuts:
    """Cuts of distinct chunks: cut n is chunk n's while no single quote is open.

    Simple chunks are cut in columns; `opens[n]` says whether a single quote is open behind chunk n.
    Chunks behind an open quote and initialisms at the end, which are few, get cuts of their own.
    """

    def __init__(self, chunks: pa.LargeStringArray) -> None:
        self._count = self._total = len(chunks)
        slots = pc.extract_regex(chunks, _SIMPLE)
        self._is_simple = slots.is_valid().to_numpy(zero_copy_only=False)
        self._slots = [pc.struct_field(slots, name) for name in _SLOTS]
        others = np.flatnonzero(~self._is_simple)
        written = chunks.take(pa.array(others)).to_pylist()
        self._spans: dict[int, tuple[str, Spans]] = {}
        self.opens = np.zeros(len(chunks), bool)
        for cut, text in zip(others.tolist(), written, strict=True):
            spans, self.opens[cut] = _split(text, quoted=False)
            self._spans[cut] = text, spans
        self._quoted: dict[int, tuple[int, bool]] = {}

    def quoted(self, chunk: int, quoted: bool) -> tuple[int, bool]:
        """The cut of a chunk behind an open quote or none; and whether one is open behind it."""
        if not quoted or self._is_simple[chunk]:
            return chunk, quoted or bool(self.opens[chunk])
        cut = self._quoted.get(chunk)
        if cut is None:
            text = self._spans[chunk][0]
            spans, opens = _split(text, quoted=True)
            cut = self._quoted[chunk] = self._add(text, spans), opens
        return cut

    def ending(self, cut: int) -> int:
        """The cut of a chunk that ends a text: the last dot of an initialism is a full stop."""
        text, spans = self._spans.get(cut, ("", []))
        at = next((n for n, (start, end) in reversed([*enumerate(spans)]) if end > start + 1), None)
        if at is None or text[spans[at][1] - 1] != "." or set(text[spans[at][1] :]) & set(".?!…"):
            return cut
        start, end = spans[at]
        return self._add(text, [*spans[:at], (start, end - 1), (end - 1, end), *spans[at + 1 :]])

    def _add(self, text: str, spans: Spans) -> int:
        cut = self._total
        self._spans[cut] = text, spans
        self._total += 1
        return cut

    def joined(self) -> tuple[list[str], Ints, Ints, Ints, Ints]:
        """Tokens of all cuts in a row.

        Returns:
            Their distinct spellings; of every token which of these it is, where it starts and ends
            in its chunk; and tokens per cut.
        """
        sizes = [pc.utf8_length(slot).fill_null(0).to_numpy() for slot in self._slots]
        counts = np.zeros(self._total, np.int64)
        counts[: self._count] = sum((size > 0).astype(np.int64) for size in sizes)
        for cut, (_, spans) in self._spans.items():
            counts[cut] = len(spans)
        firsts = cumulated(counts)
        starts, ends = np.zeros((2, firsts[-1]), np.int64)
        indices, texts = [], []
        index, offset = firsts[: self._count].copy(), np.zeros(self._count, np.int64)
        for slot, size in zip(self._slots, sizes, strict=True):
            filled = np.flatnonzero(size)
            indices.append(index[filled])
            texts.append(slot.take(pa.array(filled)))
            starts[indices[-1]] = offset[filled]
            offset += size
            ends[indices[-1]] = offset[filled]
            index[filled] += 1
        others = [
            (at, text[start:end], start, end)
            for cut, (text, spans) in self._spans.items()
            for at, (start, end) in enumerate(spans, start=int(firsts[cut]))
        ]
        at_O = np.array([at for at, *_ in others], np.int64)
        starts[at_O] = [start for *_, start, _ in others]
        ends[at_O] = [end for *_, end in others]
        indices.append(at_O)
        texts.append(pa.array([text for _, text, *_ in others], pa.large_string()))
        coded = pa.concat_arrays(texts).dictionary_encode()
        kinds = np.empty(firsts[-1], np.int64)
        kinds[np.concatenate(indices)] = coded.indices.to_numpy()
        return coded.dictionary.to_pylist(), kinds, starts, ends, counts


def _split(chunk: str, quoted: bool) -> tuple[Spans, bool]:
    """The tokens of a chunk, and whether a single quote is open behind it (`quoted`: before it)."""
    spans: Spans = []
    for run in _NO_SPACE.finditer(chunk):
        at = run.start()
        while at < run.end():
            match = _ELIDED.match(chunk, at, run.end()) or _WORD.match(chunk, at, run.end())
            if match is None:
                if chunk[at] in OPENING or chunk[at] in APOSTROPHES:
                    before = chunk[max(at - 1, run.start()) : at]
                    opens = chunk[at + 1 : at + 2].isalnum() and not before.isalnum()
                    quoted = opens and chunk[at] != "`"
                end = at + 1
            else:
                end = match.end()
                behind = chunk[end : end + 1]
                if not quoted and behind and behind in APOSTROPHES and _TAIL.search(match[0]):
                    end += 1
            spans.append((at, end))
            at = end
    return spans, quoted
