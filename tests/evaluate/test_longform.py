"""Long utterances: how they are joined, and what counts as read in order."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.arms import encoders
from pngnw.evaluate.dataset import SpeechSet
from pngnw.evaluate.longform import in_order, lengthen, measure_long
from pngnw.evaluate.tacotron import Tacotron2
from pngnw.speech import utterance
from pngnw.speech.mel import FRAME_SECONDS
from tests.evaluate.conftest import evaluate_params, text_encoder


def test_words_in_order_by_hand() -> None:
    mass = np.zeros((6, 5))
    mass[[0, 4, 2, 3, 5], range(5)] = [0.9, 0.9, 0.9, 0.4, 0.5]  # peaks at 0, 4, 2, -, 5
    assert in_order(mass).tolist() == [True, False, True, False, True]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=7))
def test_the_chain_is_the_longest_there_is(peaks: list[int]) -> None:
    mass = np.zeros((8, len(peaks)))
    mass[peaks, range(len(peaks))] = 1.0
    chain = [peaks[word] for word in np.flatnonzero(in_order(mass))]
    assert chain == sorted(chain)
    longest = max(
        size
        for size in range(1, len(peaks) + 1)
        if any(list(some) == sorted(some) for some in combinations(peaks, size))
    )
    assert len(chain) == longest


def test_joined_utterances_are_their_parts_one_after_the_other(train: SpeechSet) -> None:
    frames = 3 * max(len(mel) for mel in train.mels)
    long = lengthen(train, frames, 4, np.random.default_rng(1))
    assert len(long) == len(long.sentences) == 4
    known = {mel[:20].tobytes(): index for index, mel in enumerate(train.mels)}
    for index in range(4):
        mel, gold = long.mels[index], long.golds[index]
        assert frames <= len(mel) < frames + max(len(m) for m in train.mels)
        # Find the parts by their first frames, and compare everything that was joined.
        place, tokens, letters, starts = 0, [], [], []
        while place < len(mel):
            part = known[mel[place : place + 20].tobytes()]
            tokens += train.text(np.array([part]), "phonemes").tokens[0].tolist()
            letters += train.text(np.array([part]), "letters").tokens[0].tolist()
            starts += (train.golds[part].start + place * FRAME_SECONDS).tolist()
            place += len(train.mels[part])
        assert place == len(mel)
        assert long.text(np.array([index]), "phonemes").tokens[0].tolist() == tokens
        assert long.text(np.array([index]), "letters").tokens[0].tolist() == letters
        assert gold.start.tolist() == pytest.approx(starts)


@pytest.mark.parametrize("timed", [True, False])
def test_figures_of_a_network(spoken: Path, train: SpeechSet, timed: bool) -> None:
    torch.set_num_threads(1)
    if not timed:
        for gold in train.golds:
            gold.start[:], gold.end[:] = np.nan, np.nan
    params = evaluate_params(long_form=[2], arms=["letters"])
    text = text_encoder(spoken, "letters")
    network = Tacotron2(text, params, "gmm", seed=1)
    with torch.no_grad():
        network.decoder.stop.bias.fill_(9.0)
    result = measure_long(network.train(), train, train, train.scale(), params)["2"]
    assert network.training
    longest = max(len(mel) for mel in train.mels)
    assert result["seconds"] >= 2 * longest * FRAME_SECONDS
    assert (result["utterances"], result["unreadable"]) == (8, 0)
    assert result["straight_line"]["covered"] == 1.0
    assert result["figures"]["free_running_stopped"] == 1.0
    assert result["figures"]["covered"] == 0.0, "an untrained window of ten tokens is never clear"
    assert ("words_in_time" in result["figures"]) == timed
    if timed:
        assert 0.0 < result["straight_line"]["words_in_time"] < 1.0
        assert result["figures"]["error_ms"] > 0.0


def test_perfect_attention_reads_every_word_in_time(train: SpeechSet) -> None:
    from pngnw.evaluate.longform import _compared

    perfect = []
    for mel, gold in list(zip(train.mels, train.golds, strict=True))[:4]:
        times = utterance.step_times(len(mel), 1)
        perfect.append(np.eye(len(gold.start))[utterance.distances(times, gold).argmin(axis=1)])
    few = SpeechSet(train.sentences.select(np.arange(4)), train.mels[:4], train.golds[:4])
    result = _compared(perfect, few, range(4), "phonemes", evaluate_params(reduction=1))
    assert (result["covered"], result["words_in_order"], result["words_in_time"]) == (1.0, 1.0, 1.0)
    # Utterances that could not be read count against the arm.
    half = _compared(perfect[:2], few, [0, 1], "phonemes", evaluate_params(reduction=1))
    assert half["covered"] == half["words_in_order"] == half["words_in_time"] == 0.5


def test_an_encoder_whose_tables_end_cannot_read_on(spoken: Path, train: SpeechSet) -> None:
    text = text_encoder(spoken, "random")
    assert isinstance(text, encoders.TransformerText)
    words = int(np.diff(train.sentences.word_start)[0])
    for rows, enough in ((words + 2, True), (words + 1, False)):  # SEP counts on after the last
        text.encoder.config = text.encoder.config.model_copy(update={"max_tokens": rows})
        assert text.fits(train.sentences, 0) == enough
