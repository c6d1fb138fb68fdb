"""Checkpoints: everything a killed run needs to go on as if nothing had happened.

Guarantees: a checkpoint appears whole or not at all; the two last ones and the best are kept; a
run finds those of its own fingerprint (parameters, data, code) alone; one that is not, bit by bit,
what was written is passed over for the one before; loading runs no pickled code. Killed between
writing and tidying, the folder holds one more until the next is written.
"""

import hashlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from pngnw.core.atomic import commit, disk_full_as_error

KEPT = 2
_DIGEST = 16  # bytes, after the others
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
        try:
            with disk_full_as_error(self._path(step)):
                with temporary.open("wb") as file:
                    torch.save(payload, file)
                with temporary.open("ab") as file:
                    file.write(_digest(temporary.read_bytes()))
                commit(temporary, self._path(step))
        finally:
            temporary.unlink(missing_ok=True)
        for old in self._found()[:-KEPT]:
            if best is None or old != self._path(best):
                old.unlink()

    def latest(self) -> Payload | None:
        """The newest checkpoint that is intact, on the CPU, or None. Damaged ones are deleted."""
        for path in reversed(self._found()):
            content = path.read_bytes()
            body = content[:-_DIGEST]
            if _digest(body) == content[-_DIGEST:]:
                payload: Payload = torch.load(io.BytesIO(body), "cpu", weights_only=True)
                return payload
            print(f"{path}: damaged; goes on from an older checkpoint", file=sys.stderr)
            path.unlink()
        return None

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


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()
