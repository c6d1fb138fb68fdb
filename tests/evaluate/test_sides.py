"""Words of attention by hand: two words and a full stop, in phonemes and in letters."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pngnw.align.symbols import TOKENS
from pngnw.evaluate import dataset, sides
from pngnw.evaluate.dataset import SpeechSet
from pngnw.evaluate.measure import Gold
from pngnw.model.sentences import Sentences
from tests.speech.corpus import SCHEMA, row


def speech() -> SpeechSet:
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
    both = np.array([1, 0])
    assert sides.lengths(speech(), both, "phonemes").tolist() == [1, 8]
    assert sides.lengths(speech(), both, "letters").tolist() == [1, 9]
    letters = sides.tokens(speech(), both, "letters")
    assert [TOKENS.symbols[token] for token in letters[1]] == [*"catreads", "."]
    assert letters[0].tolist() == [TOKENS.mark("."), *[TOKENS.pad] * 8]


def test_words_are_spoken_from_their_first_phoneme_to_their_last() -> None:
    words = sides.word_gold(speech(), 0)
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
    words = sides.word_gold(SpeechSet(Sentences.from_table(table), mels, [gold]), 0)
    assert words.start.tolist() == [0.0, 3.0, 3.0]
    assert words.end.tolist() == [3.0, 3.0, 4.0]
    assert words.spoken.tolist() == [True, False, False]


def test_attention_adds_up_by_word_on_either_side() -> None:
    said = sides.by_word(np.full((1, 8), 0.125), speech(), 0, "phonemes")
    assert said.tolist() == [[3 / 8, 4 / 8, 1 / 8]]
    read = sides.by_word(np.eye(9)[[0, 2, 3, 8]], speech(), 0, "letters")
    assert read.tolist() == np.eye(3)[[0, 0, 1, 2]].tolist()


def test_a_letter_s_time_is_its_word_s() -> None:
    gold = sides.gold(speech(), 0, "letters")
    assert gold.start.tolist() == [0.1] * 3 + [0.5] * 5 + [0.9]
    assert gold.end.tolist() == [0.4] * 3 + [0.9] * 5 + [1.5]
    assert gold.spoken.tolist() == [True] * 8 + [False]
    assert sides.gold(speech(), 0, "phonemes") is not None


@pytest.mark.parametrize("side", ["phonemes", "letters"])
def test_every_utterance_s_words_lie_in_order(spoken: Path, side: sides.Side) -> None:
    train = dataset.load(spoken / "data/speech", "train")
    for index in range(len(train)):
        gold = sides.gold(train, index, side)
        assert len(gold.start) == int(sides.lengths(train, np.array([index]), side)[0])
        words = sides.word_gold(train, index)
        assert (words.start <= words.end).all()
        assert (words.start[1:] >= words.end[:-1] - 1e-6).all()
