"""Several processes that train one model: who this one is, and sums over all of them.

Started by `torchrun`, which sets RANK, WORLD_SIZE and LOCAL_RANK; alone without it. Processes
speak gloo on CPUs and nccl on CUDA devices, one device each.

Guarantees: every process gets the same sum, bit for bit, so weights that start equal stay equal;
shares of a batch are a function of its sentences and the number of processes.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Ranks:
    """This process among `count`; the one with index 0 writes files."""

    index: int = 0
    count: int = 1
    device: torch.device = CPU

    @property
    def first(self) -> bool:
        return self.index == 0

    def add(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors of one type and device by their sums over all processes."""
        if self.count == 1:
            return
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        moved = flat.to(self.device)
        distributed.all_reduce(moved)
        sums = torch.split(moved.to(flat.device), [tensor.numel() for tensor in tensors])
        for tensor, total in zip(tensors, sums, strict=True):
            tensor.copy_(total.view_as(tensor))

    def wait(self) -> None:
        if self.count > 1:
            distributed.barrier()

    def share(self, indices: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
        """This process's part of `indices`, a batch ordered by length: a stretch with about
        1 / count of its tokens, none if sentences are fewer than processes.

        `lengths` are the tokens of every sentence that `indices` may name.
        """
        ends = np.cumsum(lengths[indices])
        middles = ends - lengths[indices] / 2
        owner = (middles * self.count / max(1, ends[-1])).astype(np.int64)
        return np.asarray(indices[owner == self.index])


def resolve_precision(precision: str, device: torch.device) -> str:
    """`fp32` or `bf16`: what `auto` means on a device. Emulated bfloat16 is 20 times slower."""
    if precision != "auto":
        return precision
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    return "bf16" if torch.ops.mkldnn._is_mkldnn_bf16_supported() else "fp32"


@contextmanager
def joined() -> Iterator[Ranks]:
    """The processes that `torchrun` started together, or this one alone."""
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if cuda else CPU
    if cuda:
        torch.cuda.set_device(device)
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield Ranks(device=device)
        return
    distributed.init_process_group("nccl" if cuda else "gloo")
    try:
        yield Ranks(distributed.get_rank(), count, device)
    finally:
        distributed.destroy_process_group()
