"""Punctuation restoration, from the corpus itself: which mark follows a word, once all are gone?

Guarantees: the encoder reads the words alone. Every mark is taken out of both sides, positions
count the words that are left, and capitals are gone, since they tell where a sentence or a
quotation begins. The sentences are of the test split, whose documents pretraining never read.

Labels: of the marks that follow a word, the one that comes first in `question`, `exclamation`,
`full_stop`, `comma`, `pause` (; : -). Quotation marks and brackets are no answer: beside them alone
a word's label is `none`. The last word of a sentence is a group of its own (`end`): that it is the
last one, any encoder with positions knows.

Letters: S sentences, W words, P phoneme-side tokens.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.ragged import offsets
from pngnw.model.sentences import COLUMNS, Int, Sentences, spans
from pngnw.probe.questions import UNASSIGNED, Questions

LABELS: Final = ("none", "pause", "comma", "full_stop", "exclamation", "question")
_OF_MARK: Final = {"?": 5, "!": 4, ".": 3, ",": 2, ";": 1, ":": 1, "-": 1}
_LOWER: Final = 1  # word type
_COLUMNS: Final = (
    ("phonemes", ("phonemes", "piece_of_phoneme"), "phoneme_start"),
    ("graphemes", ("graphemes", "piece_of_grapheme"), "grapheme_start"),
    ("pieces", ("pieces",), "piece_start"),
)


def read(align: Path) -> Questions:
    """Questions about the test split of a folder of align shards.

    Raises:
        UserError: a shard is missing or damaged, or no sentence is in the test split.
    """
    parts = []
    for path in shards.paths(align):
        table = shards.read(path, [*COLUMNS, "split"])
        chosen = pc.equal(table.column("split").cast(pa.string()), "test")
        parts.append(Sentences.from_table(table.filter(chosen)))
    sentences = Sentences.concat(parts)
    if not len(sentences):
        raise UserError(f"{align}: no sentence is in the test split; raise clean.test")
    return to_questions(sentences)


def to_questions(sentences: Sentences) -> Questions:
    """Take the marks out of sentences and ask for them."""
    first = offsets(sentences.phonemes_per_word)[:-1]
    voiced = sentences.phonemes_per_word > 0
    token = np.zeros(len(voiced), dtype=np.int64)
    token[voiced] = sentences.phonemes[first[voiced]]
    # A mark has one token, of the vocabulary's first blocks; so has a mark that is <unk>.
    mark = voiced & (token < TOKENS.letters.start)
    weight_of_token = np.zeros(len(TOKENS), dtype=np.int64)
    for symbol, rank in _OF_MARK.items():
        weight_of_token[TOKENS.id(symbol)] = rank

    sentence = np.repeat(np.arange(len(sentences)), np.diff(sentences.word_start))
    word = np.flatnonzero(~mark)
    # A mark belongs to the last word before it, if that is of the same sentence.
    before = np.cumsum(~mark) - 1
    owned = mark & (before >= 0)
    owned[owned] = sentence[word[before[owned]]] == sentence[owned]
    weight = np.zeros(len(word), dtype=np.int64)
    np.maximum.at(weight, before[owned], weight_of_token[token[owned]])

    stripped = _without(sentences, mark)
    of_word = sentence[word]
    last = np.ones(len(word), dtype=np.bool_)
    last[:-1] = of_word[1:] != of_word[:-1]
    position = spans(np.zeros(len(sentences), dtype=np.int64), np.diff(stripped.word_start))
    questions = Questions(
        sentences=stripped,
        part=np.full(len(sentences), UNASSIGNED),
        sentence=of_word,
        first=position,
        stop=position + 1,
        group=np.where(last, "end", "inside"),
        label=np.array(LABELS)[weight],
        dropped=Counter(),
    )
    return questions.filter(voiced[word], "no_phonemes")


def _without(sentences: Sentences, marks: NDArray[np.bool_]) -> Sentences:
    """Sentences without the words where `marks` [W] is true, and without capitals."""
    words = ~marks
    counts = offsets(words)[sentences.word_start]
    changed: dict[str, Int | NDArray[np.generic]] = {
        "word_start": counts,
        "word_type": np.full_like(sentences.word_type[words], _LOWER),
    }
    for name, columns, start in _COLUMNS:
        per_word = getattr(sentences, f"{name}_per_word")
        tokens = np.repeat(words, per_word)
        for column in columns:
            changed[column] = getattr(sentences, column)[tokens]
        changed[f"{name}_per_word"] = per_word[words]
        changed[start] = offsets(per_word[words])[counts]
    return replace(sentences, **changed)  # type: ignore[arg-type]
