"""One run: train one arm on speech and measure its attention as it learns.

Guarantees: nothing supervises the attention; batches, prenet dropout and the decoder's initial
weights depend on the seed alone, so runs of different arms are paired; equal inputs give equal
results on one thread. Only the numbers come back, not the model.
"""

import resource
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from pngnw.evaluate import cost, dataset, judge, measure, sides, text_encoders
from pngnw.evaluate.audio import said
from pngnw.evaluate.criteria import AnyScore
from pngnw.evaluate.dataset import Ints, Scale, SpeechSet
from pngnw.evaluate.longform import measure_long
from pngnw.evaluate.measure import Floats
from pngnw.evaluate.sides import Side
from pngnw.evaluate.tacotron import Network, loss
from pngnw.params import Arm, Attention, Evaluate, Section
from pngnw.speech.stage import HELDOUT

# Adam's, a thousand times its usual one. The first gradients of attention and text encoder are
# tiny; divided by their own size they would move attention at full speed before the decoder knows
# what the text means, and in some runs to the wrong end of it (docs/decisions.md).
EPSILON = 1e-5
# Utterances that each evaluation measures, and how many of them at a time.
MEASURED, AT_ONCE = 48, 24
# Utterances whose attention is kept for the pictures, and after which shares of the run.
PICTURED = 3
MOMENTS = (0.25, 0.5, 0.75, 1.0)


class Spec(Section):
    """What distinguishes one run from another; `part` is what it is measured on."""

    attention: Attention
    arm: Arm
    encoder_rate: float
    seed: int
    part: str


def run(spec: Spec, settings: Evaluate, speech: Path, encoder: Path) -> dict[str, Any]:
    """Train for `settings.samples` utterances.

    Args:
        spec: attention, arm, encoder learning rate as a multiple of the decoder's, seed, part.
        settings: everything that all runs share.
        speech: folder of speech shards.
        encoder: folder of the pretrained encoder.

    Returns:
        JSON-able: `evaluations` (samples, loss, score), `nulls`, `parameters`,
        `encoder_mflop` per utterance, `pictures` (attention [S, P] and gold times of a few
        utterances at a few moments), `said` (these utterances, see `audio`; of held-out ones
        alone), `long_form` (see `longform`), `cost`.
    """
    started = time.perf_counter()
    train = dataset.load(speech, "train").first(settings.utterances)
    measured = dataset.load(speech, spec.part)
    scale = train.scale()
    text = text_encoders.build(spec.arm, encoder, settings.layer, settings.width, spec.seed)
    network = Network(text, settings, spec.attention, spec.seed).train()
    optimizer = optimizer_of(network, settings, spec.encoder_rate)
    rates = [group["lr"] for group in optimizer.param_groups]
    prenet = torch.Generator().manual_seed(spec.seed)
    torch.manual_seed(spec.seed)  # dropout of the tacotron2 text encoder
    evaluations: list[dict[str, Any]] = []
    pictures: list[dict[str, Any]] = []
    moments = [share * settings.samples for share in MOMENTS]
    seen = 0
    recent: list[float] = []
    for step, indices in enumerate(dataset.batches(train, settings.batch, spec.seed)):
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(1.0, (step + 1) / max(1, settings.warmup))
        recent.append(train_step(network, optimizer, train, indices, scale, settings, prenet))
        due = (seen + len(indices)) // settings.evaluate_every > seen // settings.evaluate_every
        seen += len(indices)
        done = seen >= settings.samples
        if due or done:
            score, attentions = evaluate(network, measured, scale, settings, prenet)
            found = {"samples": seen, "loss": float(np.mean(recent)), **asdict(score)}
            evaluations.append(found)
            recent.clear()
            while moments and seen >= moments[0] - settings.batch:
                pictures.append(
                    {"samples": seen, "attention": _kept(measured, attentions, text.side)}
                )
                moments.pop(0)
        if done:
            break
    return {
        "spec": spec.model_dump(),
        "evaluations": evaluations,
        "nulls": {
            name: asdict(null) for name, null in judge.nulls(measured, MEASURED, settings).items()
        },
        "parameters": {
            "encoder": _count(network.text),
            "decoder": _count(network.decoder),
            "bridge": _count(network) - _count(network.text) - _count(network.decoder),
        },
        "encoder_mflop": cost.mflop(text, measured, MEASURED),
        "said": _said(network, measured, pictured(attentions), scale, settings)
        if spec.part == HELDOUT
        else [],
        "pictures": pictures,
        "long_form": measure_long(network, train, measured, scale, settings),
        "cost": {
            "seconds": time.perf_counter() - started,
            "encoder_ms": cost.milliseconds(text, measured, MEASURED),
            "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        },
    }


def evaluate(
    network: Network, speech: SpeechSet, scale: Scale, settings: Evaluate, rng: torch.Generator
) -> tuple[AnyScore, list[Floats]]:
    """Score of the first utterances under teacher forcing, without dropout, and their attention
    [S, P] each; leaves the network in training mode."""
    network.eval()
    chosen = np.arange(min(MEASURED, len(speech)))
    order = chosen[np.argsort([len(speech.mels[i]) for i in chosen], kind="stable")]
    attentions: dict[int, Floats] = {}
    with torch.inference_mode():
        for first in range(0, len(order), AT_ONCE):
            indices = order[first : first + AT_ONCE]
            mel, frames = speech.mel(indices, scale, settings.reduction)
            decoded = network(speech, indices, mel, rng)
            lengths = sides.lengths(speech, indices, network.text.side)
            for row, index in enumerate(indices.tolist()):
                steps = -(-int(frames[row]) // settings.reduction)
                tokens = int(lengths[row])
                weights = decoded.attention[row, :steps, :tokens].double().numpy()
                attentions[index] = measure.distribution(weights)
    network.train()
    found = [attentions[i] for i in chosen.tolist()]
    return judge.score(found, speech, network.text.side, settings), found


def optimizer_of(network: Network, settings: Evaluate, encoder_rate: float) -> torch.optim.Adam:
    """Adam for the text encoder at its own rate, and for all the rest at the decoder's."""
    text = list(network.text.parameters())
    others = {id(p): p for p in network.parameters()}
    for parameter in text:
        del others[id(parameter)]
    groups = [
        {"params": text, "lr": settings.learning_rate * encoder_rate},
        {"params": list(others.values()), "lr": settings.learning_rate},
    ]
    return torch.optim.Adam(groups, eps=EPSILON, fused=True)


def train_step(
    network: Network,
    optimizer: torch.optim.Adam,
    speech: SpeechSet,
    indices: Ints,
    scale: Scale,
    settings: Evaluate,
    rng: torch.Generator,
) -> float:
    """One update on the utterances `indices`; the loss before it."""
    mel, frames = speech.mel(indices, scale, settings.reduction)
    value = loss(network(speech, indices, mel, rng), mel, frames)
    optimizer.zero_grad(set_to_none=True)
    value.backward()  # type: ignore[no-untyped-call]  # torch leaves backward untyped
    nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
    optimizer.step()
    return float(value.detach())


def _kept(speech: SpeechSet, attentions: list[Floats], side: Side) -> list[dict[str, Any]]:
    """Attention of the pictured utterances, with gold times."""
    out = []
    for index in pictured(attentions):
        gold = sides.gold(speech, index, side)
        tokens = sides.tokens(speech, np.array([index]), side)
        out.append(
            {
                "weights": np.round(attentions[index], 4).tolist(),
                "start": gold.start.tolist(),
                "end": gold.end.tolist(),
                "spoken": gold.spoken.tolist(),
                "tokens": tokens[0].tolist(),
            }
        )
    return out


def pictured(attentions: list[Floats]) -> list[int]:
    """The utterances whose lengths are nearest to the quartiles, shortest first."""
    lengths = np.argsort([len(attention) for attention in attentions], kind="stable")
    places = [round(q * (len(lengths) - 1)) for q in np.linspace(0.25, 0.75, PICTURED)]
    return sorted({int(lengths[place]) for place in places}, key=lambda i: len(attentions[i]))


def _said(
    network: Network, speech: SpeechSet, chosen: list[int], scale: Scale, settings: Evaluate
) -> list[dict[str, Any]]:
    network.eval()
    with torch.inference_mode():
        found = said(network, speech, np.array(chosen), scale, settings.reduction)
    network.train()
    return found


def _count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
