"""AdamW and its learning rate: linear warm-up, then half a cosine down to zero.

Decoupled weight decay as in Loshchilov and Hutter 2019 (algorithm 2), on matrices alone; the
cosine without restarts is their SGDR schedule (2017, equation 5).
"""

import math

import torch
from torch import nn

from pngnw.params import Pretrain

BETAS = (0.9, 0.98)


def adamw(modules: list[nn.Module], pretrain: Pretrain) -> torch.optim.AdamW:
    """The optimizer over all parameters of the modules; norms and biases do not decay."""
    parameters = [p for module in modules for p in module.parameters()]
    groups = [
        {
            "params": [p for p in parameters if p.ndim > 1],
            "weight_decay": pretrain.weight_decay,
        },
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=pretrain.learning_rate, betas=BETAS, fused=True)


def rate(step: int, pretrain: Pretrain) -> float:
    """Learning rate of a step, counted from 0; the step after the last would have 0."""
    if step < pretrain.warmup:
        return pretrain.learning_rate * (step + 1) / pretrain.warmup
    done = (step - pretrain.warmup) / max(1, pretrain.steps - pretrain.warmup)
    return pretrain.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
