"""What changes while training: weights, optimizer, step, and the history of losses."""

from dataclasses import dataclass, field
from typing import Any

import torch

from pngnw.model.encoder import PnGNWEncoder
from pngnw.model.heads import Heads
from pngnw.params import Model, Pretrain
from pngnw.pretraining.checkpoint import Payload
from pngnw.pretraining.loss import Losses
from pngnw.pretraining.optimizer import adamw

Entry = dict[str, Any]  # {"step": int, "split": "train" or "valid", "losses": {name: float}}


@dataclass
class Meter:
    """Sums of losses since they were last read."""

    sums: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, losses: Losses) -> None:
        for name, value in losses.sums.items():
            self.sums[name] = self.sums.get(name, 0.0) + float(value)
            self.counts[name] = self.counts.get(name, 0) + losses.counts[name]

    def read(self) -> dict[str, float]:
        """Mean of every loss that had a target; starts anew."""
        means = {name: self.sums[name] / n for name, n in self.counts.items() if n}
        self.sums, self.counts = {}, {}
        return means


@dataclass
class State:
    """A run after `step` steps."""

    encoder: PnGNWEncoder
    heads: Heads
    optimizer: torch.optim.AdamW
    step: int = 0
    history: list[Entry] = field(default_factory=list)
    meter: Meter = field(default_factory=Meter)

    @classmethod
    def start(cls, model: Model, pretrain: Pretrain, pieces: int, seed: int) -> "State":
        """A fresh run; also seeds PyTorch's own generator, from which dropout draws."""
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        encoder = PnGNWEncoder(model, pieces, generator)
        heads = Heads(model, pieces, generator)
        return cls(encoder, heads, adamw([encoder, heads], pretrain))

    def dump(self) -> Payload:
        """All of it, for `Store.save`."""
        return {
            "encoder": self.encoder.state_dict(),
            "heads": self.heads.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "history": self.history,
            "meter": {"sums": self.meter.sums, "counts": self.meter.counts},
            "random": torch.get_rng_state(),
        }

    def restore(self, payload: Payload) -> None:
        """Become the run that was dumped."""
        self.encoder.load_state_dict(payload["encoder"])
        self.heads.load_state_dict(payload["heads"])
        self.optimizer.load_state_dict(payload["optimizer"])
        self.step = payload["step"]
        self.history = payload["history"]
        self.meter = Meter(**payload["meter"])
        torch.set_rng_state(payload["random"])
