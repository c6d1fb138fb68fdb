"""What a corpus of any size costs, from the measured rates: `python -m benchmarks.scale`.

Prints a Markdown table (the one in docs/scale.md): core-hours, dollars and bytes for each data
stage, and the hours of what one process does alone. Nothing is measured here. Rates come from
benchmarks/results.json (`make bench ONLY=data`; of the sizes there the largest) and from
metrics/cost/teach.json (the default run's teacher); sizes of a corpus are numbers of sentences.

A projection: it takes for granted that time grows with the text, which was measured up to the
largest size and no further.
"""

import argparse
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.__main__ import RESULTS
from benchmarks.worker import ROOT
from pngnw import params

SENTENCES = 131_000_000  # of the English Wikipedia, as in arXiv 2103.15060
DOLLARS = 0.05  # for an hour of one core: an assumption, about a cloud's list price
STAGES = ("clean", "phonemize", "align")
HOUR = 3600.0


@dataclass(frozen=True)
class Cost:
    """One row: sentences of one core a second, core-hours and bytes in all."""

    stage: str
    rate: float
    core_hours: float
    bytes_out: float | None = None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale",
        description=__doc__,
        epilog="example: python -m benchmarks.scale --sentences 1000000 --cores 8",
    )
    parser.add_argument("--sentences", type=int, default=SENTENCES)
    parser.add_argument("--dollars-per-core-hour", type=float, default=DOLLARS)
    parser.add_argument("--cores", type=int, default=64, help="for the hours from start to end")
    chosen = parser.parse_args()
    results = json.loads(RESULTS.read_text())
    rows = [*costs(results, chosen.sentences), teacher(ROOT / "metrics", chosen.sentences)]
    print(table(rows, chosen.dollars_per_core_hour, chosen.cores))
    print()
    print(serial(results, chosen.sentences))
    print()
    print(measured(results))


def sizes(results: Mapping[str, Any]) -> list[int]:
    """MB of the corpora that were measured, the largest last."""
    found = {int(m[1]) for name in results if (m := re.match(r"data\.(\d+)mb\.", name))}
    if not found:
        raise SystemExit(f"{RESULTS}: no data.* there; `make bench ONLY=data`")
    return sorted(found)


def costs(results: Mapping[str, Any], sentences: int) -> list[Cost]:
    """The data stages over text; clean over wiki markup too, which is dearer."""

    def value(name: str) -> float:
        found: float = results[name]["ours"]
        return found

    size = f"data.{sizes(results)[-1]}mb"
    per_mb = value(f"{size}.sentences_per_mb")
    rows = [
        _cost(
            f"{stage}, from text" if stage == "clean" else stage,
            per_mb / value(f"{size}.{stage}.cpu_seconds_per_mb"),
            sentences,
            value(f"{size}.{stage}.bytes"),
        )
        for stage in STAGES
    ]
    if "data.wiki.clean.cpu_seconds_per_mb" in results:
        rate = value("data.wiki.sentences_per_mb") / value("data.wiki.clean.cpu_seconds_per_mb")
        bytes_out = value(f"{size}.clean.bytes")
        rows.insert(0, _cost("clean, from a dump instead", rate, sentences, bytes_out))
    return rows


def teacher(metrics: Path, sentences: int) -> Cost:
    """The teacher of the default run: wall seconds times workers, which none of them rested."""
    path = metrics / "cost" / "teach.json"
    if not path.exists():
        raise SystemExit(f"{path}: not there; `dvc repro teach` writes it")
    cost = json.loads(path.read_text())
    if kept := cost["shards"]["reused"]:
        raise SystemExit(f"{path}: {kept} shards came from the store; a first run's has the rate")
    rows = json.loads((metrics / "clean.json").read_text())["sentences_out"]
    rate = rows / (cost["seconds"] * params.load(ROOT / "params.yaml").run.workers)
    size = sum(path.stat().st_size for path in (ROOT / "data" / "teach").glob("*.parquet"))
    return _cost("teach (prototype)", rate, sentences, size / rows if size else None)


def _cost(stage: str, rate: float, sentences: int, bytes_each: float | None) -> Cost:
    bytes_out = None if bytes_each is None else bytes_each * sentences
    return Cost(stage, rate, sentences / rate / HOUR, bytes_out)


def table(rows: list[Cost], dollars: float, cores: int) -> str:
    """The rows as Markdown; hours are those of `cores` that never wait."""
    lines = [
        f"| stage | sentences/s of one core | core-hours | $ at {dollars}/core-hour | "
        f"hours on {cores} cores | GB out |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        size = "" if row.bytes_out is None else f"{row.bytes_out / 1e9:,.0f}"
        lines.append(
            f"| {row.stage} | {row.rate:,.0f} | {row.core_hours:,.1f} | "
            f"{row.core_hours * dollars:,.2f} | {row.core_hours / cores:,.2f} | {size} |"
        )
    return "\n".join(lines)


def serial(results: Mapping[str, Any], sentences: int) -> str:
    """Hours of the reading of raw files, which one process does."""
    size = f"data.{sizes(results)[-1]}mb"
    lines = ["| one process alone | MB/s | GB | hours |", "|---|---|---|---|"]
    for label, name in (("reading .txt", size), ("reading .xml.bz2", "data.wiki")):
        if f"{name}.read_raw" in results:
            mb = sentences / results[f"{name}.sentences_per_mb"]["ours"]
            rate = results[f"{name}.read_raw"]["ours"]
            lines.append(f"| {label} | {rate:,.1f} | {mb / 1000:,.1f} | {mb / rate / HOUR:,.2f} |")
    return "\n".join(lines)


def measured(results: Mapping[str, Any]) -> str:
    """What the projection comes from: one column for each size."""
    every = sizes(results)
    lines = [
        "| | " + " | ".join(f"{mb:,} MB" for mb in every) + " |",
        "|---" * (len(every) + 1) + "|",
    ]

    def row(label: str, name: str, peer: str = "", digits: int = 2) -> None:
        cells = []
        for mb in every:
            found = results[f"data.{mb}mb.{name}"]
            value = found["peers"].get(peer) if peer else found["ours"]
            cells.append("" if value is None else f"{value:,.{digits}f}")
        lines.append(f"| {label} | {' | '.join(cells)} |")

    row("two workers, s/MB", "all.seconds_per_mb")
    row("with start-up, s/MB", "all.gross_seconds_per_mb")
    row("one worker, s/MB", "all.seconds_per_mb", "one worker")
    for stage in STAGES:
        row(f"{stage}: s/MB", f"{stage}.seconds_per_mb")
        row(f"{stage}: seconds of processors per MB", f"{stage}.cpu_seconds_per_mb")
        row(f"{stage}: peak memory, two workers, MiB", f"{stage}.peak_memory", digits=0)
    row("reading raw files, MB/s of one core", "read_raw", digits=0)
    row("sentences per MB", "sentences_per_mb", digits=0)
    return "\n".join(lines)


if __name__ == "__main__":
    main()
