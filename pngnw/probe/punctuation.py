"""Punctuation restoration, from the corpus itself: which mark follows a word, once all are gone?

Guarantees: the encoder reads the words alone, see `pngnw.model.marks`, which has the labels too.
The sentences are of the test split, whose documents pretraining never read. The last word of a
sentence is a group of its own (`end`): that it is the last one, any encoder with positions knows.

Letters: S sentences, W words, P phoneme-side tokens.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.ragged import gather
from pngnw.model import marks
from pngnw.model.sentences import COLUMNS, Sentences
from pngnw.probe.questions import UNASSIGNED, Questions


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
    mark, label = marks.find(sentences)
    stripped = marks.strip(sentences, mark)
    word = np.flatnonzero(~mark)
    of_word = np.repeat(np.arange(len(sentences)), np.diff(stripped.word_start))
    last = np.ones(len(word), dtype=np.bool_)
    last[:-1] = of_word[1:] != of_word[:-1]
    position = gather(np.zeros(len(sentences), dtype=np.int64), np.diff(stripped.word_start))
    questions = Questions(
        sentences=stripped,
        part=np.full(len(sentences), UNASSIGNED),
        sentence=of_word,
        first=position,
        stop=position + 1,
        group=np.where(last, "end", "inside"),
        label=np.array(marks.LABELS)[label[word]],
        dropped=Counter(),
    )
    return questions.filter(sentences.phonemes_per_word[word] > 0, "no_phonemes")
