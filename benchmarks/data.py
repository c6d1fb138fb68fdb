"""Raw text to aligned ids, at one size and at a hundred times it: time per MB, memory, two workers.

The stages clean, phonemize and align run as `dvc repro` runs them, one after the other, each from
an empty cache in a folder of its own, over .txt files of `BENCH_DATA_MB` megabytes (a list; the
default is 10, the scale test is 10,1000) from `benchmarks.data_corpus`. A run over a single
sentence with as many shards says what a run costs before its first megabyte: start-up, which a
small corpus pays and a large one hardly notices. Time per MB is without it, and given with it as
`gross`. The sizes in `BENCH_DATA_ONE` (by default the first) are run with one worker as well.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from ruamel.yaml import YAML

from benchmarks import data_corpus, processes
from benchmarks.data_raw import reading
from benchmarks.phonemize import say
from benchmarks.processes import Ran
from benchmarks.result import Result
from benchmarks.worker import ROOT
from pngnw.core.errors import UserError

STAGES = ("clean", "phonemize", "align")
WORKERS = 2
MB = 1_000_000
ROOM = 20  # bytes of disk for each byte of text; measured: docs/scale.md
ONE_SENTENCE = "This sentence is here so that there is one at all.\n"


@dataclass(frozen=True)
class Measured:
    """All stages over one corpus: what each took, and what it left on disk."""

    ran: Mapping[str, Ran]
    sentences: int
    bytes_out: Mapping[str, int]

    def seconds(self, stage: str | None = None) -> float:
        """Wall seconds of a stage or of all."""
        return sum(ran.seconds for name, ran in self.ran.items() if stage in (None, name))

    def cpu_seconds(self, stage: str | None = None) -> float:
        """Processor seconds of a stage or of all."""
        return sum(ran.cpu_seconds for name, ran in self.ran.items() if stage in (None, name))

    def peak_mib(self, stage: str | None = None) -> float:
        """The most that the processes of a stage, or of any, held together."""
        return max(ran.peak_mib for name, ran in self.ran.items() if stage in (None, name))


def measure() -> list[Result]:
    """All sizes; later ones beside the first."""
    sizes = megabytes("BENCH_DATA_MB", "10")
    alone = megabytes("BENCH_DATA_ONE", str(sizes[0]))
    results = []
    with _folder(0) as folder:
        (folder / "corpus").mkdir()
        (folder / "corpus" / "one.txt").write_text(ONE_SENTENCE, encoding="utf-8")
        starts = {workers: _run(folder, workers, "start-up") for workers in (1, WORKERS)}
        results += [
            Result(f"data.start_up.{stage}", "s", starts[WORKERS].seconds(stage))
            for stage in STAGES
        ]
    results += _wiki(starts[WORKERS])
    before: dict[str, float] = {}
    for size in sizes:
        with _folder(size) as folder:
            say(f"{size} MB: writing the corpus")
            exact = data_corpus.write(folder / "corpus", size * MB) / MB
            raw = reading(folder / "corpus")
            two = _run(folder, WORKERS, f"{size} MB")
            one = _run(folder, 1, f"{size} MB") if size in alone else None
        found = [
            *_times(f"data.{size}mb", exact, two, one, starts),
            *_sizes_of(f"data.{size}mb", exact, two),
            Result(f"data.{size}mb.read_raw", "MB/s of one core", raw),
        ]
        results += [_beside(result, size, sizes[0], before) for result in found]
    return results


def _wiki(start: Measured) -> Iterator[Result]:
    """The clean stage over MediaWiki markup, which costs more than text; MB of the .xml.bz2."""
    with _folder(0) as folder:
        mb = data_corpus.copy_wiki(folder / "corpus") / MB
        raw = reading(folder / "corpus")
        ran = _run(folder, WORKERS, "wiki markup", STAGES[:1])
    cpu = (ran.cpu_seconds() - start.cpu_seconds("clean")) / mb
    yield Result("data.wiki.clean.cpu_seconds_per_mb", "s/MB", cpu, less_is_better=True)
    yield Result("data.wiki.sentences_per_mb", "sentences/MB", ran.sentences / mb)
    yield Result("data.wiki.read_raw", "MB/s of one core", raw)


def _times(
    name: str, mb: float, two: Measured, one: Measured | None, starts: Mapping[int, Measured]
) -> Iterator[Result]:
    for stage in (*STAGES, None):
        label = f"{name}.{stage or 'all'}"
        own = (two.seconds(stage) - starts[WORKERS].seconds(stage)) / mb
        peers = {}
        if one is not None:
            peers["one worker"] = (one.seconds(stage) - starts[1].seconds(stage)) / mb
        yield Result(f"{label}.seconds_per_mb", "s/MB", own, peers, less_is_better=True)
        cpu = (two.cpu_seconds(stage) - starts[WORKERS].cpu_seconds(stage)) / mb
        yield Result(f"{label}.cpu_seconds_per_mb", "s/MB", cpu, less_is_better=True)
        memory = {} if one is None else {"one worker": one.peak_mib(stage)}
        yield Result(
            f"{label}.peak_memory", "MiB", two.peak_mib(stage), memory, less_is_better=True
        )
    gross = two.seconds() / mb
    peers = {} if one is None else {"one worker": one.seconds() / mb}
    yield Result(f"{name}.all.gross_seconds_per_mb", "s/MB", gross, peers, less_is_better=True)


def _sizes_of(name: str, mb: float, two: Measured) -> Iterator[Result]:
    yield Result(f"{name}.sentences_per_mb", "sentences/MB", two.sentences / mb)
    for stage, size in two.bytes_out.items():
        yield Result(f"{name}.{stage}.bytes", "bytes/sentence", size / max(two.sentences, 1))


def _beside(result: Result, size: int, first: int, before: dict[str, float]) -> Result:
    """The result with that of the first size as a peer, if it is of another size."""
    key = result.name.removeprefix(f"data.{size}mb.")
    if size == first:
        before[key] = result.ours
        return result
    if not result.less_is_better:
        return result
    peers = {**result.peers, f"{first} MB": before[key]}
    return Result(result.name, result.unit, result.ours, peers, less_is_better=True)


def _run(folder: Path, workers: int, title: str, stages: Sequence[str] = STAGES) -> Measured:
    """Stages in a fresh folder beside the corpus, which they find as data/raw/corpus."""
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(folder / "corpus", work / "data" / "raw" / "corpus", copy_function=os.link)
    copy_parameters(work, workers)
    ran = {}
    for stage in stages:
        command = [sys.executable, "-m", f"stages.{stage}"]
        ran[stage] = processes.run(command, work, environment())
        say(
            f"  {title}, {workers} worker(s), {stage}: {ran[stage].seconds:,.1f} s, "
            f"{ran[stage].cpu_seconds:,.1f} s of processors, {ran[stage].peak_mib:,.0f} MiB"
        )
    last = list((work / "data" / stages[-1]).glob("part-*.parquet"))
    sentences = sum(pq.read_metadata(path).num_rows for path in last)
    bytes_out = {stage: _bytes(work / "data" / stage) for stage in stages}
    shutil.rmtree(work)
    return Measured(ran, sentences, bytes_out)


def environment() -> dict[str, str]:
    """For a stage that runs in a folder of its own with this code."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    kept = {key: value for key, value in os.environ.items() if key != "DVC_ROOT"}
    return {**kept, "PYTHONPATH": path}


def copy_parameters(work: Path, workers: int) -> None:
    """params.yaml with another number of workers, and the files that it names."""
    yaml = YAML()
    found = yaml.load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    found["run"].update(workers=workers, engine="local")
    with (work / "params.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(found, file)
    for name in filter(None, (found["phonemize"]["lexicon"], found["align"]["vocab"])):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, work / name)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def megabytes(variable: str, default: str) -> Sequence[int]:
    """The numbers of a list in the environment."""
    given = os.environ.get(variable, default)
    try:
        return [int(part) for part in given.split(",") if part.strip()]
    except ValueError:
        raise UserError(f"{variable}={given!r}: not numbers of MB with commas between") from None


@contextmanager
def _folder(size: int) -> Iterator[Path]:
    """A temporary folder (below TMPDIR) with room for a corpus of so many MB and all made of it."""
    with tempfile.TemporaryDirectory(prefix="pngnw-data-") as name:
        free = shutil.disk_usage(name).free
        if free < ROOM * size * MB:
            raise UserError(
                f"{name}: {free // MB:,} MB free, {ROOM * size:,} MB wanted; set TMPDIR to a "
                "folder on a larger disk, or BENCH_DATA_MB to less"
            )
        yield Path(name)
