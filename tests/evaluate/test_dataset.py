"""Speech in memory: padding, scale, and batches that depend on the seed alone."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.evaluate.dataset import batches, load


def test_mels_are_standardised_and_padded_with_zeros(spoken: Path) -> None:
    train = load(spoken / "data/speech", "train")
    scale = train.scale()
    indices = np.array([0, 1, 2])
    mel, frames = train.mel(indices, scale, reduction=5)
    assert mel.shape[1] % 5 == 0
    assert frames.tolist() == [len(train.mels[i]) for i in range(3)]
    for row in range(3):
        assert (mel[row, frames[row] :] == 0).all()
    everything = np.concatenate([(m - scale.mean) / scale.deviation for m in train.mels])
    assert np.abs(everything.mean(0)).max() < 0.02
    assert np.abs(everything.std(0) - 1).max() < 0.02


def test_gold_times_are_known(spoken: Path) -> None:
    train = load(spoken / "data/speech", "train")
    assert train.timed
    assert all(np.isfinite(gold.end).all() for gold in train.golds)


def test_phonemes_are_those_of_the_gold_times(spoken: Path) -> None:
    train = load(spoken / "data/speech", "train")
    tokens, lengths = train.phonemes(np.array([3, 0]))
    for row, index in enumerate((3, 0)):
        assert int(lengths[row]) == len(train.golds[index].start)
        assert (tokens[row, lengths[row] :] == TOKENS.pad).all()
        real = tokens[row, : lengths[row]].tolist()
        spoken_tokens = [token in TOKENS.phonemes for token in real]
        assert train.golds[index].spoken.tolist() == spoken_tokens


def test_an_epoch_holds_everyone_once_and_seeds_differ(spoken: Path) -> None:
    train = load(spoken / "data/speech", "train")
    per_epoch = len(train) // 8
    first = [b.tolist() for b in islice(batches(train, 8, 1), per_epoch)]
    again = [b.tolist() for b in islice(batches(train, 8, 1), per_epoch)]
    other = [b.tolist() for b in islice(batches(train, 8, 2), per_epoch)]
    assert first == again != other
    flat = [index for batch in first for index in batch]
    assert len(set(flat)) == len(flat) == per_epoch * 8


def test_an_empty_part_is_named(spoken: Path) -> None:
    with pytest.raises(UserError, match="no utterance in its nowhere part"):
        load(spoken / "data/speech", "nowhere")


def test_the_first_utterances_are_those_of_the_smallest_ids(spoken: Path) -> None:
    train = load(spoken / "data/speech", "train")
    few = train.first(3)
    assert sorted(few.sentences.id.tolist()) == sorted(train.sentences.id.tolist())[:3]
    for row, key in enumerate(few.sentences.id.tolist()):
        place = train.sentences.id.tolist().index(key)
        assert few.mels[row] is train.mels[place]
        assert few.golds[row] is train.golds[place]
        same = few.phonemes(np.array([row]))[0], train.phonemes(np.array([place]))[0]
        assert same[0].tolist() == same[1].tolist()
    assert train.first(None) is train
    assert train.first(10**6) is train
