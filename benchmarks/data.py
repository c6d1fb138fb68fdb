"""Raw text to aligned ids: seconds per MB, memory, two workers beside one.

The stages clean, phonemize and align run one after the other, each from an empty cache in a folder
of its own, over `BENCH_DATA_MB` megabytes of `benchmarks.data_corpus` (a list; the default is 10,
the scale test is 10,1000). `BENCH_DATA_ONE` names the sizes that run with one worker as well, by
default the first.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks import data_corpus, processes
from benchmarks.processes import Ran
from benchmarks.result import Result
from benchmarks.systems import say
from benchmarks.worker import ROOT
from pngnw.core.errors import UserError

STAGES = ("clean", "phonemize", "align")
WORKERS = 2
MB = 1_000_000
DISK = 20  # bytes of disk for each byte of text


def measure() -> list[Result]:
    """Every size."""
    sizes = megabytes("BENCH_DATA_MB", "10")
    alone = megabytes("BENCH_DATA_ONE", str(sizes[0]))
    return [result for size in sizes for result in _measure(size, size in alone)]


def _measure(size: int, alone: bool) -> Iterator[Result]:
    with tempfile.TemporaryDirectory(prefix="pngnw-data-") as name:
        folder = Path(name)
        if shutil.disk_usage(name).free < DISK * size * MB:
            raise UserError(
                f"{name}: less than {DISK * size:,} MB free; set TMPDIR to another disk"
            )
        say(f"{size} MB: writing the corpus")
        mb = data_corpus.write(folder / "corpus", size * MB) / MB
        two = _run(folder, WORKERS)
        one = _run(folder, 1) if alone else None
    for stage in (*STAGES, None):
        peers = {} if one is None else {"one worker": _seconds(one, stage) / mb}
        label = f"data.{size}mb.{stage or 'all'}"
        yield Result(
            f"{label}.seconds_per_mb", "s/MB", _seconds(two, stage) / mb, peers, less_is_better=True
        )
    peak = max(ran.peak_mib for ran in two.values())
    yield Result(f"data.{size}mb.peak_memory", "MiB", peak, less_is_better=True)


def _seconds(ran: dict[str, Ran], stage: str | None) -> float:
    return sum(each.seconds for name, each in ran.items() if stage in (None, name))


def _run(folder: Path, workers: int) -> dict[str, Ran]:
    """The stages in a fresh folder beside the corpus."""
    work = folder / "work"
    shutil.copytree(folder / "corpus", work / "data/raw/corpus", copy_function=os.link)
    copy_parameters(work, workers)
    ran = {stage: run_stage(stage, work, f"{workers} worker(s)") for stage in STAGES}
    shutil.rmtree(work)
    return ran


def run_stage(stage: str, work: Path, title: str) -> Ran:
    """Run one stage of this code in another folder."""
    ran = processes.run([sys.executable, "-m", f"stages.{stage}"], work, environment())
    say(f"  {title}, {stage}: {ran.seconds:,.1f} s, {ran.peak_mib:,.0f} MiB")
    return ran


def environment() -> dict[str, str]:
    """For a stage that runs in a folder of its own with this code."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**{k: v for k, v in os.environ.items() if k != "DVC_ROOT"}, "PYTHONPATH": path}


def copy_parameters(work: Path, workers: int) -> None:
    """params.yaml with another number of workers, and the files that it names."""
    yaml = YAML()
    raw = yaml.load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    raw["run"].update(workers=workers, engine="local")
    with (work / "params.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(raw, file)
    for name in filter(None, (raw["phonemize"]["lexicon"], raw["align"]["vocab"])):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, work / name)


def megabytes(variable: str, default: str) -> Sequence[int]:
    """The numbers of a list in the environment."""
    given = os.environ.get(variable, default)
    try:
        return [int(part) for part in given.split(",") if part.strip()]
    except ValueError:
        raise UserError(f"{variable}={given!r}: not numbers of MB with commas between") from None
