"""Controls without an encoder of ours: a table of words, and the sentence encoder's states.

Guarantees: words are decoded from the very tokens that the encoders read, so where marks and
capitals were taken away they are away here.

Letters: W words, Q questions, F features.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from pngnw.arms.text import spelled, word_starts
from pngnw.core.errors import UserError
from pngnw.core.ragged import offsets
from pngnw.probe.questions import Questions

SUFFIXES: Final = (1, 2, 3)  # letters


def lexical(questions: Questions, neighbors: int) -> Any:
    """A row of zeros and ones for every question, as a scipy matrix [Q, F] in float32.

    Of each word asked about, the word and its last one to three letters; with `neighbors`, also
    each of so many words (or marks) before and behind, by its place.
    """
    column: dict[tuple[str | int, str], int] = {}
    sentences = spelled(questions.sentences)
    rows: list[list[int]] = []
    for sentence, first, stop in zip(
        questions.sentence.tolist(), questions.first.tolist(), questions.stop.tolist(), strict=True
    ):
        words = sentences[sentence]
        found: list[tuple[str | int, str]] = []
        for word in words[first:stop]:
            found.append(("word", word))
            found += [("suffix", word[-length:]) for length in SUFFIXES if length <= len(word)]
        for distance in range(1, neighbors + 1):
            before, behind = first - distance, stop - 1 + distance
            found.append((-distance, words[before] if before >= 0 else ""))
            found.append((distance, words[behind] if behind < len(words) else ""))
        # Columns in the order in which they are met: a fit depends a little on it.
        rows.append(sorted({column.setdefault(each, len(column)) for each in found}))
    indices = np.fromiter((index for row in rows for index in row), np.int64)
    bounds = offsets(np.array([len(row) for row in rows], dtype=np.int64))
    data = np.ones(len(indices), dtype=np.float32)
    return csr_matrix((data, indices, bounds), shape=(len(rows), max(len(column), 1)))


def of_questions(states_WH: NDArray[np.float32], questions: Questions) -> NDArray[np.float32]:
    """The mean over the words asked about, [Q, H], of one state for every word of the set."""
    base = questions.sentences.word_start[questions.sentence]
    lengths = questions.stop - questions.first
    bounds = offsets(lengths)
    words = np.repeat(base + questions.first - bounds[:-1], lengths) + np.arange(bounds[-1])
    share = np.repeat(1 / lengths, lengths).astype(np.float32)
    mean = csr_matrix((share, words, bounds), shape=(len(questions), len(states_WH)))
    return np.asarray(mean @ states_WH)


def minilm(questions: Questions) -> NDArray[np.float32]:
    """States of the sentence encoder that the teacher carries, [Q, 384].

    Raises:
        UserError: its package is not installed, or a sentence is too long for it.
    """
    from pngnw.teach.minilm import TOKENS, MiniLM

    sentences = spelled(questions.sentences)
    texts = [" ".join(words) for words in sentences]
    states: list[NDArray[np.float32]] = [np.zeros((0, 0), np.float32)] * len(texts)
    for batch in MiniLM.load().batches(texts):
        found = batch.words([word_starts(sentences[row]) for row in batch.rows])
        for row, (states_WH, count_W) in zip(batch.rows, found, strict=True):
            if not count_W.all():
                raise UserError(
                    f"the sentence encoder takes {TOKENS} wordpieces at most; split the sentence "
                    f"{texts[row][:40]!r}…"
                )
            states[row] = states_WH
    return of_questions(np.concatenate(states), questions)
