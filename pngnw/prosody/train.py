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
from typing import Any

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
from pngnw.prosody.dataset import ProsodySet
from pngnw.prosody.predictor import Predicted, Predictor, Scale, loss
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
        path.parent.mkdir(parents=True, exist_ok=True)
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
    optimizer = _optimizer(network, settings, spec.multiplier)
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
    found: dict[int, dict[str, Any]] = {}
    network.eval()
    for some in _by_length(data, rows):
        with torch.inference_mode():
            out = network(_batch(data, some))
        found |= zip(some.tolist(), _unjoined(out, data, some, scale), strict=True)
    return {
        name: np.concatenate([found[row][name] for row in rows.tolist()]) for name in data.targets
    }


def _unjoined(
    out: Predicted, data: ProsodySet, rows: Int, scale: Scale
) -> list[dict[str, NDArray[np.float32]]]:
    """What is predicted of each sentence of a batch."""
    sentences = data.sentences
    tokens = np.cumsum(np.diff(sentences.phoneme_start)[rows])[:-1]
    words = np.cumsum(np.diff(sentences.word_start)[rows])[:-1]
    cut = {
        name: np.split(values.numpy() * scale.deviation[name] + scale.mean[name], tokens)
        for name, values in out.numbers.items()
    } | {name: np.split(logs.numpy(), words) for name, logs in out.classes.items()}
    return [{name: each[n] for name, each in cut.items()} for n in range(len(rows))]


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


def _optimizer(network: Predictor, settings: Prosody, multiplier: float) -> torch.optim.Adam:
    text = {id(parameter) for parameter in network.text.parameters()}
    others = [p for p in network.parameters() if id(p) not in text]
    return torch.optim.Adam(
        [
            {"params": [*network.text.parameters()], "lr": settings.learning_rate * multiplier},
            {"params": others, "lr": settings.learning_rate},
        ],
        fused=True,
    )
