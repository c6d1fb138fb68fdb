"""Raw text to aligned ids: seconds per MB, memory, two workers beside one.

The stages clean, phonemize and align run one after the other, each from an empty cache in a folder
of its own, over `BENCH_DATA_MB` megabytes of `benchmarks.corpus` (a list; the default is 10, the
scale test is 10,1000). `BENCH_DATA_ONE` names the sizes that run with one worker as well, by
default the first.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpus import MB, Ran, copy_parameters, megabytes, pieces, run_stage
from benchmarks.result import Result
from benchmarks.systems import say

STAGES = ("clean", "phonemize", "align")
FILE = 200_000  # characters


def measure() -> list[Result]:
    """Every size."""
    sizes = megabytes("BENCH_DATA_MB", "10")
    alone = megabytes("BENCH_DATA_ONE", str(sizes[0]))
    return [result for size in sizes for result in _measure(size, size in alone)]


def _measure(size: int, alone: bool) -> Iterator[Result]:
    with tempfile.TemporaryDirectory(prefix="pngnw-data-") as name:
        folder = Path(name)
        say(f"{size} MB: writing the corpus")
        mb = _write(folder / "corpus", size * MB) / MB
        two = _run(folder, 2)
        one = _run(folder, 1) if alone else {}
    for label, stages in [*((stage, (stage,)) for stage in STAGES), ("all", STAGES)]:
        seconds, of_one = (
            sum(ran[stage].seconds for stage in stages if ran) / mb for ran in (two, one)
        )
        peers = {"one worker": of_one} if one else {}
        yield Result(
            f"data.{size}mb.{label}.seconds_per_mb", "s/MB", seconds, peers, less_is_better=True
        )
    peak = max(ran.peak_mib for ran in two.values())
    yield Result(f"data.{size}mb.peak_memory", "MiB", peak, less_is_better=True)


def _write(folder: Path, size: int) -> int:
    """Fill a folder with about `size` characters in .txt files; returns the bytes."""
    folder.mkdir(parents=True)
    written = 0
    for number, text in enumerate(pieces(FILE)):
        (folder / f"{number:05d}.txt").write_text(text[: size - written], encoding="utf-8")
        written += len(text)
        if written >= size:
            break
    return sum(path.stat().st_size for path in folder.iterdir())


def _run(folder: Path, workers: int) -> dict[str, Ran]:
    """The stages in a fresh folder beside the corpus."""
    work = folder / "work"
    shutil.copytree(folder / "corpus", work / "data/raw/corpus")
    copy_parameters(work, workers)
    ran = {stage: run_stage(stage, work, f"{workers} worker(s)") for stage in STAGES}
    shutil.rmtree(work)
    return ran
