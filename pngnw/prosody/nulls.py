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
from pngnw.core.ragged import offsets
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
    of_tokens, of_words = _token_levels(data.sentences), _word_levels(data.sentences)
    for name, target in data.targets.items():
        fit = np.zeros(data.start(name)[-1], dtype=np.bool_)
        fit[data.at(name, data.rows(part))] = True
        fit &= data.known(name)
        if name in CLASSES:
            values = np.eye(CLASSES[name])[np.maximum(target, 0)]
            tables = [np.log(table) for table in _tables(of_words, values, fit)]
        else:
            values = np.nan_to_num(target.astype(np.float64))[:, None]
            tables = [table[:, 0] for table in _tables(of_tokens, values, fit)]
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
    first = offsets(sentences.phonemes_per_word)
    place = np.arange(len(word)) - first[word]
    edges = (place == 0) + 2 * (place == np.diff(first)[word] - 1)
    _, position, identity = ([column[word] for column in each] for each in _word_levels(sentences))
    return [[sentences.phonemes.astype(np.int64)], [edges, *position], [*identity, place]]


def _word_levels(sentences: Sentences) -> list[list[Int]]:
    """Of every word its last phoneme; the mark behind it (0 where there is none) and the quarter of
    the sentence; the word itself."""
    last = offsets(sentences.phonemes_per_word)[1:] - 1
    token = sentences.phonemes[np.maximum(last, 0)].astype(np.int64)
    is_mark = np.append(~spoken_words(sentences)[1:], False)
    is_mark[sentences.word_start[1:] - 1] = False  # the next word is another sentence's
    mark = np.where(is_mark, np.append(token[1:], 0), 0)
    counts = np.diff(sentences.word_start)
    place = np.arange(counts.sum()) - np.repeat(sentences.word_start[:-1], counts)
    quarter = np.asarray(QUARTERS * place // np.repeat(counts, counts), dtype=np.int64)
    words = [word for row in spelled(sentences) for word in row]
    return [[token], [mark, quarter], [np.unique(words, return_inverse=True)[1]]]
