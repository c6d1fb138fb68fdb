"""One more document in a corpus of 200: what clean to teach do again, in shards and in time.

The corpus is `BENCH_INCREMENT_MB` megabytes of `benchmarks.corpus` (10 by default). The stages
run once from empty caches, and once more for each of `ADDED` documents added to what was there;
figures are medians over these.
"""

import json
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.corpus import MB, copy_parameters, megabytes, pieces, run_stage
from benchmarks.result import Result

STAGES = ("clean", "phonemize", "align", "teach")
DOCUMENTS, ADDED = 200, 3


def measure() -> list[Result]:
    """Every size."""
    sizes = megabytes("BENCH_INCREMENT_MB", "10")
    return [result for size in sizes for result in _measure(size)]


def _measure(size: int) -> Iterator[Result]:
    texts = list(islice(pieces(size * MB // DOCUMENTS), DOCUMENTS + ADDED))
    with tempfile.TemporaryDirectory(prefix="pngnw-increment-") as name:
        base, work = Path(name) / "base", Path(name) / "work"
        raw = base / "data/raw/mine"
        raw.mkdir(parents=True)
        copy_parameters(base, workers=2)
        for number, text in enumerate(texts[:DOCUMENTS]):
            (raw / f"{number:03d}.txt").write_text(text, encoding="utf-8")
        all_seconds, all_shards = _run(base, f"{size} MB")
        runs = []
        for number, text in enumerate(texts[DOCUMENTS:], start=1):
            shutil.copytree(base, work)
            (work / "data/raw/mine/added.txt").write_text(text, encoding="utf-8")
            runs.append(_run(work, f"{size} MB and document {number} of {ADDED}"))
            shutil.rmtree(work)
    seconds, shards = (statistics.median(each) for each in zip(*runs, strict=True))
    label = f"increment.{size}mb"
    for unit, one, every in (("shards", shards, all_shards), ("seconds", seconds, all_seconds)):
        yield Result(f"{label}.{unit}", "% of all", 100 * one / every, less_is_better=True)


def _run(work: Path, title: str) -> tuple[float, int]:
    """Wall seconds of all stages, and how many shards they computed."""
    seconds, computed = 0.0, 0
    for stage in STAGES:
        seconds += run_stage(stage, work, title).seconds
        cost = json.loads((work / "metrics/cost" / f"{stage}.json").read_text())
        computed += cost["shards"]["computed"]
    return seconds, computed
