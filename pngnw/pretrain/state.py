"""What changes while training: weights, optimizers, step, and the history of losses."""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.params import ModelConfig, Pretrain
from pngnw.pretrain.checkpoint import Payload
from pngnw.pretrain.loss import NAMES, means
from pngnw.pretrain.optimizer import optimizers

Entry = dict[str, Any]  # {"step": int, "split": "train" or "valid", "losses": {name: float}}


class Meter:
    """Losses since they were last read, summed over their targets."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.sums = torch.zeros(len(NAMES), dtype=torch.float64)
        self.counts = torch.zeros(len(NAMES), dtype=torch.int64)

    def add(self, sums: Tensor, counts: Tensor) -> None:
        """Count in a batch: its sums and counts, [9] each."""
        self.sums += sums.detach().cpu()
        self.counts += counts

    def read(self, emoji_weight: float) -> dict[str, float]:
        """Mean of every loss that had a target, and the weighted `total`; starts anew."""
        out = means(self.sums, self.counts, emoji_weight)
        self.clear()
        return out


@dataclass
class State:
    """A run after `step` steps."""

    encoder: PnGNWEncoder
    heads: Heads
    optimizers: list[torch.optim.Optimizer]
    step: int = 0
    history: list[Entry] = field(default_factory=list)
    meter: Meter = field(default_factory=Meter)

    @classmethod
    def start(
        cls,
        model: ModelConfig,
        pretrain: Pretrain,
        pieces: int,
        seed: int,
        device: torch.device | None = None,
    ) -> "State":
        """A fresh run, on the CPU unless a device is given; its weights are the same on any.

        With `pretrain.compile` the first step of either mode compiles the layers, all alike, for
        batches of any shape; what is computed is the same but for rounding.
        """
        generator = torch.Generator().manual_seed(seed)
        encoder = PnGNWEncoder(model, pieces, generator).to(device)
        features = pretrain.emoji_loss == "mse_features"
        heads = Heads(model, pieces, generator, features).to(device)
        if pretrain.compile:
            for layer in encoder.layers:
                layer.compile(dynamic=True)
        return cls(encoder, heads, optimizers(encoder, heads, pretrain))

    def best(self) -> int | None:
        """The step with the least held-out loss so far, the first of equals; None before any."""
        valid = [entry for entry in self.history if entry["split"] == "valid"]
        losses = [entry["losses"]["total"] for entry in valid]
        return valid[losses.index(min(losses))]["step"] if valid else None

    def dump(self) -> Payload:
        """All of it, for `Store.save`."""
        return {
            "encoder": self.encoder.state_dict(),
            "heads": self.heads.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "history": self.history,
            "meter": {"sums": self.meter.sums, "counts": self.meter.counts},
        }

    def restore(self, payload: Payload) -> None:
        """Become the run that was dumped."""
        self.encoder.load_state_dict(payload["encoder"])
        self.heads.load_state_dict(payload["heads"])
        for optimizer, saved in zip(self.optimizers, payload["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step = payload["step"]
        self.history = payload["history"]
        self.meter.sums = payload["meter"]["sums"]
        self.meter.counts = payload["meter"]["counts"]
