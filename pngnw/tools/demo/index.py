"""Sentence states to look for neighbours in: made once, kept in the cache by content.

Guarantees: an index that is taken from the cache is the one that would be made: its name is a
digest of the sentences, of the encoder's files and of the code that reads them, and its states
carry a digest of their own. A sentence that the encoder cannot take is left out and counted.

Letters: S sentences, H width.
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from pngnw.core import shards
from pngnw.core.atomic import atomic_write
from pngnw.core.errors import UserError
from pngnw.encoder import Encoder

CALL = 128  # sentences that are encoded at a time
CODE = (
    "pngnw.normalize", "pngnw.phonemize", "pngnw.align", "pngnw.model", "pngnw.text",
    "pngnw.encoder", "pngnw.tools.demo.index",
)  # fmt: skip


@dataclass(frozen=True)
class Index:
    """S sentences.

    Attributes:
        source: in words, where they are from.
        texts: [S] the sentences.
        states: [S, H] float32 sentence states, scaled to length 1.
        left_out: how many sentences the encoder could not take.
    """

    source: str
    texts: tuple[str, ...]
    states: Tensor
    left_out: int

    def nearest(self, state: Tensor, count: int) -> list[tuple[str, float]]:
        """The sentences with the largest cosine to a state [H], nearest first, with it."""
        cosine = self.states @ functional.normalize(state.float(), dim=0)
        best = cosine.topk(min(count, len(self.texts)))
        return [
            (self.texts[row], value)
            for value, row in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ]

    def typical(self) -> float:
        """The median cosine of two sentences that have nothing to do with each other: each with
        the one half the list away."""
        other = self.states.roll(len(self.states) // 2, dims=0)
        return float((self.states * other).sum(1).median())


def load(encoder: Encoder, folder: Path, source: str, texts: Sequence[str]) -> Index:
    """The index of some sentences, from the cache if it is there.

    Args:
        encoder: whose states are compared.
        folder: where the encoder's files lie.
        source: in words, where the sentences are from.
        texts: the sentences.

    Raises:
        UserError: the encoder can take none of them, or the disk is full.
    """
    files = [shards.file_digest(path) for path in sorted(folder.iterdir()) if path.is_file()]
    name = shards.fingerprint(list(texts), files, shards.code_digest(*CODE))
    kept = shards.cache_root() / "demo" / f"{name}.safetensors"
    found = _read(kept)
    if found is None:
        print(
            f"pngnw demo: encoding {len(texts):,} sentences to compare with, once", file=sys.stderr
        )
        found = _encoded(encoder, texts)
        _write(kept, *found)
    rows, states = found
    if not rows:
        raise UserError(f"{source}: the encoder can read none of its {len(texts)} sentences")
    return Index(source, tuple(texts[row] for row in rows), states, len(texts) - len(rows))


def _encoded(encoder: Encoder, texts: Sequence[str]) -> tuple[list[int], Tensor]:
    """Which texts the encoder can take, and their states at length 1."""
    rows: list[int] = []
    states: list[Tensor] = [torch.zeros(0, encoder.model.config.width)]
    waiting = [range(start, min(start + CALL, len(texts))) for start in range(0, len(texts), CALL)]
    waiting.reverse()
    while waiting:
        part = waiting.pop()
        try:
            states.append(encoder([texts[row] for row in part]).sentence)
        except UserError:  # one of them; before the network has done anything
            if len(part) > 1:
                middle = part[len(part) // 2]
                waiting += [range(middle, part.stop), range(part.start, middle)]
            continue
        rows += part
    return rows, functional.normalize(torch.cat(states), dim=1)


def _digest(states: Tensor) -> str:
    return hashlib.blake2b(states.numpy().tobytes(), digest_size=16).hexdigest()


def _write(path: Path, rows: list[int], states: Tensor) -> None:
    about = {"rows": json.dumps(rows), "digest": _digest(states)}
    with atomic_write(path) as temporary:
        save_file({"states": states}, temporary, about)


def _read(path: Path) -> tuple[list[int], Tensor] | None:
    """What `_write` wrote; None where it is not there or damaged, for it is soon made anew."""
    try:
        with safe_open(path, framework="pt") as file:
            about, states = file.metadata(), file.get_tensor("states")
        rows: list[int] = json.loads(about["rows"])
        whole = about["digest"] == _digest(states) and len(rows) == len(states)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return None
    return (rows, states) if whole else None
