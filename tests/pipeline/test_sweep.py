"""A sweep of real experiments through DVC's queue, on the small corpus."""

import json
import os
from pathlib import Path

from tests.pipeline.conftest import run

GRID = """
stage: clean
metrics: metrics/clean.json
seeds: [1]
figures:
  sentences: {key: sentences_out, better: higher}
runs:
  default: {}
  longer: {clean: {min_words: 6}}
"""


def test_a_grid_becomes_a_table_and_is_not_run_twice(repository: Path) -> None:
    (repository / "ablations/words.yaml").write_text(GRID)
    for command in (
        ["dvc", "repro", "-q", "fetch"],
        ["git", "add", "-A"],
        ["git", "commit", "-q", "-m", "fetched"],
    ):
        assert run(repository, *command).returncode == 0
    sweep = ["python", "-m", "pngnw", "sweep", "ablations/words.yaml", "--jobs", "2"]
    done = run(repository, *sweep)
    assert done.returncode == 0, done.stderr
    assert "| longer |" in done.stdout
    report = json.loads((repository / "ablations/words.json").read_text())
    runs = report["runs"]
    assert report["baseline"] == "default"
    assert len(runs["default"]["sentences"]["values"]) == 1
    assert runs["longer"]["sentences"]["mean"] < runs["default"]["sentences"]["mean"]

    before = os.stat(repository / "ablations/words.json").st_mtime_ns
    assert run(repository, *sweep).stdout == done.stdout
    assert os.stat(repository / "ablations/words.json").st_mtime_ns > before
    assert run(repository, "dvc", "exp", "list", "--name-only").stdout.count("words-") == 2

    (repository / "ablations/words.yaml").write_text(GRID.replace("6", "7"))
    refused = run(repository, *sweep)
    assert refused.returncode == 1
    assert "words-longer-1 was run with clean.min_words = 6, the grid says 7" in refused.stderr

    broken = GRID.replace("longer: {clean: {min_words: 6}}", "broken: {fetch: {watch: nowhere}}")
    (repository / "ablations/words.yaml").write_text(broken)
    failed = run(repository, *sweep)
    assert failed.returncode == 1
    assert "1 of 2 experiments failed: words-broken-1" in failed.stderr
