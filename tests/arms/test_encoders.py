"""The text encoders: what tells them apart, and what does not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw.arms import encoders
from pngnw.arms.text import TextBatch
from pngnw.evaluate.dataset import SpeechSet
from pngnw.evaluate.tacotron import Tacotron2
from pngnw.evaluate.train import optimizer_of, train_step
from pngnw.model.inputs import CLS, HIDDEN_TYPE, HIDDEN_WORD, NO_WORD, SEP, assemble, phonemes_only
from pngnw.params import Arm
from tests.evaluate.conftest import evaluate_params, text_encoder


def test_decoders_of_every_arm_begin_with_equal_weights(spoken: Path) -> None:
    weights = []
    for arm in encoders.ARMS:
        text = encoders.build(arm, spoken / "models/encoder", None, width=24, seed=1)
        network = Tacotron2(text, evaluate_params(), "lsa", seed=1)
        weights.append(network.decoder.state_dict())
    for other in weights[1:]:
        assert all(torch.equal(weights[0][key], other[key]) for key in weights[0])


def test_weights_are_the_pretrained_ones_or_one_random_draw(spoken: Path) -> None:
    built = {
        arm: text_encoder(spoken, arm).state_dict()
        for arm in ("random", "pretrained", "frozen", "phoneme-only")
    }
    key = "encoder.layers.0.qkv.weight"
    shapes = [{k: v.shape for k, v in weights.items()} for weights in built.values()]
    assert all(shape == shapes[0] for shape in shapes)
    assert torch.equal(built["random"][key], built["phoneme-only"][key])
    assert torch.equal(built["pretrained"][key], built["frozen"][key])
    assert not torch.equal(built["random"][key], built["pretrained"][key])


@pytest.mark.parametrize("arm", encoders.ARMS)
def test_states_do_not_depend_on_the_batch(spoken: Path, train: SpeechSet, arm: Arm) -> None:
    text = text_encoder(spoken, arm).eval()
    with torch.inference_mode():
        both = text(train.text(np.array([0, 1]), text.kind))
        one = train.text(np.array([1]), text.kind)
        alone = text(one)
    assert alone.shape[1] == int(one.lengths[0])
    torch.testing.assert_close(both[1, : alone.shape[1]], alone[0], rtol=1e-4, atol=1e-5)
    assert (both[1, alone.shape[1] :] == 0).all()


def test_phonemes_only_are_one_side_and_no_spelling(spoken: Path, train: SpeechSet) -> None:
    text = text_encoder(spoken, "phoneme-only")
    assert isinstance(text, encoders.TransformerText)
    inputs = phonemes_only(assemble(train.sentences, np.array([2, 5]), text.encoder.config))
    for row, index in enumerate((2, 5)):
        tokens = train.text(np.array([index]), "phonemes").tokens[0].tolist()
        cut = slice(int(inputs.starts[row]), int(inputs.starts[row + 1]))
        assert inputs.token[cut].tolist() == [CLS, *tokens, SEP]
        hidden = [HIDDEN_WORD] * len(tokens)
        assert inputs.word_value[cut].tolist() == [NO_WORD, *hidden, NO_WORD]
        assert inputs.word_type[cut].tolist() == [0, *[HIDDEN_TYPE] * len(tokens), 0]
    assert inputs.max_length == int(inputs.starts.diff().max())


@pytest.mark.parametrize("arm", ["tacotron2", "phoneme-only", "random"])
def test_who_reads_the_spelling(spoken: Path, train: SpeechSet, arm: Arm) -> None:
    text = text_encoder(spoken, arm).eval()
    respelt = replace(
        train.sentences,
        graphemes=np.flip(train.sentences.graphemes).copy(),
        pieces=(train.sentences.pieces + 1) % 50,
        word_type=train.sentences.word_type * 0,
    )
    with torch.inference_mode():
        states = [
            text(TextBatch.of(sentences, np.array([0, 3]), text.kind))
            for sentences in (train.sentences, respelt)
        ]
    assert torch.equal(states[0], states[1]) == (arm != "random")


@pytest.mark.parametrize("arm", ["frozen", "pretrained"])
def test_a_frozen_encoder_is_not_trained(spoken: Path, train: SpeechSet, arm: Arm) -> None:
    settings, text = evaluate_params(), text_encoder(spoken, arm)
    fresh = {name: weight.clone() for name, weight in text.state_dict().items()}
    network = Tacotron2(text, settings, "lsa", seed=1).train()
    batch = train.batch(np.arange(4), text.kind, train.scale(), settings.reduction)
    train_step(network, optimizer_of(network, settings, 1.0), batch, 1.0, torch.Generator())
    kept = all(torch.equal(fresh[name], weight) for name, weight in text.state_dict().items())
    assert kept == (arm == "frozen")
