"""Sentences a second of the whole training loop, and of its loader alone, beside the original.

Both get the same sentences, drawn from the training split of the default pipeline, and the same
widths, threads and precision. Who does what where:
- Ours phonemizes and aligns a sentence once, in two stages whose results are kept; its loader reads
  ids, hides words and makes tensors, in the process that trains.
- The original does all of it in its loader, at every epoch, in processes beside the one that
  trains; with as many as there are cores, and, for the loader alone, also in one process as ours.
- `loader.with_stages` is the first epoch of ours: phonemes and ids of the same sentences are made
  from text, on one core, and loaded once. Every further epoch is as fast as `loader`.
What either does before is left out: cleaning, the teacher, and (ours) the training of the
vocabulary and of the aligner. A figure is the median over blocks in which the systems take turns.
"""

import json
import statistics
import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import nltk_data, peers
from benchmarks.peers import Missing
from benchmarks.phonemize import say
from benchmarks.result import Result
from benchmarks.worker import THREADS, Worker
from benchmarks.workers.steps import Size
from pngnw.core import shards

OURS, ORIGINAL = "ours", "the first implementation"
SIZE = Size(width=128, layers=4, heads=2, precision="bf16")
CANDIDATES = 1500  # sentences; nearly all of them the original can read
BLOCKS = 5
# Sentences of a block: a second or more for ours, tens of seconds for the original.
COUNTS = {
    OURS: {"load": 12_000, "train": 360, "make": 0},
    ORIGINAL: {"load": 480, "load_in_one": 240, "train": 60},
}
NEEDED = ("data/clean", "data/align", "data/teach")
PACKAGES = ("pywordsegment==0.4.3", "Unidecode==1.4.0")
Speeds = dict[tuple[str, str], list[float]]


def measure() -> list[Result]:
    """The loop, the loader, and the loader with the stages before it."""
    for folder in NEEDED:
        if not list(Path(folder).glob("part-*.parquet")):
            missing = f"{folder} has no shards; run `dvc repro align teach`"
            say(f"pretrain.loop: not measured ({missing})")
            return []
    sentences = _sentences()
    with ExitStack() as stack:
        workers = {OURS: _start(stack, "loop_ours", {})}
        sentences = _readable(workers[OURS], sentences)
        try:
            workers[ORIGINAL] = _start(stack, "loop_original", _settings())
            sentences = _readable(workers[ORIGINAL], sentences)
        except Missing as reason:
            _miss(reason, workers)
        tokens = _ask(workers[OURS], "take", sentences)["tokens"] / len(sentences)
        say(f"{SIZE}, {THREADS} thread(s), {len(sentences):,} sentences of {tokens:.0f} tokens")
        return _results(_speeds(workers))


def _sentences() -> list[tuple[int, str]]:
    """Sentences of the training split, evenly spread: ids and spoken text."""
    every = [
        (row["id"], row["text"])
        for path in shards.paths(Path("data/clean"))
        for row in shards.read(path, ["id", "text", "split"]).to_pylist()
        if row["split"] == "train"
    ]
    count = min(CANDIDATES, len(every))
    return [every[number * len(every) // count] for number in range(count)]


def original_checkout() -> str:
    """The folder of the first implementation; `Missing` says why not."""
    return str(peers.checkout("PEER_PNGNW_BERT", "CookiePPP/pngnw_bert", "pngnwbert/dataset.py"))


def _settings() -> dict[str, str]:
    """The environment of the original."""
    return {
        "PEER_PNGNW_BERT": original_checkout(),
        "NLTK_DATA": str(nltk_data.prepare()),
        "PYTHONPATH": peers.packages(*PACKAGES),
    }


def _start(stack: ExitStack, module: str, extra: dict[str, str]) -> Worker:
    settings = {"PRETRAIN_SIZE": json.dumps(asdict(SIZE)), **extra}
    return stack.enter_context(Worker(Path(sys.executable), module, settings, answers=True))


def _ask(worker: Worker, job: str, what: object) -> Any:
    return worker.ask([json.dumps({job: what})]).answers


def _readable(worker: Worker, sentences: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Those that a system's loader can read."""
    ids = set(_ask(worker, "take", sentences)["ids"])
    return [row for row in sentences if row[0] in ids]


def _miss(reason: Missing, workers: dict[str, Worker]) -> None:
    """Go on without the original."""
    say(f"{ORIGINAL}: not measured ({reason})")
    workers.pop(ORIGINAL, None)


def _speeds(workers: dict[str, Worker]) -> Speeds:
    """Sentences/s by system and job; a first block warms up."""
    speeds: Speeds = {}
    for number in range(BLOCKS + 1):
        for job in ("make", "load", "load_in_one", "train"):
            for system, worker in list(workers.items()):
                if job not in COUNTS[system]:
                    continue
                try:
                    sentences, seconds = _ask(worker, job, COUNTS[system][job])
                except Missing as reason:
                    if system == OURS:
                        raise
                    _miss(reason, workers)
                    continue
                if number:
                    speeds.setdefault((system, job), []).append(sentences / seconds)
                    say(f"  {system:<26}{job:<12}{sentences / seconds:>12,.1f} sentences/s")
    return {key: found for key, found in speeds.items() if key[0] in workers}


def _results(speeds: Speeds) -> list[Result]:
    middle = {key: statistics.median(found) for key, found in speeds.items()}
    load, make = middle[OURS, "load"], middle[OURS, "make"]
    loading = {
        ORIGINAL: middle.get((ORIGINAL, "load")),
        f"{ORIGINAL}, 1 process": middle.get((ORIGINAL, "load_in_one")),
    }
    training = {ORIGINAL: middle.get((ORIGINAL, "train"))}
    return [
        Result("pretrain.loop", "sentences/s", middle[OURS, "train"], training),
        Result("pretrain.loader", "sentences/s", load, loading),
        Result("pretrain.loader.with_stages", "sentences/s", 1 / (1 / load + 1 / make), loading),
    ]
