"""What holds on a GPU: `make gpu`, or `python -m benchmarks.gpu`.

Takes minutes on a machine with an NVIDIA GPU, without a network and without data: sentences are
invented. Writes benchmarks/gpu.json, whose `failed` lists the checks that did not hold; exit status
1 if there are any. `--dry-run` does a small version of the same on the CPU and writes nothing.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch
from torch import Tensor, distributed

from benchmarks.__main__ import about
from benchmarks.workers.pretrain_ours import invented
from benchmarks.workers.steps import PIECES
from pngnw.model import attention
from pngnw.model.attention import Packing, attend
from pngnw.model.inputs import assemble
from pngnw.params import Params, load
from pngnw.pretrain.checkpoint import State, Store
from pngnw.pretrain.cost import Work, cost
from pngnw.pretrain.loader import Loader
from pngnw.pretrain.loop import gradients, train_step
from pngnw.pretrain.loss import mean_losses
from pngnw.pretrain.ranks import Ranks
from pngnw.tools import presets

RESULTS = Path(__file__).with_name("gpu.json")
CLOSE = 0.02  # of the largest number, between bfloat16 and float32
SAME = {"cpu": 0.0, "cuda": 1e-3}  # of the losses of a run and of one that goes on: atomic sums
STEPS, KILLED = 8, 4
Figures = dict[str, Any]


class Failed(Exception):
    """What a check found, where it is not as it should be."""


def main(arguments: list[str] | None = None) -> None:
    """Run the checks, print a line each."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu",
        description=__doc__,
        epilog="example: python -m benchmarks.gpu --dry-run",
    )
    parser.add_argument("--dry-run", action="store_true", help="small, on the CPU; writes nothing")
    parser.add_argument("--finish", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    dry: bool = options.dry_run
    if not dry and not torch.cuda.is_available():
        raise SystemExit("make gpu: no CUDA device; --dry-run does a small version on the CPU")
    device = torch.device("cpu" if dry else "cuda")
    params = _params("tiny" if dry else "base")
    if options.finish is not None:
        _finish_as_rank(options.finish, params, device)
        return
    figures: dict[str, Figures] = {}
    failed = {}
    checks = {"attention": check_attention, "bf16": check_bf16, "speed": check_speed,
              "resume": check_resume}  # fmt: skip
    for name, check in checks.items():
        started = time.perf_counter()
        try:
            figures[name] = check(params, device)
        except Exception as error:  # noqa: BLE001 # a check that crashes must not hide the others
            failed[name] = f"{type(error).__name__}: {error}"
        seconds = time.perf_counter() - started
        told = failed.get(name) or json.dumps(figures[name])
        print(f"{name}, {seconds:.1f} s: {told}", flush=True)
    if not dry:
        here = {"gpu": torch.cuda.get_device_name(), "torch": torch.__version__, **about()}
        RESULTS.write_text(json.dumps({**here, **figures, "failed": failed}, indent=2) + "\n")
    if failed:
        raise SystemExit(1)


def _params(preset: str) -> Params:
    """params.yaml with a preset; emoji, but no meaning: nobody knows what invented words mean."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "params.yaml"
        path.write_bytes(Path("params.yaml").read_bytes())
        presets.apply(preset, path)
        read = load(path)
    update = {"meaning_weight": 0.0, "precision": "bf16", "steps": STEPS, "warmup": 1}
    tokens = 512 if preset == "tiny" else 16_384  # of a step: fits into 24 GiB
    pretrain = read.pretrain.model_copy(update={**update, "batch_tokens": tokens})
    return read.model_copy(update={"pretrain": pretrain})


def _loader(params: Params) -> Loader:
    """Steps of sentences of 2 to 50 words, the same ones in every process."""
    words = np.clip(np.random.default_rng(0).lognormal(2.9, 0.5, 1000), 2, 50).astype(np.int64)
    return Loader(invented(words), params, PIECES)


def check_attention(params: Params, device: torch.device) -> Figures:
    """Every backend in bfloat16 beside `sdpa` in float32: states and gradients.

    Returns:
        For each the largest difference as a share of the largest number.
    """
    words = np.array([1, 50, 7, 23, 3])
    inputs = assemble(invented(words).sentences, np.arange(len(words)), params.model).to(device)
    heads, width = params.model.heads, params.model.width // params.model.heads
    generator = torch.Generator().manual_seed(0)
    qkv, weight = (
        torch.randn(len(inputs.token), n, heads, width, generator=generator).to(device)
        for n in (3, 1)
    )

    def run(backend: attention.Backend, dtype: torch.dtype) -> list[Tensor]:
        leaf = qkv.detach().to(dtype).requires_grad_()
        out = attend(leaf, Packing.of(inputs, backend)).float()
        (out * weight[:, 0]).sum().backward()  # type: ignore[no-untyped-call] # torch types it not
        assert leaf.grad is not None
        return [out.detach(), leaf.grad.float()]

    expected = run("sdpa", torch.float32)
    figures = {}
    for name, backend, chosen in _backends(device):
        with chosen:
            found = run(backend, torch.bfloat16)
        figures[name] = max(
            float((a - b).abs().max() / b.abs().max()) for a, b in zip(found, expected, strict=True)
        )
    if not all(value < CLOSE for value in figures.values()):
        raise Failed(f"off by {figures}")
    return figures


def _backends(
    device: torch.device,
) -> Iterator[tuple[str, attention.Backend, AbstractContextManager[object]]]:
    """Names, backends, and what chooses the function behind `flash` while it is entered."""
    yield "sdpa", "sdpa", nullcontext()
    if device.type == "cuda":
        yield "varlen_attn", "flash", mock.patch.dict(sys.modules, {"flash_attn": None})
        if importlib.util.find_spec("flash_attn") is not None:
            yield "flash_attn", "flash", nullcontext()


def check_bf16(params: Params, device: torch.device) -> Figures:
    """The loss and the gradient of one step in bfloat16 beside those in float32."""
    model = params.model.model_copy(update={"dropout": 0.0})
    tokens = min(4096, params.pretrain.batch_tokens)  # float32 keeps twice as much for the way back
    found = []
    for precision, backend in (("fp32", "sdpa"), ("bf16", "auto")):
        update = {"precision": precision, "batch_tokens": tokens}
        pretrain = params.pretrain.model_copy(update=update)
        shape = model.model_copy(update={"attention": backend})
        each = params.model_copy(update={"model": shape, "pretrain": pretrain})
        state = State.start(each, PIECES, device)
        sums, counts = gradients(state, _loader(each).at(0), each, Ranks(device=device))
        gradient = torch.cat(
            [p.grad.flatten() for p in state.encoder.parameters() if p.grad is not None]
        )
        found.append((mean_losses(sums, counts, pretrain)["total"], gradient))
    (exact, whole), (half, rounded) = found
    cosine = float(torch.nn.functional.cosine_similarity(whole, rounded, dim=0))
    figures = {"loss_fp32": exact, "loss_bf16": half, "gradient_cosine": cosine}
    if not (abs(half - exact) < 0.01 * exact and cosine > 0.99):
        raise Failed(f"bfloat16 is far from float32: {figures}")
    return figures


def check_speed(params: Params, device: torch.device) -> Figures:
    """Tokens a second, the share of the peak of matrix products, and the most memory."""
    loader, ranks = _loader(params), Ranks(device=device)
    state, work = State.start(params, PIECES, device), Work()
    warm, steps = (1, 3) if device.type == "cpu" else (5, 30)
    batches = [loader.at(number) for number in range(warm + steps)]
    for number, step in enumerate(batches):
        if number == warm:
            started, work = time.perf_counter(), Work()  # a step ends with its losses on the CPU
        _, counts = train_step(state, step, params, ranks)
        work.add(step.size, counts)
    if device.type == "cuda":
        torch.cuda.synchronize()
    work.seconds = time.perf_counter() - started
    figures = cost(work, state.encoder, state.heads, params.pretrain.precision, 1)
    names = ("tokens_per_second", "share_of_matrix_peak", "matrix_peak_gflop_per_second",
             "parameters_encoder", "device_memory_mib")  # fmt: skip
    chosen = {name: figures[name] for name in names if name in figures}
    return chosen | {"tokens_per_step": params.pretrain.batch_tokens}


def check_resume(params: Params, device: torch.device) -> Figures:
    """A run that goes on from a checkpoint, here and as the one process of `torchrun`.

    Returns:
        For each the largest difference of a loss from the run that was never killed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        state = State.start(params, PIECES, device)
        _losses(state, KILLED, params, device)
        Store(folder).save(state.step, state.dump())
        expected = _losses(state, STEPS, params, device)
        here = _finish(folder, params, device)
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
        command += ["--nproc-per-node", "1", "-m", "benchmarks.gpu", "--finish", str(folder)]
        command += ["--dry-run"] if device.type == "cpu" else []
        # torchrun would set one thread, and a sum over other threads has other last bits.
        threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=os.environ | threads
        )
        if done.returncode:
            raise Failed(f"torchrun: {done.stderr[-500:]}")
        there = json.loads((folder / "losses.json").read_text())
    figures = {
        name: max(abs(a - b) / abs(b) for a, b in zip(losses, expected, strict=True))
        for name, losses in (("resumed", here), ("torchrun", there))
    }
    if not all(value <= SAME[device.type] for value in figures.values()):
        raise Failed(f"other losses: {figures}")
    return figures


def _losses(state: State, until: int, params: Params, device: torch.device) -> list[float]:
    """Train up to a step; the total loss of each."""
    loader, losses = _loader(params), []
    while state.step < until:
        step = loader.at(state.step)
        sums, counts = train_step(state, step, params, Ranks(device=device))
        losses.append(mean_losses(sums, counts, params.pretrain)["total"])
    return losses


def _finish(folder: Path, params: Params, device: torch.device) -> list[float]:
    """Go on from the checkpoint in a folder to the end."""
    state = State.start(params, PIECES, device)
    saved = Store(folder).latest()
    assert saved is not None
    state.restore(saved)
    return _losses(state, STEPS, params, device)


def _finish_as_rank(folder: Path, params: Params, device: torch.device) -> None:
    """The same under `torchrun`, with a sum over its processes: nccl on CUDA, gloo elsewhere."""
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        one = torch.ones(3, device=device)
        distributed.all_reduce(one)
        if one.tolist() != [1.0] * 3:
            raise Failed(f"the sum over one process is {one.tolist()}")
        (folder / "losses.json").write_text(json.dumps(_finish(folder, params, device)))
    finally:
        distributed.destroy_process_group()


if __name__ == "__main__":
    main()
