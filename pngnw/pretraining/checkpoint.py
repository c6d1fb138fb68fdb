"""Checkpoints: everything a killed run needs to go on as if nothing had happened.

Guarantees: a checkpoint appears whole or not at all; the two last ones are kept; a run finds
those of its own fingerprint (parameters, data, code) alone; loading runs no pickled code.
"""

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from pngnw.errors import UserError
from pngnw.shards import publish

KEPT = 2
Payload = dict[str, Any]


@dataclass(frozen=True)
class Store:
    """The checkpoints of one run, in a folder of their own."""

    folder: Path

    def save(self, step: int, payload: Payload) -> None:
        """Write the state after `step` steps; payload: tensors, numbers, strings, containers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / "writing.pt"
        torch.save(payload, temporary)
        publish(temporary, self.folder / f"step-{step:08d}.pt")
        for old in self._found()[:-KEPT]:
            old.unlink()

    def latest(self) -> Payload | None:
        """The newest checkpoint on the CPU, or None.

        Raises:
            UserError: it cannot be read.
        """
        found = self._found()
        if not found:
            return None
        # A file that lost its end is no archive, and torch.load would take it for its old format.
        if not zipfile.is_zipfile(found[-1]):
            raise UserError(f"{found[-1]}: damaged checkpoint; delete it")
        payload: Payload = torch.load(found[-1], map_location="cpu", weights_only=True)
        return payload

    def clear(self) -> None:
        """Forget the run: it is finished."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _found(self) -> list[Path]:
        return sorted(self.folder.glob("step-*.pt"))
