"""The projection is a multiplication; these are its factors."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import scale
from pngnw import params

RESULTS: dict[str, Any] = {
    name: {"ours": value}
    for name, value in {
        "data.10mb.sentences_per_mb": 1.0,
        "data.100mb.sentences_per_mb": 8000.0,
        "data.100mb.read_raw": 10.0,
        "data.wiki.sentences_per_mb": 4000.0,
        "data.wiki.clean.cpu_seconds_per_mb": 8.0,
        "data.wiki.read_raw": 2.0,
        **{f"data.100mb.{stage}.cpu_seconds_per_mb": 2.0 for stage in scale.STAGES},
        **{f"data.100mb.{stage}.bytes": 100.0 for stage in scale.STAGES},
    }.items()
}


def test_core_hours_are_of_the_largest_size() -> None:
    rows = {row.stage: row for row in scale.costs(RESULTS, 14_400_000)}
    assert rows["align"].rate == 4000
    assert rows["align"].core_hours == 1.0
    assert rows["align"].bytes_out == 1.44e9
    assert rows["clean, from a dump instead"].core_hours == 8.0


def test_the_table_has_dollars_and_hours() -> None:
    row = scale.Cost("x", 4000, 10.0, 2e9)
    assert "| x | 4,000 | 10.0 | 0.50 | 1.25 | 2 |" in scale.table([row], 0.05, 8)


def test_reading_is_serial() -> None:
    text = scale.serial(RESULTS, 144_000_000)
    assert "| reading .txt | 10.0 | 18.0 | 0.50 |" in text
    assert "| reading .xml.bz2 | 2.0 | 36.0 | 5.00 |" in text


def test_without_figures_it_says_what_to_run() -> None:
    with pytest.raises(SystemExit, match="ONLY=data"):
        scale.costs({}, 1)


def metrics(folder: Path, reused: int) -> Path:
    cost = {"seconds": 10.0, "shards": {"computed": 128 - reused, "reused": reused}}
    (folder / "cost").mkdir()
    (folder / "cost" / "teach.json").write_text(json.dumps(cost))
    (folder / "clean.json").write_text('{"sentences_out": 1000}')
    return folder


def test_the_teacher_is_as_fast_as_in_its_first_run(tmp_path: Path) -> None:
    workers = params.load(scale.ROOT / "params.yaml").run.workers
    row = scale.teacher(metrics(tmp_path, 0), 360_000)
    assert row.rate == pytest.approx(100 / workers)
    assert row.core_hours == pytest.approx(workers)


def test_a_run_that_had_its_shards_says_nothing_about_speed(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"teach\.json: 3 shards came from the store"):
        scale.teacher(metrics(tmp_path, 3), 1)


def test_before_any_run_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"teach\.json: not there; `dvc repro teach`"):
        scale.teacher(tmp_path, 1)


def test_the_figures_stand_side_by_side() -> None:
    names = [
        "all.seconds_per_mb", "all.gross_seconds_per_mb", "read_raw", "sentences_per_mb",
        *(f"{stage}.{figure}" for stage in scale.STAGES
          for figure in ("seconds_per_mb", "cpu_seconds_per_mb", "peak_memory")),
    ]  # fmt: skip
    results = {f"data.{mb}mb.{n}": {"ours": mb / 8, "peers": {}} for mb in (10, 100) for n in names}
    results["data.10mb.all.seconds_per_mb"]["peers"] = {"one worker": 2.5}
    text = scale.measured(results)
    assert "| | 10 MB | 100 MB |\n|---|---|---|" in text
    assert "| two workers, s/MB | 1.25 | 12.50 |" in text
    assert "| one worker, s/MB | 2.50 |  |" in text
