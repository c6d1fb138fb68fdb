"""Sentences a second from text to 64 emoji, our torchmoji backend beside the reference.

Both get the same sentences of mixed length, the checkout's vocabulary and the same random weights,
each in a process of its own with as many threads as there are cores: all sentences in one call,
as the reference's examples do it, and in calls of 32. A figure is the median of interleaved
rounds. Before that, both answer `COMPARED` sentences: the tokens must be equal, and the largest
difference of a feature or probability is reported. The reference is the checkout of
github.com/huggingface/torchMoji that PEER_TORCHMOJI names.
"""

import itertools
import json
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks import peers, text
from benchmarks.peers import Missing
from benchmarks.phonemize import say
from benchmarks.result import Result
from benchmarks.worker import THREADS, Worker

SENTENCES = 1024
COMPARED = 1200
ROUNDS = 3
SMALL = 32
FEWER = 256  # sentences for calls of `SMALL`, which take longer
PEER = "torchMoji"


def measure() -> list[Result]:
    """Speed in both ways of calling, in both precisions, and the largest difference."""
    sentences = text.mixed(SENTENCES)
    say(f"{len(sentences):,} sentences, {text.words(sentences):,} words, {THREADS} thread(s) each")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            checkout = peers.checkout(
                "PEER_TORCHMOJI", "huggingface/torchMoji", "torchmoji/lstm.py"
            )
            packages = peers.packages("text-unidecode==1.0")
        except Missing as reason:
            say(f"{PEER}: not measured ({reason})")
            checkout = None
        make_model(folder, checkout)
        ours = {"TEACH_FOLDER": str(folder)}
        workers = {
            "ours": ("teach", ours),
            "ours, bf16": ("teach", {**ours, "TEACH_PRECISION": "bf16"}),
        }
        if checkout is not None:
            environment = {**ours, "PEER_TORCHMOJI": str(checkout), "PYTHONPATH": packages}
            workers[PEER] = ("torchmoji", environment)
        speeds = _speeds(workers, sentences)
        results = [
            _result("teach.torchmoji", speeds, "ours", "one call"),
            _result("teach.torchmoji.calls_of_32", speeds, "ours", "calls"),
            _result("teach.torchmoji.bf16", speeds, "ours, bf16", "one call"),
        ]
        if checkout is not None:
            results.append(_difference(workers))
    return results


def make_model(folder: Path, checkout: Path | None) -> None:
    """Random weights of the published size, and the checkout's vocabulary (or one of its size)."""
    draw = torch.Generator().manual_seed(7)

    def uniform(*shape: int, most: float) -> torch.Tensor:
        return (torch.rand(*shape, generator=draw) * 2 - 1) * most

    state = {"embed.weight": uniform(50_000, 256, most=0.5)}
    for (layer, width), direction in itertools.product([(0, 256), (1, 1024)], ["", "_reverse"]):
        state[f"lstm_{layer}.weight_ih_l0{direction}"] = uniform(2048, width, most=0.08)
        state[f"lstm_{layer}.weight_hh_l0{direction}"] = uniform(2048, 512, most=0.08)
        state[f"lstm_{layer}.bias_ih_l0{direction}"] = uniform(2048, most=0.2)
        state[f"lstm_{layer}.bias_hh_l0{direction}"] = uniform(2048, most=0.2)
    state["attention_layer.attention_vector"] = uniform(2304, most=0.5)
    state["output_layer.0.weight"] = uniform(64, 2304, most=0.2)
    state["output_layer.0.bias"] = uniform(64, most=0.2)
    torch.save(state, folder / "pytorch_model.bin")
    if checkout is not None:
        shutil.copyfile(checkout / "model/vocabulary.json", folder / "vocabulary.json")
    else:
        ids = {"CUSTOM_MASK": 0, "CUSTOM_UNKNOWN": 1} | {f"word{n}": n for n in range(2, 50_000)}
        (folder / "vocabulary.json").write_text(json.dumps(ids))


def _speeds(
    workers: dict[str, tuple[str, dict[str, str]]], sentences: list[str]
) -> dict[tuple[str, str], float]:
    """Sentences/s by system and way of calling."""
    seen: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    some = sentences[:: len(sentences) // FEWER or 1]
    ways = {"one call": [sentences], "calls": _parts(some, SMALL)}
    for number in range(ROUNDS):
        say(f"round {number + 1} of {ROUNDS}")
        for name, (module, environment) in workers.items():
            with Worker(Path(sys.executable), module, environment) as worker:
                for way, blocks in ways.items():
                    seconds = sum(worker.ask(block).seconds for block in blocks)
                    seen[name, way].append(sum(map(len, blocks)) / seconds)
                    say(f"  {name:<12}{way:<10}{seen[name, way][-1]:>10,.1f} sentences/s")
    return {key: statistics.median(speeds) for key, speeds in seen.items()}


def _parts(sentences: Sequence[str], size: int) -> list[list[str]]:
    return [list(sentences[start : start + size]) for start in range(0, len(sentences), size)]


def _result(name: str, speeds: dict[tuple[str, str], float], ours: str, way: str) -> Result:
    return Result(name, "sentences/s", speeds[ours, way], {PEER: speeds.get((PEER, way))})


def _difference(workers: dict[str, tuple[str, dict[str, str]]]) -> Result:
    """The largest difference of a probability or feature; tokens must be equal."""
    sentences = text.mixed(COMPARED)
    largest = 0.0
    with (
        Worker(Path(sys.executable), *workers["ours"], answers=True) as ours,
        Worker(Path(sys.executable), *workers[PEER], answers=True) as theirs,
    ):
        for block in _parts(sentences, 100):
            answer, expected = ours.ask(block).answers, theirs.ask(block).answers
            for mine, other, sentence in zip(answer[0], expected[0], block, strict=True):
                if mine != other:
                    raise SystemExit(f"tokens differ: {sentence!r}: {mine} and {other}")
            for mine, other in zip(answer[1:], expected[1:], strict=True):
                largest = max(largest, float(np.abs(np.subtract(mine, other)).max()))
    say(f"{len(sentences):,} sentences: tokens equal, largest difference {largest:.1e}")
    return Result("teach.torchmoji.largest_difference", "millionths", largest * 1e6)
