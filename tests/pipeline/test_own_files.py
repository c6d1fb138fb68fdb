"""A user's own files in experiments that DVC runs in folders of their own, and without git."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.pipeline.conftest import ROOT, run

ALL, TRACKED = 22, 10
GRID = """
stage: fetch
metrics: metrics/fetch.json
seeds: [1]
figures: {files: {key: sources.mine.files, better: higher}}
runs: {default: {}}
"""


@pytest.fixture
def own(repository: Path) -> Path:
    """A repository whose source is `texts`, with 22 files of which git tracks 10."""
    yaml = YAML()
    document = yaml.load(repository / "params.yaml")
    document["fetch"].update(
        watch="texts", sources=[{"kind": "path", "name": "mine", "path": "texts"}]
    )
    yaml.dump(document, repository / "params.yaml")
    (repository / "ablations/files.yaml").write_text(GRID)
    for number in range(ALL):
        if number == TRACKED:
            assert run(repository, "git", "add", "-A").returncode == 0
        (repository / f"texts/{number:02d}.txt").write_text(f"Text number {number}.\n")
    assert run(repository, "git", "commit", "-qm", "own texts").returncode == 0
    return repository


def _refused(text: str, file: str) -> str:
    """The one line that names the file; its remedy."""
    (line,) = {line for line in text.splitlines() if file in line and "git add" in line}
    (remedy,) = re.findall("`(git add [^`]*)`", line)
    return str(remedy)


def _files(repository: Path) -> int:
    metrics = json.loads((repository / "metrics/fetch.json").read_text())
    return int(metrics["sources"]["mine"]["files"])


def test_an_experiment_never_runs_on_a_part_of_the_texts(own: Path) -> None:
    in_place = run(own, "dvc", "exp", "run", "fetch")
    assert in_place.returncode == 0, in_place.stderr
    assert _files(own) == ALL

    # As from an environment that was not activated: neither `dvc` nor its `python` is on the path.
    sweep = ["env", f"PATH={os.defpath}", sys.executable, "-m", "pngnw", "sweep"]
    sweep += ["ablations/files.yaml", "--jobs", "1"]
    refused = run(own, *sweep)
    assert refused.returncode == 1
    remedy = _refused(refused.stderr, "texts/10.txt")
    assert "files-default" not in run(own, "dvc", "queue", "status").stdout

    temporary = ["dvc", "exp", "run", "--temp", "--name", "mine", "fetch"]
    refused = run(own, *temporary)
    assert refused.returncode != 0
    assert _refused(refused.stderr, "texts/10.txt") == remedy

    assert run(own, *remedy.split()).returncode == 0
    done = run(own, *sweep)
    assert done.returncode == 0, done.stderr
    found = json.loads((own / "ablations/files.json").read_text())
    assert found["runs"]["default"]["files"]["values"] == [ALL]


@pytest.mark.parametrize("place", ["archive", "container", "clone", "subfolder"])
def test_make_repro_with_and_without_git(place: str, tmp_path: Path) -> None:
    """`make repro` on one small stage; a container may also lack the dotfiles, a subfolder has its
    .git further up."""
    folder = tmp_path / "sub" / "project"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "dvc.yaml").write_text("stages: {one: {cmd: echo 1 > out, outs: [out]}}")
    if place != "container":
        shutil.copytree(
            ROOT / ".dvc", folder / ".dvc", ignore=shutil.ignore_patterns("*.local", "tmp", "cache")
        )
    if place in ("clone", "subfolder"):
        git = folder if place == "clone" else tmp_path
        subprocess.run(["git", "init", "-q"], cwd=git, check=True)
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    make = ["make", "--old-file=.venv/.installed", "repro"]
    (folder / ".venv/.installed").touch()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DVC_", "MAKE"))}
    for _ in range(2):
        done = subprocess.run(
            make, cwd=folder, capture_output=True, text=True, check=False, env=environment
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert (folder / "out").read_text() == "1\n"
    assert "up to date" in done.stdout
    told = (folder / ".dvc/config.local").exists()
    assert told == (place in ("archive", "container"))
