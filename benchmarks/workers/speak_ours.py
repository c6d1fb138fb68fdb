"""Ours: the evaluate stage's training step of the `tacotron2` arm, on utterances made up.

Its batches are put together inside the time that counts, those of the peers are not.
"""

import numpy as np
import torch

from benchmarks.workers import Speak
from benchmarks.workers.pretrain_ours import invented
from benchmarks.workers.steps import BANDS, PHONEMES, Pairs, timed_steps
from pngnw import params
from pngnw.arms.encoders import ConvolutionalText
from pngnw.evaluate import train
from pngnw.evaluate.dataset import Scale, SpeechSet
from pngnw.evaluate.tacotron import Tacotron2
from pngnw.speech.utterance import Gold


def load(width: int, reduction: int) -> Speak:
    """A Tacotron of random weights, and the function that trains it."""
    changes = {"reduction": reduction, "width": width}
    settings = params.load().evaluate.model_copy(update=changes)
    torch.manual_seed(0)
    text = ConvolutionalText(width, "phonemes")
    network = Tacotron2(text, settings, "lsa", seed=0).train()
    optimizer = train.optimizer_of(network, settings, 1.0)
    scale = Scale(np.zeros(BANDS, np.float32), np.ones(BANDS, np.float32))
    rng, generator = np.random.default_rng(0), torch.Generator().manual_seed(0)

    def draw(pairs: Pairs) -> SpeechSet:
        tokens = np.array([count for count, _ in pairs])
        sentences = invented(tokens // PHONEMES).sentences
        mels = [rng.standard_normal((frames, BANDS)).astype(np.float16) for _, frames in pairs]
        nothing = Gold(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.bool_))
        return SpeechSet(sentences, mels, [nothing] * len(pairs))

    def update(speech: SpeechSet) -> None:
        batch = speech.batch(np.arange(len(speech)), text.kind, scale, settings.reduction)
        train.train_step(network, optimizer, batch, settings.clip, generator)

    return timed_steps(draw, update)
