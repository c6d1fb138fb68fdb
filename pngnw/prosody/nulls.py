"""Tables that know nothing of context: what an encoder has to beat.

Each refines the one before it, and where a cell is rarely seen it falls back on that one:
`phoneme`, the mean over each phoneme (for a word's classes: its last one); `position`, also the
place in the word, the mark behind the word and the quarter of the sentence; `word`, also the word
itself. Seen n times, a cell's mean is (sum + STRENGTH · the table before) / (n + STRENGTH).

Letters: N tokens or words, K classes, D numbers of a target.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.arms.text import spelled
from pngnw.model.sentences import Int, Sentences
from pngnw.prosody.dataset import CLASSES, ProsodySet, spoken_words

Floats = NDArray[np.float64]
NULLS: Final = ("phoneme", "position", "word")
STRENGTH: Final = 4.0
QUARTERS: Final = 4


def predictions(data: ProsodySet, part: str) -> dict[str, dict[str, Floats]]:
    """Every null's predictions of every target: numbers [P], log-probabilities [W, K].

    Args:
        data: the set.
        part: the sentences that the tables are made of.
    """
    out: dict[str, dict[str, Floats]] = {name: {} for name in NULLS}
    word = token_words(data.sentences)
    in_part = np.isin(np.arange(len(data)), data.rows(part))
    word_in_part = np.repeat(in_part, np.diff(data.sentences.word_start))
    levels_w, levels_p = _word_levels(data.sentences), _token_levels(data.sentences)
    for name in data.targets:
        if name in data.numbers:
            fit = word_in_part[word] & data.known(name)
            values = np.nan_to_num(data.numbers[name].astype(np.float64))[:, None]
            tables = [table[:, 0] for table in _tables(levels_p, values, fit)]
        else:
            fit = word_in_part & data.known(name)
            values = np.eye(CLASSES[name])[np.maximum(data.classes[name], 0)]
            tables = [np.log(table) for table in _tables(levels_w, values, fit)]
        for null, table in zip(NULLS, tables, strict=True):
            out[null][name] = table
    return out


def token_words(sentences: Sentences) -> Int:
    """The word of every phoneme-side token, among those of all sentences, [P]."""
    counts = sentences.phonemes_per_word.astype(np.int64)
    return np.repeat(np.arange(len(counts)), counts)


def _tables(levels: list[list[Int]], values: Floats, fit: NDArray[np.bool_]) -> list[Floats]:
    """The nulls' means [N, D] of values [N, D], fitted on some rows; each level is some columns."""
    total = values[fit]
    # One more than was seen, shared by all: no class is impossible.
    share = (total.sum(axis=0) + 1 / total.shape[1]) / (len(total) + 1)
    mean = np.tile(share if total.shape[1] > 1 else total.mean(axis=0), (len(values), 1))
    out, cell = [], np.zeros(len(values), dtype=np.int64)
    for columns in levels:
        for column in columns:
            both = cell * (int(column.max(initial=0)) + 1) + column
            cell = np.unique(both, return_inverse=True)[1].astype(np.int64)
            seen = np.bincount(cell[fit], minlength=cell.max() + 1)
            sums = [np.bincount(cell[fit], each[fit], minlength=len(seen)) for each in values.T]
            own = np.stack(sums, axis=1)[cell]
            mean = (own + STRENGTH * mean) / (seen[cell] + STRENGTH)[:, None]
        out.append(mean)
    return out


def _token_levels(sentences: Sentences) -> list[list[Int]]:
    word = token_words(sentences)
    counts = sentences.phonemes_per_word.astype(np.int64)
    place = np.arange(len(word)) - (np.cumsum(counts) - counts)[word]
    edges = (place == 0) + 2 * (place == counts[word] - 1)
    return [
        [sentences.phonemes.astype(np.int64)],
        [edges, _mark_behind(sentences)[word], _quarter(sentences)[word]],
        [_word_ids(sentences)[word], place],
    ]


def _word_levels(sentences: Sentences) -> list[list[Int]]:
    last = np.cumsum(sentences.phonemes_per_word, dtype=np.int64) - 1
    phoneme = sentences.phonemes[np.maximum(last, 0)].astype(np.int64)
    return [
        [phoneme],
        [_mark_behind(sentences), _quarter(sentences)],
        [_word_ids(sentences)],
    ]


def _mark_behind(sentences: Sentences) -> Int:
    """The token of the mark behind each word, 0 where there is none, [W]."""
    last = np.cumsum(sentences.phonemes_per_word, dtype=np.int64) - 1
    behind = np.append(sentences.phonemes[np.maximum(last, 0)].astype(np.int64)[1:], 0)
    is_mark = np.append(~spoken_words(sentences)[1:], False)
    is_mark[sentences.word_start[1:] - 1] = False  # the next word is another sentence's
    return np.where(is_mark, behind, 0)


def _quarter(sentences: Sentences) -> Int:
    """In which quarter of its sentence each word lies, [W]."""
    counts = np.diff(sentences.word_start)
    place = np.arange(counts.sum()) - np.repeat(sentences.word_start[:-1], counts)
    return np.asarray(QUARTERS * place // np.repeat(counts, counts), dtype=np.int64)


def _word_ids(sentences: Sentences) -> Int:
    words = [word for row in spelled(sentences) for word in row]
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.int64)
