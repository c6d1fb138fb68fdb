"""Targets and parts of the speech set, by hand."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pngnw.model.sentences import Sentences
from pngnw.prosody.dataset import (
    DURATION,
    ENERGY,
    LOG_F0,
    PAUSE,
    ProsodySet,
    at_one_tempo,
    of_speech,
    pauses,
    split,
    spoken_words,
)
from pngnw.speech.utterance import HELDOUT, PARTS, TRAIN, TUNING
from tests.prosody.conftest import speech_table


@pytest.fixture
def known(made: Path) -> ProsodySet:
    found = of_speech(made / "data/speech")
    assert found is not None
    return found


def test_marks_have_no_numbers_and_the_last_word_no_pause(known: ProsodySet) -> None:
    sentences = known.sentences
    is_word = [True, True, False, True, False]
    assert spoken_words(sentences).tolist() == is_word * len(known)
    # Behind the second word half a second, behind the last one 0.2 s that are not asked about.
    assert known.targets[PAUSE].tolist() == [0, 1, -1, -1, -1] * len(known)
    on_words = np.repeat(is_word * len(known), sentences.phonemes_per_word)
    for name in (DURATION, LOG_F0, ENERGY):
        assert np.array_equal(known.known(name), on_words), name


def test_a_pause_lasts_a_tenth_of_a_second_as_it_is_stored() -> None:
    sentences = Sentences.from_table(speech_table(1))
    seconds = np.array([np.float16(0.1), 0.0994, np.nan, 1.0, 0.0], dtype=np.float64)
    assert pauses(sentences, seconds).tolist() == [1, 0, -1, -1, -1]


def test_tempo_is_taken_out_and_nothing_else(known: ProsodySet) -> None:
    """Spoken twice as fast, an utterance has the same durations as before, as have the others."""
    rng = np.random.default_rng(0)
    sentences, part = known.sentences, known.part
    free = rng.normal(size=len(sentences.phonemes))
    utterance = np.repeat(np.arange(len(known)), np.diff(sentences.phoneme_start))
    held = known.rows(HELDOUT)[0]
    fast = free - np.log(2) * (utterance == held)
    first, again = (at_one_tempo(each, sentences, part) for each in (free, fast))
    np.testing.assert_allclose(again, first, atol=1e-5)
    own = first[utterance == held]
    np.testing.assert_allclose(np.diff(own), np.diff(free[utterance == held]), atol=1e-5)


def test_the_test_split_is_held_out(made: Path, known: ProsodySet) -> None:
    assert 0 < len(known.rows(TRAIN)) < len(known.rows(HELDOUT))
    parts = split(["valid", "test", "valid", "test"], np.arange(4, dtype=np.uint64))
    assert (parts[[1, 3]] == PARTS.index(HELDOUT)).any()


def test_fewer_utterances_are_the_same_ones_and_what_is_held_out_stays(known: ProsodySet) -> None:
    one, two = known.first(1), known.first(2)
    assert len(one.rows(TRAIN)) == 1
    assert set(one.rows(TRAIN)) < set(two.rows(TRAIN)) < set(known.rows(TRAIN))
    for part in (TUNING, HELDOUT):
        assert np.array_equal(one.rows(part), known.rows(part))


@given(st.lists(st.sampled_from("abcdefgh"), min_size=3, max_size=60))
def test_every_part_has_sentences_and_documents_are_whole(documents: list[str]) -> None:
    part = split(documents, np.arange(len(documents), dtype=np.uint64))
    assert set(part.tolist()) == {0, 1, 2}
    held = part == PARTS.index(HELDOUT)
    names = np.array(documents)
    torn = set(names[held]) & set(names[~held])
    # Only where a part would be empty does one sentence leave its document.
    assert len(torn) <= (1 if len(set(documents)) > 2 else 2)


def test_a_target_that_a_part_does_not_know_is_left_out(known: ProsodySet) -> None:
    token_part = np.repeat(known.part, np.diff(known.sentences.phoneme_start))
    values = known.targets[LOG_F0].copy()
    values[token_part == PARTS.index(HELDOUT)] = np.nan
    some = ProsodySet(known.sentences, known.part, {**known.targets, LOG_F0: values})
    assert some.measurable().targets.keys() == {DURATION, ENERGY, PAUSE}
