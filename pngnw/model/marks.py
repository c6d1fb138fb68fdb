"""Punctuation marks as an answer: sentences without them, and which mark followed each word.

What is left of a sentence knows nothing of its marks: they are taken out of both sides, positions
count the words that are left, and capitals are gone, since they tell where a sentence or a
quotation begins.

Labels: of the marks that follow a word, the one that comes first in `question`, `exclamation`,
`full_stop`, `comma`, `pause` (; : -). Quotation marks and brackets are no answer: beside them alone
a word's label is `none`.

Letters: S sentences, W words.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.align.symbols import TOKENS
from pngnw.core.ragged import offsets
from pngnw.model.sentences import OF_TOKENS, Int, Sentences

LABELS: Final = ("none", "pause", "comma", "full_stop", "exclamation", "question")
_OF_MARK: Final = {"?": 5, "!": 4, ".": 3, ",": 2, ";": 1, ":": 1, "-": 1}
_LOWER: Final = 1  # word type
Bool = NDArray[np.bool_]


def find(sentences: Sentences) -> tuple[Bool, Int]:
    """Which words are marks, [W] bool; and the label of the marks that follow each word, [W]."""
    first = offsets(sentences.phonemes_per_word)[:-1]
    voiced = sentences.phonemes_per_word > 0
    token = np.zeros(len(voiced), dtype=np.int64)
    token[voiced] = sentences.phonemes[first[voiced]]
    # A mark has one token, of the vocabulary's first blocks; so has a mark that is <unk>.
    mark = voiced & (token < TOKENS.letters.start)
    label_of_token = np.zeros(len(TOKENS), dtype=np.int64)
    for symbol, rank in _OF_MARK.items():
        label_of_token[TOKENS.id(symbol)] = rank
    sentence = np.repeat(np.arange(len(sentences)), np.diff(sentences.word_start))
    word = np.flatnonzero(~mark)
    # A mark belongs to the last word before it, if that is of the same sentence.
    before = np.cumsum(~mark) - 1
    owned = mark & (before >= 0)
    owned[owned] = sentence[word[before[owned]]] == sentence[owned]
    label: Int = np.zeros(len(mark), dtype=np.int64)
    np.maximum.at(label, word[before[owned]], label_of_token[token[owned]])
    return mark, label


def strip(sentences: Sentences, marks: Bool, lower: Bool | None = None) -> Sentences:
    """Sentences without some words, and without capitals.

    Args:
        sentences: S of them.
        marks: [W], the words to leave out.
        lower: [S], the sentences that lose their capitals; all if left out.
    """
    words = ~marks
    if lower is None:
        lower = np.ones(len(sentences), dtype=np.bool_)
    of_word = np.repeat(lower, np.diff(sentences.word_start))
    counts = offsets(words)[sentences.word_start]
    types = np.where(of_word, np.asarray(_LOWER, sentences.word_type.dtype), sentences.word_type)
    changed: dict[str, NDArray[np.generic]] = {"word_start": counts, "word_type": types[words]}
    for name, columns in OF_TOKENS.items():
        per_word = getattr(sentences, f"{name}s_per_word")
        tokens = np.repeat(words, per_word)
        for column in columns:
            changed[column] = getattr(sentences, column)[tokens]
        changed[f"{name}s_per_word"] = per_word[words]
        changed[f"{name}_start"] = offsets(per_word[words])[counts]
    return replace(sentences, **changed)  # type: ignore[arg-type] # arrays of the fields' types
