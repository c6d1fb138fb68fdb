"""The optimizers with their parameter groups, and the learning rate of every step.

AdamW with decoupled weight decay as in Loshchilov and Hutter 2019 (algorithm 2), on matrices
alone. Muon (Jordan et al. 2024) orthogonalizes the momentum of the layers' matrices; its updates
are scaled to the size of AdamW's (Liu et al. 2025, arXiv 2502.16982, section 2.2), so that both
share one rate and one decay. Embeddings, heads, norms and biases have AdamW always.
"""

import math

import torch

from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.params import Pretrain

BETAS = (0.9, 0.98)
DECAY = 0.2  # share of the steps over which a trapezoid comes down


def make_optimizers(
    encoder: PnGNWEncoder, heads: Heads, pretrain: Pretrain
) -> list[torch.optim.Optimizer]:
    """Optimizers that together own every parameter once; norms and biases do not decay."""
    matrices = [p for p in encoder.layers.parameters() if p.ndim > 1]
    apart = {id(p) for p in matrices} if pretrain.optimizer == "muon" else set()
    rest = [p for p in (*encoder.parameters(), *heads.parameters()) if id(p) not in apart]
    groups = [
        {
            "params": [p for p in rest if (p.ndim > 1) == decays],
            "weight_decay": pretrain.weight_decay if decays else 0.0,
        }
        for decays in (True, False)
    ]
    adamw = torch.optim.AdamW(groups, lr=pretrain.learning_rate, betas=BETAS, fused=True)
    if pretrain.optimizer == "adamw":
        return [adamw]
    muon = torch.optim.Muon(
        matrices,
        lr=pretrain.learning_rate,
        weight_decay=pretrain.weight_decay,
        adjust_lr_fn="match_rms_adamw",
    )
    return [muon, adamw]


def learning_rate(step: int, pretrain: Pretrain) -> float:
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
