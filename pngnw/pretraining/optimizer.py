"""The optimizers, and the learning rate of every step.

AdamW with decoupled weight decay as in Loshchilov and Hutter 2019 (algorithm 2), on matrices
alone. Muon (Jordan et al. 2024) orthogonalises the momentum of the layers' matrices; its updates
are scaled to the size of AdamW's (Liu et al. 2025, arXiv 2502.16982, section 2.2), so that both
share one rate and one decay. Embeddings, heads, norms and biases have AdamW always.
"""

import math

import torch
from torch import nn

from pngnw.model.encoder import PnGNWEncoder
from pngnw.params import Pretrain

BETAS = (0.9, 0.98)
DECAY = 0.2  # share of the steps over which a trapezoid comes down


def optimizers(
    encoder: PnGNWEncoder, heads: nn.Module, pretrain: Pretrain
) -> list[torch.optim.Optimizer]:
    """Optimizers that together own every parameter once; norms and biases do not decay."""
    parameters = [*encoder.parameters(), *heads.parameters()]
    inner = [p for p in encoder.layers.parameters() if p.ndim > 1]
    if pretrain.optimizer == "adamw":
        return [_adamw(parameters, pretrain)]
    owned = {id(p) for p in inner}
    muon = torch.optim.Muon(
        inner,
        lr=pretrain.learning_rate,
        weight_decay=pretrain.weight_decay,
        adjust_lr_fn="match_rms_adamw",
    )
    return [muon, _adamw([p for p in parameters if id(p) not in owned], pretrain)]


def _adamw(parameters: list[nn.Parameter], pretrain: Pretrain) -> torch.optim.AdamW:
    groups = [
        {
            "params": [p for p in parameters if p.ndim > 1],
            "weight_decay": pretrain.weight_decay,
        },
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=pretrain.learning_rate, betas=BETAS, fused=True)


def rate(step: int, pretrain: Pretrain) -> float:
    """Learning rate of a step, counted from 0; the step after the last would have 0.

    A linear warm-up, then half a cosine down to zero (SGDR without restarts, Loshchilov and
    Hutter 2017, equation 5), or a level and a straight line down over the last `DECAY` of all
    steps (Hägele et al. 2024, arXiv 2405.18392).
    """
    if step < pretrain.warmup:
        return pretrain.learning_rate * (step + 1) / pretrain.warmup
    if pretrain.schedule == "trapezoid":
        left = (pretrain.steps - step) / max(1.0, DECAY * pretrain.steps)
        return pretrain.learning_rate * min(1.0, left)
    done = (step - pretrain.warmup) / max(1, pretrain.steps - pretrain.warmup)
    return pretrain.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
