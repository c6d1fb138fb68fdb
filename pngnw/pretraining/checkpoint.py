"""Checkpoints: everything a killed run needs to go on as if nothing had happened.

Guarantees: a checkpoint appears whole or not at all; the two last ones and the best are kept; a
run finds those of its own fingerprint (parameters, data, code) alone; loading runs no pickled
code. Killed between writing and tidying, the folder holds one more until the next is written.
"""

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

    def save(self, step: int, payload: Payload, best: int | None = None) -> None:
        """Write the state after `step` steps and delete what is no longer needed.

        Args:
            step: names the checkpoint.
            payload: tensors, numbers, strings and containers of them.
            best: the step whose checkpoint is kept besides the last ones.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / "writing.pt"
        torch.save(payload, temporary)
        publish(temporary, self._path(step))
        for old in self._found()[:-KEPT]:
            if best is None or old != self._path(best):
                old.unlink()

    def latest(self) -> Payload | None:
        """The newest checkpoint on the CPU, or None.

        Raises:
            UserError: it cannot be read.
        """
        found = self._found()
        return _read(found[-1]) if found else None

    def clear(self) -> None:
        """Forget the run: it is finished. Newest first, so that any rest can still be resumed."""
        for path in reversed(self._found()):
            path.unlink()
        (self.folder / "writing.pt").unlink(missing_ok=True)
        if self.folder.exists():
            self.folder.rmdir()

    def _found(self) -> list[Path]:
        return sorted(self.folder.glob("step-*.pt"))

    def _path(self, step: int) -> Path:
        return self.folder / f"step-{step:08d}.pt"


def _read(path: Path) -> Payload:
    # A file that lost its end is no archive, and torch.load would take it for its old format.
    if not zipfile.is_zipfile(path):
        raise UserError(f"{path}: damaged checkpoint; delete it")
    payload: Payload = torch.load(path, map_location="cpu", weights_only=True)
    return payload
