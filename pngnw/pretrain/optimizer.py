"""The optimizers with their parameter groups, and the learning rate of every step.

AdamW with decoupled weight decay as in Loshchilov and Hutter 2019 (algorithm 2), on matrices
alone. Muon (Jordan et al. 2024) orthogonalizes the momentum of the layers' matrices; its updates
are scaled to the size of AdamW's (Liu et al. 2025, arXiv 2502.16982, section 2.2), so that both
share one rate and one decay. Embeddings, heads, norms and biases have AdamW always.
"""

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.params import Pretrain

BETAS = (0.9, 0.98)
MOMENTUM = 0.95
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
    muon = Muon(matrices, pretrain.learning_rate, pretrain.weight_decay)
    return [muon, adamw]


class Muon(torch.optim.Optimizer):
    """`torch.optim.Muon` with `match_rms_adamw`, in float32 on a CPU.

    That one multiplies in bfloat16 on any device, which takes a processor without it longer than a
    step of the whole model.
    """

    def __init__(self, params: Iterable[nn.Parameter], lr: float, weight_decay: float) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override] # no closure is used
        """One update of every matrix that has a gradient."""
        for group in self.param_groups:
            shapes: dict[torch.Size, list[nn.Parameter]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    shapes.setdefault(parameter.shape, []).append(parameter)
            for shape, parameters in shapes.items():
                gradients = torch.stack([p.grad for p in parameters if p.grad is not None])
                momenta = torch.stack(
                    [self.state[p].get("momentum", torch.zeros_like(p)) for p in parameters]
                ).lerp_(gradients, 1 - MOMENTUM)
                updates = orthogonalized(gradients.lerp(momenta, MOMENTUM))
                rate = group["lr"] * 0.2 * math.sqrt(max(shape))
                for p, momentum, update in zip(parameters, momenta, updates, strict=True):
                    self.state[p]["momentum"] = momentum.clone()
                    p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-rate)


def orthogonalized(matrices: Tensor) -> Tensor:
    """Matrices [N, R, C] with singular values near 1: five steps of Newton and Schulz's iteration
    with the coefficients of Jordan et al. 2024 ("Muon: an optimizer for hidden layers")."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x.bfloat16() if x.is_cuda else x
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return (x.mT if tall else x).to(matrices.dtype)


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
