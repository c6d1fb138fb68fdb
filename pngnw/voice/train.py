"""One run: train a voice on one arm, with checkpoints.

Guarantees: batches, dropout and initial weights depend on the seed and the step alone, so a run
that was killed and goes on from its checkpoint ends as if it had never been; equal inputs give
equal weights on one thread.
"""

import io
import math
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from pngnw.arms import encoders
from pngnw.arms.encoders import PRETRAINED
from pngnw.arms.text import batches
from pngnw.core.atomic import atomic_write
from pngnw.core.errors import UserError, diverged
from pngnw.params import Arm, Voice
from pngnw.voice.dataset import Utterances
from pngnw.voice.network import Prosody, VoiceNetwork, losses

LOG_EVERY: Final = 20  # steps whose losses are averaged into one point of the curve
Point = dict[str, float]


def train(
    arm: Arm, settings: Voice, speech: Utterances, encoder: Path, checkpoint: Path
) -> tuple[VoiceNetwork, list[Point]]:
    """Train for `settings.steps`, from the checkpoint if there is one.

    Returns:
        The network in eval mode; and the curve: step and mean losses.

    Raises:
        UserError: a loss is not finite.
    """
    text = encoders.build(arm, encoder, settings.layer, settings.text_width, settings.seed)
    network = VoiceNetwork(text, settings, settings.seed)
    network.measure(speech)
    multiplier = settings.encoder_rate if arm in PRETRAINED else 1.0
    groups = encoders.parameter_groups(network, text, settings.learning_rate, multiplier)
    optimizer = torch.optim.Adam(groups, betas=(0.9, 0.98), fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    done, curve = _restore(checkpoint, network, optimizer)
    recent: list[Point] = []
    bar = tqdm(total=settings.steps, initial=done, desc=f"voice {arm}", unit="step", disable=None)
    network.train()
    drawn = batches(speech.frames, settings.batch, settings.seed)
    for step, chosen in islice(enumerate(drawn), done, settings.steps):
        torch.manual_seed(int(np.random.SeedSequence([settings.seed, step]).generate_state(1)[0]))
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * scheduled(step, settings)
        batch = speech.batch(chosen)
        mel, predicted = network(batch.text, Prosody(batch.duration, batch.heard))
        parts = losses(mel, predicted, network, batch)
        total = torch.stack([*parts.values()]).sum()
        if not math.isfinite(float(total.detach())):
            remedy = f"lower voice.learning_rate ({settings.learning_rate:g})"
            raise diverged(step + 1, optimizer.param_groups[-1]["lr"], remedy)
        optimizer.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]  # torch leaves backward untyped
        nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
        optimizer.step()
        recent.append({name: float(value.detach()) for name, value in parts.items()})
        done = step + 1
        bar.update()
        if done % LOG_EVERY == 0 or done == settings.steps:
            means = {name: float(np.mean([each[name] for each in recent])) for name in parts}
            curve.append({"step": float(done), **means})
            recent.clear()
            # Between two points of the curve there would be losses to keep, too.
            if done % settings.checkpoint_every == 0 and done < settings.steps:
                _save(checkpoint, done, curve, network, optimizer)
    bar.close()
    network.eval().lengthen(speech)
    return network, curve


def scheduled(step: int, settings: Voice) -> float:
    """Share of its learning rate that a step, counted from 0, has: a rise, then half a cosine."""
    rise = min(1.0, (step + 1) / (settings.warmup + 1))
    return rise * 0.5 * (1 + math.cos(math.pi * step / settings.steps))


def _save(
    path: Path, step: int, curve: list[Point], network: nn.Module, optimizer: torch.optim.Optimizer
) -> None:
    payload = {
        "step": step,
        "curve": curve,
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
    }
    with atomic_write(path) as temporary:
        torch.save(payload, temporary)


def _restore(
    path: Path, network: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[int, list[Point]]:
    """The step and the curve of a checkpoint, whose weights and averages are taken over; 0 and an
    empty curve without one.

    Raises:
        UserError: the file is damaged.
    """
    if not path.exists():
        return 0, []
    try:
        payload = torch.load(io.BytesIO(path.read_bytes()), "cpu", weights_only=True)
    except (RuntimeError, EOFError, ValueError) as error:
        raise UserError(f"{path}: damaged ({error}); delete it to start the run anew") from None
    network.load_state_dict(payload["network"])
    optimizer.load_state_dict(payload["optimizer"])
    return int(payload["step"]), payload["curve"]
