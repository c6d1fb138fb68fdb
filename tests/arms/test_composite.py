"""The composite arm: frozen states by word, the distribution by sentence, and who is trained."""

import numpy as np
import pyarrow as pa
import torch

from pngnw.arms.composite import CompositeText, word_features
from pngnw.arms.cost import mflop
from pngnw.arms.encoders import ConvolutionalText
from pngnw.arms.text import TextBatch
from pngnw.model.sentences import Sentences
from pngnw.teach.minilm import WIDTH, MiniLM
from pngnw.teach.prototype import PrototypeTeacher
from tests.model.synthetic import table
from tests.speech.corpus import row


def sentences(*texts: list[str]) -> Sentences:
    rows = [row(number, words) for number, words in enumerate(texts)]
    return Sentences.from_table(pa.Table.from_pylist(rows, table([], []).schema))


def test_features_are_those_of_the_sentence_encoder_and_of_the_teacher() -> None:
    some = sentences(["hello", ",", "quiet", "cat", "!"], ["cat", "reads"])
    features = word_features(some)
    assert features.shape == (7, WIDTH + 64)
    [batch] = MiniLM.load().batches(["hello , quiet cat !", "cat reads"])
    places = [[0, 6, 8, 14, 18], [0, 4]]
    found = dict(
        zip(batch.rows, batch.words([np.array(places[r]) for r in batch.rows]), strict=True)
    )
    states = np.concatenate([found[row][0] for row in (0, 1)])
    np.testing.assert_allclose(features[:, :WIDTH], states, atol=0.02, rtol=0.05)
    emoji = PrototypeTeacher.load()(["hello , quiet cat !", "cat reads"]).astype(np.float32)
    np.testing.assert_allclose(features[[0, 5], WIDTH:], emoji, atol=2e-3)
    assert torch.equal(features[0, WIDTH:], features[4, WIDTH:])


def test_phonemes_get_the_features_of_their_own_word() -> None:
    """A word's state reaches the BiLSTM at its own phonemes alone."""
    some = sentences(["cat", "hello"], ["hello"])
    text = CompositeText(8).eval()
    batch = TextBatch.of(some, np.array([1, 0]), "phonemes")
    joined = text.joined(torch.zeros(2, 7, 8), batch)
    assert joined.shape == (2, 7, 16)
    assert (joined[..., :8] == 0).all()
    assert (joined[0, 4:] == 0).all()  # "hello" has 4 phonemes, the longer sentence 7
    cat, hello = joined[1, :3, 8:], joined[1, 3:, 8:]
    assert torch.equal(cat, cat[:1].expand(3, 8))
    assert torch.equal(hello, hello[:1].expand(4, 8))
    assert not torch.allclose(cat[0], hello[0])


def test_nothing_frozen_is_trained_and_its_operations_count() -> None:
    some = sentences(["cat", "hello"])
    joined, alone = CompositeText(8), ConvolutionalText(8, "phonemes")
    more = sum(p.numel() for p in joined.parameters()) - sum(p.numel() for p in alone.parameters())
    # A wider input of the LSTM's two directions, a LayerNorm and the projection.
    assert more == 2 * 4 * 4 * 8 + 2 * WIDTH + (WIDTH + 64) * 8 + 8
    pieces = 4  # [CLS] cat hello [SEP]
    frozen = 6 * (2 * 12 * WIDTH**2 * pieces + 4 * WIDTH * pieces**2)
    projection = 2 * 7 * (WIDTH + 64) * 8
    lstm = 2 * 7 * 2 * 4 * 4 * 8
    convolutions, own = 3 * 2 * 7 * 8 * 8 * 5, 2 * 7 * 2 * 4 * 4 * (8 + 4)
    np.testing.assert_allclose(mflop(alone.eval(), some, 1), (convolutions + own) / 1e6)
    expected = (convolutions + own + frozen + projection + lstm) / 1e6
    np.testing.assert_allclose(mflop(joined.eval(), some, 1), expected)
