"""Lists of words: lexicon words in order, none from held-out text, spelling and sound alone."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

import pngnw
from pngnw.align.sentences import LOWER, Key, WordAligner, sentence_columns
from pngnw.align.stage import lexicon_table
from pngnw.align.symbols import TOKENS
from pngnw.core.ragged import offsets
from pngnw.model.inputs import GRAPHEME_SIDE
from pngnw.model.sentences import Sentences
from pngnw.phonemize.lexicon import load_cmudict
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import make_batch
from pngnw.pretrain.loss import UNKNOWN, count_targets
from pngnw.pretrain.tasks import G2P, P2G
from pngnw.pretrain.word_lists import WORDS, with_word_lists
from tests.model.synthetic import MODEL
from tests.pretrain.conftest import emoji, small

LEXICON = dict(list(load_cmudict().items())[::1500]) | {"read": "R EH1 D", "red": "R EH1 D"}


@pytest.fixture(scope="module")
def aligner() -> WordAligner:
    return WordAligner.load(Path(pngnw.__file__).parent / "weights")


def text(aligner: WordAligner, *sentences: str, first: int = 1) -> Split:
    """Sentences of words of the lexicon, with a full stop."""
    words: list[Key] = []
    for sentence in sentences:
        words += [(word, LEXICON[word.lower()], False) for word in sentence.split()]
        words.append((".", ".", True))
    counts = [len(sentence.split()) + 1 for sentence in sentences]
    columns = sentence_columns(*aligner.look_up(words))
    starts = offsets(np.array(counts))
    sides = {"phoneme": "phonemes", "grapheme": "graphemes", "piece": "pieces"}
    rows = Sentences(
        id=np.arange(first, first + len(counts), dtype=np.uint64),
        word_start=starts,
        **{f"{name}_start": columns[column].offsets[starts] for name, column in sides.items()},
        **{name: column.values for name, column in columns.items()},
    )
    meaning = np.ones((starts[-1], 3), np.int8)
    return Split(rows, emoji(len(counts), 0), of_words={"meaning": meaning})


def lexicon(aligner: WordAligner) -> Sentences:
    return Sentences.from_table(lexicon_table(aligner, LEXICON))


def said(sentences: Sentences, word: int) -> tuple[str, str]:
    """Spelling and phonemes of a word of all sentences."""

    def symbols(tokens: np.ndarray, counts: np.ndarray) -> list[str]:
        ends = offsets(counts)
        return [TOKENS.symbols[token].strip("<>") for token in tokens[ends[word] : ends[word + 1]]]

    return (
        "".join(symbols(sentences.graphemes, sentences.graphemes_per_word)),
        " ".join(symbols(sentences.phonemes, sentences.phonemes_per_word)),
    )


def test_all_words_but_those_of_held_out_text_come_equally_often(aligner: WordAligner) -> None:
    some = list(LEXICON)[20:23]
    train = text(aligner, " ".join(some))
    held_out = [text(aligner, some[0].title()), text(aligner, "red", some[1])]
    model = MODEL.model_copy(update={"max_tokens": 512})
    split = with_word_lists(train, held_out, lexicon(aligner), 0.99, model, 7)
    lists = split.select(np.arange(1, len(split)))
    # "read" sounds like "red", which is asked for: from its sound its spelling would be told.
    left = {w: p for w, p in LEXICON.items() if w not in (*some[:2], "red", "read")}
    times = Counter(said(lists.sentences, word) for word in range(lists.sentences.word_start[-1]))
    assert {*times} == {*left.items()}
    assert min(times.values()) >= 1
    assert max(times.values()) - min(times.values()) <= 1
    assert {*np.diff(lists.sentences.word_start)} == {WORDS}
    assert set(lists.sentences.word_type) == {LOWER}
    assert len({*split.sentences.id.tolist()}) == len(split)
    assert not lists.emoji.any()
    assert not lists.of_words["meaning"].any()


@pytest.mark.parametrize("unit", ["letter", "wordpiece"])
def test_the_share_is_of_the_tokens(aligner: WordAligner, unit: str) -> None:
    train = text(aligner, *[" ".join(list(LEXICON)[:12])] * 20)
    model = MODEL.model_copy(update={"grapheme_unit": unit})
    split = with_word_lists(train, [], lexicon(aligner), 0.3, model, 7)
    lengths = split.sentences.lengths(unit)
    share = lengths[20:].sum() / lengths.sum()
    assert 0.2 < share <= 0.3
    again = with_word_lists(train, [], lexicon(aligner), 0.3, model, 7)
    assert np.array_equal(again.sentences.graphemes, split.sentences.graphemes)


def test_lists_teach_spelling_and_sound_alone(aligner: WordAligner) -> None:
    train = text(aligner, *list(LEXICON)[:3])
    split = with_word_lists(train, [], lexicon(aligner), 0.9, MODEL, 7)
    params = small(unmarked=0.0, phonemes_only=0.9)
    batch = make_batch(split, np.arange(len(split)), 8192, 0, params)
    inputs, masked = batch.masked.inputs, batch.masked
    of_text = int(train.sentences.word_start[-1])
    tasks = masked.task[of_text:]
    assert {*tasks.tolist()} == {G2P, P2G}
    assert 0.4 < (tasks == G2P).float().mean() < 0.8
    spelled = inputs.word[(inputs.segment == GRAPHEME_SIDE) & (inputs.word >= 0)]
    assert (torch.bincount(spelled)[of_text:] > 0).all()
    assert (batch.targets.mark[of_text:] == UNKNOWN).all()
    counts = count_targets(masked, batch.targets, params).tolist()
    assert counts[6:9] == [3, 3, of_text]  # emoji of sentences, marks behind words, meaning
