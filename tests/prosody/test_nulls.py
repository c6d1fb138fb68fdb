"""The tables, by hand: what each of them knows, and that none looks at what is held out."""

from dataclasses import replace

import numpy as np

from pngnw.align.symbols import TOKENS
from pngnw.model.sentences import Sentences
from pngnw.prosody.dataset import DURATION, PAUSE, ProsodySet
from pngnw.prosody.nulls import STRENGTH, predictions
from pngnw.speech.utterance import PARTS, TRAIN
from tests.prosody.conftest import speech_table


def made() -> ProsodySet:
    """Words that last as long as they are, in six sentences of which the last is held out."""
    sentences = Sentences.from_table(speech_table(7))
    spoken = np.isin(sentences.phonemes, np.array(TOKENS.phonemes))
    durations = np.where(spoken, sentences.phonemes % 7, np.nan).astype(np.float32)
    pause = np.tile([0, 1, -1, -1, -1], len(sentences))
    part = np.array([PARTS.index(TRAIN)] * (len(sentences) - 1) + [2])
    return ProsodySet(sentences, part, {DURATION: durations, PAUSE: pause})


def test_the_mean_of_a_phoneme_is_drawn_to_the_mean_of_all() -> None:
    data = made()
    values, phonemes = data.targets[DURATION], data.sentences.phonemes
    fit = np.isfinite(values)
    fit[data.sentences.phoneme_start[-2] :] = False
    mean = values[fit].astype(np.float64).mean()
    told = predictions(data, TRAIN)["phoneme"][DURATION]
    for phoneme in np.unique(phonemes[fit]):
        seen = values[fit & (phonemes == phoneme)].astype(np.float64)
        expected = (seen.sum() + STRENGTH * mean) / (len(seen) + STRENGTH)
        np.testing.assert_allclose(told[phonemes == phoneme], expected)


def test_nothing_that_is_held_out_is_looked_at() -> None:
    data = made()
    values, pause = data.targets[DURATION].copy(), data.targets[PAUSE].copy()
    values[data.sentences.phoneme_start[-2] :] += 100
    pause[data.sentences.word_start[-2] :] = 1
    other = replace(data, targets={DURATION: values, PAUSE: pause})
    first, again = predictions(data, TRAIN), predictions(other, TRAIN)
    for null in first:
        for target in (DURATION, PAUSE):
            np.testing.assert_array_equal(first[null][target], again[null][target])
