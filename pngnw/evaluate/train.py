"""One run: train one arm on speech and measure its attention as it learns.

Nothing supervises the attention. Batches, prenet dropout and the decoder's initial weights depend
on the seed alone, so runs of different arms are paired; on one thread equal inputs give equal
results.
"""

import json
import math
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from pngnw.arms import cost, encoders
from pngnw.arms.text import TokenKind, batches
from pngnw.core.errors import UserError, diverged
from pngnw.evaluate import dataset
from pngnw.evaluate.dataset import Batch, Scale, SpeechSet
from pngnw.evaluate.longform import PATIENCE, measure_long
from pngnw.evaluate.measure import score_nulls, score_set, unpadded
from pngnw.evaluate.tacotron import Tacotron2, loss
from pngnw.params import Arm, Attention, Evaluate, Section
from pngnw.speech.utterance import HELDOUT, TRAIN, Floats

# Adam's, a thousand times its usual one. The first gradients of attention and text encoder are
# tiny; divided by their own size they would move attention at full speed before the decoder knows
# what the text means, and in some runs to the wrong end of it (docs/decisions.md).
EPSILON = 1e-5
# Utterances that each evaluation measures, and how many of them at a time.
MEASURED, AT_ONCE = 48, 24
# Utterances whose attention is drawn, and after which shares of the run.
PICTURED = 3
MOMENTS = (0.25, 0.5, 0.75, 1.0)


class Spec(Section):
    """What distinguishes one run from another; `part` is what it is measured on."""

    attention: Attention
    arm: Arm
    multiplier: float  # of the text encoder's learning rate
    seed: int
    part: str


def train_and_measure(
    spec: Spec, settings: Evaluate, speech: Path, encoder: Path
) -> dict[str, Any]:
    """Train for `settings.samples` utterances.

    Returns:
        JSON-able: `evaluations` (samples, loss, score), `nulls`, `parameters`,
        `encoder_mflop` per utterance, `pictures` (attention [S, P] and gold times of a few
        utterances at a few moments), `free_running` (mels of these utterances, if held out),
        `long_form` (see `longform`), `cost`.

    Raises:
        UserError: a loss or a figure is not finite, or there is nothing to measure.
    """
    started = time.perf_counter()
    train = dataset.load(speech, TRAIN).first(settings.utterances)
    measured = dataset.load(speech, spec.part)
    nulls = score_nulls(measured, MEASURED, settings)
    scale = train.scale()
    text = encoders.build(spec.arm, encoder, settings.layer, settings.width, spec.seed)
    network = Tacotron2(text, settings, spec.attention, spec.seed).train()
    optimizer = optimizer_of(network, settings, spec.multiplier)
    rates = [group["lr"] for group in optimizer.param_groups]
    prenet = torch.Generator().manual_seed(spec.seed)
    torch.manual_seed(spec.seed)  # dropout of the tacotron2 text encoder
    evaluations: list[dict[str, Any]] = []
    pictures: list[dict[str, Any]] = []
    moments = [share * settings.samples for share in MOMENTS]
    seen = 0
    recent: list[float] = []
    for step, indices in enumerate(batches(train.frames, settings.batch, spec.seed)):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * warmed_up(step, settings)
        batch = train.batch(indices, text.kind, scale, settings.reduction)
        recent.append(train_step(network, optimizer, batch, settings.clip, prenet))
        if not math.isfinite(recent[-1]):
            raise divergence(step, settings)
        due = (seen + len(batch)) // settings.evaluate_every > seen // settings.evaluate_every
        seen += len(batch)
        done = seen >= settings.samples
        if due or done:
            attentions = attend(network, measured, scale, settings.reduction)
            figures = score_set(attentions, measured, text.kind, settings)
            evaluations.append({"samples": seen, "loss": float(np.mean(recent)), **figures})
            recent.clear()
            while moments and seen >= moments[0] - settings.batch:
                plot_data = _attention_data(measured, attentions, text.kind)
                pictures.append({"samples": seen, "attention": plot_data})
                moments.pop(0)
        if done:
            break
    mels = []
    if spec.part == HELDOUT:
        mels = _free_running(network, measured, to_draw(attentions), scale, settings.reduction)
    result = {
        "spec": spec.model_dump(),
        "evaluations": evaluations,
        "nulls": nulls,
        "parameters": {
            "encoder": _count(network.text),
            "decoder": _count(network.decoder),
            "bridge": _count(network) - _count(network.text) - _count(network.decoder),
        },
        "encoder_mflop": cost.mflop(text, measured.sentences, MEASURED),
        "free_running": mels,
        "pictures": pictures,
        "long_form": measure_long(network, train, measured, scale, settings),
        "cost": {
            "seconds": time.perf_counter() - started,
            "encoder_ms": cost.milliseconds(text, measured.sentences, MEASURED),
            "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        },
    }
    try:  # the loss does not know the last update; gold times may be unknown, and so NaN
        told = [result[name] for name in ("evaluations", "free_running", "long_form")]
        json.dumps(told, allow_nan=False)
    except ValueError:
        raise divergence(step, settings) from None
    return result


def divergence(step: int, settings: Evaluate) -> UserError:
    """What ends a run whose loss or figures are not finite after a step, counted from 0."""
    rate = settings.learning_rate * warmed_up(step, settings)
    return diverged(
        step + 1,
        rate,
        f"lower evaluate.learning_rate ({settings.learning_rate:g}) or evaluate.encoder_rates",
    )


def warmed_up(step: int, settings: Evaluate) -> float:
    """Share of its learning rate that a step, counted from 0, has."""
    return min(1.0, (step + 1) / max(1, settings.warmup))


def attend(network: Tacotron2, speech: SpeechSet, scale: Scale, reduction: int) -> list[Floats]:
    """Attention [S, P] to each of the first utterances under teacher forcing, without dropout;
    leaves the network in training mode."""
    network.eval()
    frames = speech.frames[:MEASURED]
    order = np.argsort(frames, kind="stable")
    attentions: dict[int, Floats] = {}
    with torch.inference_mode():
        for first in range(0, len(order), AT_ONCE):
            indices = order[first : first + AT_ONCE]
            batch = speech.batch(indices, network.text.kind, scale, reduction)
            padded = network(batch, torch.Generator()).attention
            cut = unpadded(padded, batch.steps, batch.text.lengths)
            attentions |= zip(indices.tolist(), cut, strict=True)
    network.train()
    return [attentions[i] for i in range(len(frames))]


def optimizer_of(network: Tacotron2, settings: Evaluate, multiplier: float) -> torch.optim.Adam:
    """Adam, with a learning-rate multiplier for the text encoder."""
    groups = encoders.parameter_groups(network, network.text, settings.learning_rate, multiplier)
    return torch.optim.Adam(groups, eps=EPSILON, fused=True)


def train_step(
    network: Tacotron2,
    optimizer: torch.optim.Adam,
    batch: Batch,
    clip: float,
    rng: torch.Generator,
) -> float:
    """One update on a batch; the loss before it."""
    value = loss(network(batch, rng), batch)
    optimizer.zero_grad(set_to_none=True)
    value.backward()  # type: ignore[no-untyped-call]  # torch leaves backward untyped
    nn.utils.clip_grad_norm_(network.parameters(), clip)
    optimizer.step()
    return float(value.detach())


def _attention_data(
    speech: SpeechSet, attentions: list[Floats], kind: TokenKind
) -> list[dict[str, Any]]:
    """Attention of the utterances to draw, with gold times."""
    out = []
    for index in to_draw(attentions):
        gold = speech.gold(index, kind)
        out.append(
            {
                "weights": np.round(attentions[index], 4).tolist(),
                "start": gold.start.tolist(),
                "end": gold.end.tolist(),
                "spoken": gold.spoken.tolist(),
                "tokens": speech.text(np.array([index]), kind).tokens[0].tolist(),
            }
        )
    return out


def _free_running(
    network: Tacotron2, speech: SpeechSet, indices: list[int], scale: Scale, reduction: int
) -> list[dict[str, Any]]:
    """The decoder's own speech: `id` and `mel` [T, 80]; the network stays in training mode."""
    network.eval()
    out = []
    with torch.inference_mode():
        for index in indices:
            steps = -(-len(speech.mels[index]) // reduction)
            text = speech.text(np.array([index]), network.text.kind)
            spoken = network.free_running(text, int(PATIENCE * steps) + 1)
            mel = spoken.mel[0, : int(spoken.steps[0]) * reduction].numpy()
            natural = mel * scale.deviation + scale.mean
            sentence = int(speech.sentences.id[index])
            out.append({"id": sentence, "mel": natural.round(2).astype(float).tolist()})
    network.train()
    return out


def to_draw(attentions: list[Floats]) -> list[int]:
    """The utterances whose lengths are nearest to the quartiles, shortest first."""
    lengths = np.argsort([len(attention) for attention in attentions], kind="stable")
    quartiles = [round(q * (len(lengths) - 1)) for q in np.linspace(0.25, 0.75, PICTURED)]
    return sorted({int(lengths[q]) for q in quartiles}, key=lambda i: len(attentions[i]))


def _count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
