"""From sentences to what the encoder reads, in numpy alone: sequences `CLS p… SEP g… SEP`.

Guarantees: no padding, no loop over sentences or tokens. Positions: `abs_token` and `abs_word`
count through the whole sequence; `rel_token` and `rel_word` count from 1 on each side, so that a
word has the same `rel_word` on both; `subword` counts from 1 within the word, `subword_end` down to
1 at its last token, so that a hidden word shows how long it is at every token. CLS is 0 in all of
them. SEP goes on counting tokens and words, and is 0 within words.

Letters: B sentences, N tokens of all of them, W words of all of them, P the most phonemes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pngnw.align.symbols import TOKENS
from pngnw.core.ragged import gather, offsets
from pngnw.model.sentences import Int, Sentences
from pngnw.params import ModelConfig

CLS = TOKENS.id("<cls>")
SEP = TOKENS.id("<sep>")
MASK = TOKENS.id("<mask>")
# Word values are wordpiece ids moved up by these two, so that no vocabulary file must hold them.
NO_WORD = 0  # CLS and SEP
HIDDEN_WORD = 1
FIRST_PIECE = 2
# Word types 0-4 come from the align shards (0: none).
HIDDEN_TYPE = 5
WORD_TYPES = 6
PHONEME_SIDE, GRAPHEME_SIDE = 0, 1


@dataclass(frozen=True)
class Layout:
    """B sequences of N tokens together; arrays are int64 [N] unless stated.

    Attributes:
        token: phoneme, grapheme, punctuation or special id; wordpiece graphemes are numbered
            after the fixed vocabulary.
        word_value: wordpiece that covers the token + `FIRST_PIECE`, or one of the two specials.
        word_type: 0 to 4 as in the align shards, 5 hidden.
        segment: 0 phoneme side (with CLS and its SEP), 1 grapheme side (with its SEP).
        positions: for each of the six kinds; see the module's docstring.
        word: index [0, W) of the token's word in the batch, -1 for CLS and SEP.
        first_of_piece: bool [N], the token is the first of its word that this wordpiece covers.
        starts: [B + 1], where each sequence starts; the last one is N.
        phoneme_lengths: [B] phoneme-side tokens without CLS and SEP; they follow CLS directly.
    """

    token: Int
    word_value: Int
    word_type: Int
    segment: Int
    positions: dict[str, Int]
    word: Int
    first_of_piece: NDArray[np.bool_]
    starts: Int
    phoneme_lengths: Int


@dataclass(frozen=True)
class _Side:
    """One side of the batch: flat arrays over its tokens; `rows` are theirs in the batch."""

    rows: Int
    token: Int
    word: Int
    subword: Int
    subword_end: Int
    piece: Int
    first_of_piece: NDArray[np.bool_]


def lay_out(sentences: Sentences, indices: NDArray[Any], config: ModelConfig) -> Layout:
    """Lay out the sentences `indices` as one unpadded batch.

    Args:
        sentences: any number of them.
        indices: [B] which ones, in the order of the batch.
        config: its `grapheme_unit` decides what the written side is made of.
    """
    batch = sentences.select(indices)
    starts = offsets(batch.lengths(config.grapheme_unit))
    lengths, words = np.diff(starts), np.diff(batch.word_start)
    spoken_lengths = np.diff(batch.phoneme_start)
    written_lengths = lengths - spoken_lengths - 3  # without CLS and the two SEPs
    first, middle, end = starts[:-1], starts[:-1] + spoken_lengths + 1, starts[1:] - 1

    spoken = _side(
        batch, batch.phonemes, batch.phonemes_per_word, batch.piece_of_phoneme,
        gather(first + 1, spoken_lengths),
    )  # fmt: skip
    if config.grapheme_unit == "letter":
        graphemes = batch.graphemes, batch.graphemes_per_word, batch.piece_of_grapheme
    else:
        counts = batch.pieces_per_word.astype(np.int64)
        graphemes = batch.pieces.astype(np.int64) + len(TOKENS), counts, gather(0, counts)
    written = _side(batch, *graphemes, gather(middle + 1, written_lengths))

    def place(cls: Any, spoken_values: Any, sep: Any, written_values: Any, last: Any) -> Int:
        out = np.empty(int(starts[-1]), dtype=np.int64)
        out[first], out[middle], out[end] = cls, sep, last
        out[spoken.rows], out[written.rows] = spoken_values, written_values
        return out

    rel_word = gather(1, words)
    spoken_rel, written_rel = rel_word[spoken.word], rel_word[written.word]
    before = np.repeat(words + 1, written_lengths)
    positions = {
        "rel_word": place(0, spoken_rel, words + 1, written_rel, words + 1),
        "abs_word": place(0, spoken_rel, words + 1, written_rel + before, 2 * words + 2),
        "rel_token": place(
            0, gather(1, spoken_lengths), spoken_lengths + 1,
            gather(1, written_lengths), written_lengths + 1,
        ),
        "abs_token": gather(0, lengths),
        "subword": place(0, spoken.subword, 0, written.subword, 0),
        "subword_end": place(0, spoken.subword_end, 0, written.subword_end, 0),
    }  # fmt: skip
    pieces, types = batch.pieces.astype(np.int64) + FIRST_PIECE, batch.word_type
    return Layout(
        token=place(CLS, spoken.token, SEP, written.token, SEP),
        word_value=place(NO_WORD, pieces[spoken.piece], NO_WORD, pieces[written.piece], NO_WORD),
        word_type=place(0, types[spoken.word], 0, types[written.word], 0),
        segment=place(PHONEME_SIDE, PHONEME_SIDE, PHONEME_SIDE, GRAPHEME_SIDE, GRAPHEME_SIDE),
        positions=positions,
        word=place(-1, spoken.word, -1, written.word, -1),
        first_of_piece=place(0, spoken.first_of_piece, 0, written.first_of_piece, 0) > 0,
        starts=starts,
        phoneme_lengths=spoken_lengths,
    )


def phonemes_only(layout: Layout, which: NDArray[np.bool_] | None = None) -> Layout:
    """Sequences `CLS p… SEP` without the spelling: no word values, no word types (which tell
    capitals).

    Args:
        layout: B sequences of both sides.
        which: [B] which of them lose their spelling; all if left out.
    """
    full = np.diff(layout.starts)
    if which is None:
        which = np.ones(len(full), dtype=np.bool_)
    lengths = np.where(which, layout.phoneme_lengths + 2, full)
    rows = gather(layout.starts[:-1], lengths)
    hidden = (layout.word[rows] >= 0) & np.repeat(which, lengths)
    return Layout(
        token=layout.token[rows],
        word_value=np.where(hidden, HIDDEN_WORD, layout.word_value[rows]),
        word_type=np.where(hidden, HIDDEN_TYPE, layout.word_type[rows]),
        segment=layout.segment[rows],
        positions={kind: values[rows] for kind, values in layout.positions.items()},
        word=layout.word[rows],
        first_of_piece=layout.first_of_piece[rows],
        starts=offsets(lengths),
        phoneme_lengths=layout.phoneme_lengths,
    )


def _side(
    batch: Sentences,
    token: NDArray[Any],
    per_word: NDArray[Any],
    piece_of_token: NDArray[Any],
    rows: Int,
) -> _Side:
    counts = per_word.astype(np.int64)
    word = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    subword = gather(1, counts)
    piece = offsets(batch.pieces_per_word)[word] + piece_of_token
    first = np.ones(len(piece), dtype=np.bool_)
    first[1:] = (piece[1:] != piece[:-1]) | (word[1:] != word[:-1])
    return _Side(
        rows=rows,
        token=token.astype(np.int64),
        word=word,
        subword=subword,
        subword_end=counts[word] - subword + 1,
        piece=piece,
        first_of_piece=first,
    )
