"""Words of the lexicon in lists, beside the text: spelling and sound of words that the text lacks.

A text of some million words has a tenth of the lexicon's words. Lists of the others teach how
letters and phonemes go together, where running text repeats its common words.

Guarantees: no word that occurs in held-out text is in a list, nor one that sounds like it; a list
has no emoji (all zero) and no numbers of words, so nothing but spelling and sound is learned from
it. A function of the lexicon, the splits and the seed.

Letters: L lists, W words of all lists, D numbers of a word.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from pngnw.model.sentences import OF_TOKENS, Sentences
from pngnw.params import ModelConfig
from pngnw.pretrain.controls import word_table
from pngnw.pretrain.data import Split

WORDS: Final = 16  # of a list: about as many tokens as a sentence has
_FIRST_ID: Final = 2**63  # of the lists; ids of sentences are hashes


def with_word_lists(
    train: Split,
    held_out: Sequence[Split],
    words: Sentences,
    share: float,
    config: ModelConfig,
    seed: int,
) -> Split:
    """The training split and lists of words, `share` of whose tokens are of lists.

    All words come once before any comes again, beside others.

    Args:
        train, held_out: the text.
        words: the lexicon's, each a sentence of its own.
        share: below 1.
        config: of the model; decides what a token is, and which list is too long.
        seed: decides the order.
    """
    unit = config.grapheme_unit
    table = word_table(words, unit).with_row_index("row")
    for split in held_out:
        said = word_table(split.sentences, unit)
        for column in ("spelling", "pronunciation"):
            table = table.join(said.select(column).unique(), on=column, how="anti")
    words = words.select(np.sort(table["row"].to_numpy()))
    wanted = int(train.sentences.lengths(unit).sum()) * share / (1 - share)
    passes = int(np.ceil(wanted / max(1, int(_grouped(words).lengths(unit).sum()))))
    rng = np.random.Generator(np.random.Philox(key=seed))
    order = [rng.permutation(len(words)) for _ in range(passes)]
    lists = _grouped(words.select(np.concatenate([np.zeros(0, np.int64), *order])))
    lists = lists.select(np.flatnonzero(lists.lengths(unit) <= config.max_tokens))
    enough = np.flatnonzero(lists.lengths(unit).cumsum() <= wanted)
    return Split.concat([train, _untaught(lists.select(enough), train)])


def _grouped(words: Sentences) -> Sentences:
    """Sentences of one word to lists of `WORDS`; the last may be shorter."""
    first = np.arange(0, len(words), WORDS)
    cuts = np.append(first, len(words))
    starts = {
        f"{name}_start": getattr(words, f"{name}_start")[cuts] for name in ("word", *OF_TOKENS)
    }
    return replace(words, id=_FIRST_ID + np.arange(len(first), dtype=np.uint64), **starts)


def _untaught(lists: Sentences, like: Split) -> Split:
    """Lists as a split with zeros in the place of what a teacher tells."""
    rows, words = len(lists), int(lists.word_start[-1])
    return Split(
        lists,
        np.zeros((rows, like.emoji.shape[1]), like.emoji.dtype),
        None if like.features is None else np.zeros((rows, like.features.shape[1]), np.float16),
        {
            name: np.zeros((words, numbers.shape[1]), numbers.dtype)
            for name, numbers in like.of_words.items()
        },
    )
