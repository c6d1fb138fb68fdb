"""A corpus of any size, and stages that run over it in a folder of their own.

The text: the default run's books and articles, then shuffles of them. In each repetition but the
first the words of every paragraph are in another order, so that few sentences are duplicates.
"""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psutil
from ruamel.yaml import YAML

from benchmarks.systems import ROOT, say
from pngnw import params
from pngnw.clean import documents, sentences
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.fetch import stage as fetch

MB = 1_000_000
EVERY = 0.2  # seconds from sample to sample of the memory


@dataclass(frozen=True)
class Ran:
    """A stage's run: wall seconds, and MiB of all its processes at their peak."""

    seconds: float
    peak_mib: float


def pieces(length: int) -> Iterator[str]:
    """Texts of at least `length` characters that end with a paragraph, without end."""
    piece: list[str] = []
    size = 0
    for paragraph in _paragraphs():
        piece.append(paragraph)
        size += len(paragraph) + 2
        if size >= length:
            yield "\n\n".join(piece)
            piece, size = [], 0


def _paragraphs() -> Iterator[str]:
    root = shards.cache_root() / "benchmarks"
    fetch.run(params.load(), root)
    prose = [
        paragraph
        for document in documents.read_documents(root / "data/raw", Counter())
        if document.kind != "wiki"
        for paragraph in sentences.paragraphs(document.text)[0]
    ]
    yield from prose
    draw = random.Random(0)
    while True:
        for paragraph in prose:
            words = paragraph.split()
            draw.shuffle(words)
            yield " ".join(words)


def megabytes(variable: str, default: str) -> Sequence[int]:
    """The numbers of a list in the environment."""
    given = os.environ.get(variable, default)
    try:
        return [int(part) for part in given.split(",") if part.strip()]
    except ValueError:
        raise UserError(f"{variable}={given!r}: not numbers of MB with commas between") from None


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


def run_stage(stage: str, work: Path, title: str) -> Ran:
    """Run one stage of this code in another folder.

    Its memory is sampled: the sum of PSS (a page that n processes share counts 1/n in each).
    """
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {k: v for k, v in os.environ.items() if k != "DVC_ROOT"} | {"PYTHONPATH": path}
    command = [sys.executable, "-m", f"stages.{stage}"]
    peak, status, started = 0.0, None, perf_counter()
    process = subprocess.Popen(command, cwd=work, env=environment, stdout=subprocess.DEVNULL)
    while status is None:
        peak = max(peak, _memory_mib(process.pid))
        with suppress(subprocess.TimeoutExpired):
            status = process.wait(EVERY)
    seconds = perf_counter() - started
    if status:
        raise UserError(f"{stage}: ended with status {status}, see above")
    say(f"  {title}, {stage}: {seconds:,.1f} s, {peak:,.0f} MiB")
    return Ran(seconds, peak)


def _memory_mib(root: int) -> float:
    """PSS of a process and its descendants, as far as they live."""
    total = 0
    with suppress(psutil.Error):
        for process in [parent := psutil.Process(root), *parent.children(recursive=True)]:
            with suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total / 2**20
