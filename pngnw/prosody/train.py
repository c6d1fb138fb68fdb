"""One run: train a predictor on one arm, and predict what was held out.

Guarantees: batches and the predictor's initial weights depend on the seed alone, so runs of
different arms are paired; equal inputs give equal results on one thread. The held-out part is
predicted with the weights of the evaluation whose loss on the tuning part is the lowest.
"""

import json
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pngnw.arms import encoders
from pngnw.arms.text import TextBatch, batches
from pngnw.core.atomic import atomic_write
from pngnw.core.errors import diverged
from pngnw.model.sentences import Int
from pngnw.params import Arm, Prosody, Section
from pngnw.prosody.dataset import NUMBERS, ProsodySet
from pngnw.prosody.predictor import Predictor, Scale, loss
from pngnw.speech.utterance import HELDOUT, TRAIN, TUNING

AT_ONCE = 32  # utterances that are predicted together


class Spec(Section):
    """What distinguishes one run from another on the same set."""

    arm: Arm
    multiplier: float  # of the text encoder's learning rate
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What a run gives.

    Attributes:
        predicted: of the held-out part in its order, by target: [P] in the target's own unit,
            [W, K] log-probabilities.
        curve: samples seen, training and tuning loss of every evaluation.
        seconds: of the run.
    """

    predicted: dict[str, NDArray[np.float32]]
    curve: list[dict[str, float]]
    seconds: float

    @property
    def tuning_loss(self) -> float:
        return min(point["tuning"] for point in self.curve)

    def save(self, path: Path) -> None:
        told = json.dumps({"curve": self.curve, "seconds": self.seconds})
        with atomic_write(path) as temporary, temporary.open("wb") as file:
            np.savez(file, told=np.array(told), **self.predicted)  # type: ignore[arg-type]  # arrays

    @classmethod
    def load(cls, path: Path) -> "Outcome":
        with np.load(path) as file:
            arrays = dict(file)
        return cls(**json.loads(str(arrays.pop("told"))), predicted=arrays)


def train(spec: Spec, settings: Prosody, data: ProsodySet, encoder: Path) -> Outcome:
    """Train for `settings.samples` utterances.

    Raises:
        UserError: the loss is no number.
    """
    started = time.perf_counter()
    text = encoders.build(spec.arm, encoder, settings.layer, settings.width, spec.seed)
    network = Predictor(text, data, spec.seed)
    parts = {part: data.rows(part) for part in (TRAIN, TUNING, HELDOUT)}
    scale = Scale.of(data, parts[TRAIN])
    groups = encoders.parameter_groups(network, text, settings.learning_rate, spec.multiplier)
    optimizer = torch.optim.Adam(groups, fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    torch.manual_seed(spec.seed)  # dropout
    lengths = np.diff(data.sentences.phoneme_start)[parts[TRAIN]]
    steps = max(1, settings.samples // settings.batch)
    due = {round((n + 1) * steps / settings.evaluations) for n in range(settings.evaluations)}
    curve: list[dict[str, float]] = []
    best: dict[str, torch.Tensor] = {}
    recent: list[float] = []
    for step, chosen in enumerate(batches(lengths, settings.batch, spec.seed), start=1):
        network.train()
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(step / (settings.warmup + 1), 1 - (step - 1) / steps)
        rows = parts[TRAIN][chosen]
        value = loss(network(_batch(data, rows)), data, rows, scale)
        recent.append(float(value.detach()))
        if not math.isfinite(recent[-1]):
            remedy = f"lower prosody.learning_rate ({settings.learning_rate:g})"
            raise diverged(step, optimizer.param_groups[-1]["lr"], remedy)
        optimizer.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]  # torch leaves backward untyped
        nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
        optimizer.step()
        if step in due:
            tuning = _tuning_loss(network, data, parts[TUNING], scale)
            seen = step * settings.batch
            if tuning < min((point["tuning"] for point in curve), default=math.inf):
                best = {name: w.clone() for name, w in network.state_dict().items()}
            curve.append({"samples": seen, "train": float(np.mean(recent)), "tuning": tuning})
            recent.clear()
        if step == steps:
            break
    network.load_state_dict(best)
    predicted = predict(network, data, parts[HELDOUT], scale)
    return Outcome(predicted, curve, time.perf_counter() - started)


def predict(
    network: Predictor, data: ProsodySet, rows: Int, scale: Scale
) -> dict[str, NDArray[np.float32]]:
    """What is predicted of some sentences, in their order; see `Outcome`."""
    found: dict[str, NDArray[np.float32]] = {}
    network.eval()
    for some in _by_length(data, rows):
        with torch.inference_mode():
            out = network(_batch(data, some))
        for name, guess in out.items():
            values = guess.numpy()
            if name in NUMBERS:
                values = values * scale.deviation[name] + scale.mean[name]
            shape = (data.start(name)[-1], *values.shape[1:])
            found.setdefault(name, np.zeros(shape, np.float32))[data.at(name, some)] = values
    return {name: found[name][data.at(name, rows)] for name in data.targets}


def _tuning_loss(network: Predictor, data: ProsodySet, rows: Int, scale: Scale) -> float:
    network.eval()
    total = 0.0
    for some in _by_length(data, rows):
        with torch.inference_mode():
            total += float(loss(network(_batch(data, some)), data, some, scale)) * len(some)
    return total / len(rows)


def _by_length(data: ProsodySet, rows: Int) -> list[Int]:
    lengths = np.diff(data.sentences.phoneme_start)[rows]
    order = rows[np.argsort(lengths, kind="stable")]
    return [order[n : n + AT_ONCE] for n in range(0, len(order), AT_ONCE)]


def _batch(data: ProsodySet, rows: Int) -> TextBatch:
    return TextBatch.of(data.sentences, rows, "phonemes")
