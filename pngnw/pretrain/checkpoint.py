"""The state of a run, and checkpoints of it.

Guarantees: a run that goes on from a checkpoint ends as if it had never been killed; the two last
ones and the best are kept; one that is not, bit by bit, what was written is passed over for the one
before; loading runs no pickled code.
"""

import hashlib
import io
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from pngnw.core.atomic import atomic_write
from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.params import Params
from pngnw.pretrain.loss import LossMeter
from pngnw.pretrain.optimizer import make_optimizers

LAST = 2  # how many of the newest checkpoints are kept
_DIGEST = 16  # bytes, after the others
Payload = dict[str, Any]
Entry = dict[str, Any]  # {"step": int, "split": "train" or "valid", "losses": {name: float}}


@dataclass
class State:
    """A run after `step` steps: weights, optimizers, and the history of losses."""

    encoder: PnGNWEncoder
    heads: Heads
    optimizers: list[torch.optim.Optimizer]
    step: int = 0
    history: list[Entry] = field(default_factory=list)
    meter: LossMeter = field(default_factory=LossMeter)

    @classmethod
    def start(
        cls,
        params: Params,
        vocab_size: int,
        device: torch.device | None = None,
        of_words: Mapping[str, int] | None = None,
    ) -> "State":
        """A fresh run, on the CPU unless a device is given; its weights are the same on any.

        `of_words` are the numbers that words' states learn, see `Heads`.

        With `pretrain.compile` the first step of either mode compiles the layers, all alike, for
        batches of any shape; what is computed is the same but for rounding.
        """
        generator = torch.Generator().manual_seed(params.base.seed)
        encoder = PnGNWEncoder(params.model, vocab_size, generator).to(device)
        features = params.pretrain.emoji_loss == "mse_features"
        heads = Heads(params.model, vocab_size, generator, features, of_words).to(device)
        if params.pretrain.compile:
            for layer in encoder.layers:
                layer.compile(dynamic=True)
        return cls(encoder, heads, make_optimizers(encoder, heads, params.pretrain))

    @property
    def parameters(self) -> list[nn.Parameter]:
        """Of encoder and heads."""
        return [*self.encoder.parameters(), *self.heads.parameters()]

    def best(self) -> int | None:
        """The step with the least held-out loss so far, the first of equals; None before any."""
        valid = [entry for entry in self.history if entry["split"] == "valid"]
        losses = [entry["losses"]["total"] for entry in valid]
        return valid[losses.index(min(losses))]["step"] if valid else None

    def dump(self) -> Payload:
        return {
            "encoder": self.encoder.state_dict(),
            "heads": self.heads.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "history": self.history,
            "meter": vars(self.meter),
        }

    def restore(self, payload: Payload) -> None:
        self.encoder.load_state_dict(payload["encoder"])
        self.heads.load_state_dict(payload["heads"])
        for optimizer, saved in zip(self.optimizers, payload["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.step = payload["step"]
        self.history = payload["history"]
        self.meter = LossMeter(**payload["meter"])


@dataclass(frozen=True)
class Store:
    """The checkpoints of one run, in a folder of their own."""

    folder: Path

    def save(self, step: int, payload: Payload, best: int | None = None) -> None:
        """Write the state after `step` steps; all but the last ones and the best are deleted.

        `payload`: tensors, numbers, strings and containers of them.
        """
        content = io.BytesIO()
        torch.save(payload, content)
        content.write(_digest(content.getbuffer()))
        with atomic_write(self._path(step)) as temporary:
            temporary.write_bytes(content.getbuffer())
        for path in self._paths()[:-LAST]:
            if best is None or path != self._path(best):
                path.unlink()

    def latest(self) -> Payload | None:
        """The newest checkpoint that is intact, on the CPU, or None. Damaged ones are deleted."""
        for path in reversed(self._paths()):
            content = path.read_bytes()
            body = content[:-_DIGEST]
            if _digest(body) == content[-_DIGEST:]:
                payload: Payload = torch.load(io.BytesIO(body), "cpu", weights_only=True)
                return payload
            print(f"{path}: damaged; goes on from an older checkpoint", file=sys.stderr)
            path.unlink()
        return None

    def clear(self) -> None:
        """Delete all: the run is finished. Newest first, so that any rest can still be resumed."""
        for path in reversed(self._paths()):
            path.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("step-*.pt"))

    def _path(self, step: int) -> Path:
        return self.folder / f"step-{step:08d}.pt"


def _digest(body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()
