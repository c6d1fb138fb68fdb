"""Speech in memory: padding, scale, batches that depend on the seed alone, and words."""

import math

import numpy as np
import pyarrow as pa

from pngnw.align.symbols import TOKENS
from pngnw.arms.text import TokenKind
from pngnw.evaluate.dataset import SpeechSet
from pngnw.model.sentences import Sentences
from pngnw.speech.utterance import Gold
from tests.speech.corpus import SCHEMA, row

KINDS: tuple[TokenKind, ...] = ("phonemes", "letters")


def test_mels_are_standardized_and_padded_with_zeros(train: SpeechSet) -> None:
    scale = train.scale()
    indices = np.array([0, 1, 2])
    batch = train.batch(indices, "phonemes", scale, reduction=5)
    mel, frames = batch.mel, batch.frames
    assert mel.shape[1] % 5 == 0
    assert batch.steps.tolist() == [math.ceil(len(train.mels[i]) / 5) for i in range(3)]
    assert frames.tolist() == [len(train.mels[i]) for i in range(3)]
    for number in range(3):
        assert (mel[number, frames[number] :] == 0).all()
    everything = np.concatenate([(m - scale.mean) / scale.deviation for m in train.mels])
    assert np.abs(everything.mean(0)).max() < 0.02
    assert np.abs(everything.std(0) - 1).max() < 0.02


def test_the_first_utterances_are_those_of_the_smallest_ids(train: SpeechSet) -> None:
    few = train.first(3)
    assert sorted(few.sentences.id.tolist()) == sorted(train.sentences.id.tolist())[:3]
    for number, key in enumerate(few.sentences.id.tolist()):
        place = train.sentences.id.tolist().index(key)
        assert few.mels[number] is train.mels[place]
        assert few.golds[number] is train.golds[place]
        same = few.text(np.array([number]), "letters"), train.text(np.array([place]), "letters")
        assert same[0].tokens.tolist() == same[1].tokens.tolist()
    assert train.first(None) is train
    assert train.first(10**6) is train


def small_set() -> SpeechSet:
    """Of "cat reads." (K AE1 T, R IY1 D Z) and "." alone."""
    table = pa.Table.from_pylist([row(1, ["cat", "reads", "."]), row(2, ["."])], SCHEMA)
    gold = Gold(
        start=np.array([0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9]),
        end=np.array([0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 1.5]),
        spoken=np.array([True] * 7 + [False]),
    )
    other = Gold(np.zeros(1), np.ones(1), np.zeros(1, dtype=np.bool_))
    mels = [np.zeros((4, 80), dtype=np.float16)] * 2
    return SpeechSet(Sentences.from_table(table), mels, [gold, other])


def test_tokens_and_lengths_of_both_sides() -> None:
    phonemes, letters = (small_set().text(np.array([1, 0]), kind) for kind in KINDS)
    assert phonemes.lengths.tolist() == [1, 8]
    assert letters.lengths.tolist() == letters.mask.sum(1).tolist() == [1, 9]
    assert [TOKENS.symbols[token] for token in letters.tokens[1]] == [*"catreads", "."]
    assert letters.tokens[0].tolist() == [TOKENS.mark("."), *[TOKENS.pad] * 8]


def test_words_are_spoken_from_their_first_phoneme_to_their_last() -> None:
    words = small_set().word_gold(0)
    assert words.start.tolist() == [0.1, 0.5, 0.9]
    assert words.end.tolist() == [0.4, 0.9, 1.5]
    assert words.spoken.tolist() == [True, True, False]


def test_a_word_without_phonemes_has_no_time() -> None:
    silent = row(1, ["cat", "there", "."])
    silent |= {"phonemes": [*silent["phonemes"][:3], silent["phonemes"][-1]],
               "phonemes_per_word": [3, 0, 1], "piece_of_phoneme": [0] * 4}  # fmt: skip
    table = pa.Table.from_pylist([silent], SCHEMA)
    gold = Gold(np.arange(4.0), np.arange(1.0, 5.0), np.array([True] * 3 + [False]))
    mels = [np.zeros((4, 80), dtype=np.float16)]
    words = SpeechSet(Sentences.from_table(table), mels, [gold]).word_gold(0)
    assert words.start.tolist() == [0.0, 3.0, 3.0]
    assert words.end.tolist() == [3.0, 3.0, 4.0]
    assert words.spoken.tolist() == [True, False, False]


def test_attention_adds_up_by_word_on_either_side() -> None:
    flat = small_set().attention_by_word(np.full((1, 8), 0.125), 0, "phonemes")
    assert flat.tolist() == [[3 / 8, 4 / 8, 1 / 8]]
    read = small_set().attention_by_word(np.eye(9)[[0, 2, 3, 8]], 0, "letters")
    assert read.tolist() == np.eye(3)[[0, 0, 1, 2]].tolist()


def test_a_letter_s_time_is_its_word_s() -> None:
    gold = small_set().gold(0, "letters")
    assert gold.start.tolist() == [0.1] * 3 + [0.5] * 5 + [0.9]
    assert gold.end.tolist() == [0.4] * 3 + [0.9] * 5 + [1.5]
    assert gold.spoken.tolist() == [True] * 8 + [False]
