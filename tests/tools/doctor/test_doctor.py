"""The doctor under conditions that are made up, one at a time."""

import argparse
import fcntl
import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from pngnw.tools import doctor
from pngnw.tools.doctor import packages, repository
from pngnw.tools.doctor.check import Check

ROOT = Path(__file__).parent.parent


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    assert packages.python().state == "ok"
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    check = packages.python()
    assert check.state == "problem"
    assert check.found == "3.10.4"
    assert "3.11" in check.remedy


def test_packages_against_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"one": "1.0", "two": "2.0+cpu"}

    def version(name: str) -> str:
        if name not in installed:
            raise metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(packages.metadata, "version", version)
    lock = tmp_path / "requirements.lock"
    assert packages.packages(lock).state == "problem"
    lock.write_text("# a comment\none==1.0\ntwo==2.0\n")
    assert packages.packages(lock) == Check("packages", "ok", "all 2 of requirements.lock")
    installed["one"] = "1.1"
    assert packages.packages(lock).state == "warning"
    assert packages.packages(lock).found == "one 1.1 instead of 1.0"
    del installed["two"]
    assert packages.packages(lock).state == "problem"
    assert packages.packages(lock).found == "1 of 2 are missing (two)"
    assert "make setup" in packages.packages(lock).remedy


def test_the_python_of_the_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/python")
    assert packages.stages_python().state == "warning"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert packages.stages_python().found == "there is no `python`"
    monkeypatch.setattr(shutil, "which", lambda name: str(Path(sys.executable).parent / name))
    assert packages.stages_python().state == "ok"


def test_parameters(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    assert repository.parameters(path)[1].state == "problem"
    path.write_text((ROOT / "params.yaml").read_text())
    params, check = repository.parameters(path)
    assert check.state == "ok"
    assert params.run.workers > 0
    path.write_text(path.read_text().replace("pos_emb: learned", "pos_emb: sinus"))
    params, check = repository.parameters(path)
    assert params is None
    assert check.state == "problem"
    assert "model.pos_emb" in check.found


def test_a_folder_that_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repository.repository(tmp_path).state == "problem"
    (tmp_path / ".dvc").mkdir()
    assert repository.repository(tmp_path).state == "warning"
    (tmp_path / ".git").mkdir()
    assert repository.repository(tmp_path).state == "ok"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert repository.repository(tmp_path).found == "there is no `git`"


def test_locks(tmp_path: Path) -> None:
    cache, own = tmp_path / ".cache", tmp_path / ".dvc/tmp"
    own.mkdir(parents=True)
    (cache / "locks").mkdir(parents=True)
    assert repository.locks(tmp_path, cache).state == "ok"
    gone = subprocess.Popen(["true"])
    gone.wait()
    entry = {"pid": gone.pid, "cmd": "dvc repro"}
    (own / "rwlock").write_text(json.dumps({"write": {"data": entry}, "read": {}}))
    assert repository.locks(tmp_path, cache).state == "ok"
    entry["pid"] = os.getpid()
    (own / "rwlock").write_text(json.dumps({"read": {"data": [entry]}}))
    assert f"`dvc repro` ({os.getpid()})" in repository.locks(tmp_path, cache).found
    (own / "rwlock").write_text("{}")
    with (cache / "locks/pretrain").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        check = repository.locks(tmp_path, cache)
    assert check == Check("locks", "warning", "held by the stage pretrain", check.remedy)
    for damaged in ("", "[]", '{"write": {"data": {}}}'):
        (own / "rwlock").write_text(damaged)
        assert repository.locks(tmp_path, cache).state == "problem", damaged


@pytest.mark.parametrize(
    ("status", "out", "said", "state"),
    [
        (0, "{}", "", "ok"),
        (0, '{"pretrain": [], "evaluate": []}', "", "warning"),
        (255, "", "ERROR: no such stage\n", "problem"),
        (0, "no JSON", "", "warning"),
    ],
)
def test_outdated_stages(
    status: int, out: str, said: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.CompletedProcess([], status, out, said)
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: done)
    check = repository.outdated(ROOT)
    assert check.state == state
    assert said.strip() in check.as_text()


@pytest.mark.parametrize("json_", [False, True])
def test_what_is_printed_and_the_exit_status(
    json_: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = [Check("a", "ok", "fine"), Check("b", "warning", "old", "renew it")]
    monkeypatch.setattr(doctor, "examine", lambda root: iter(checks))
    arguments = ["--json"] if json_ else []
    doctor.main(arguments)
    out = capsys.readouterr().out
    if json_:
        assert json.loads(out)[1] == {
            "name": "b", "state": "warning", "found": "old", "remedy": "renew it"
        }  # fmt: skip
    else:
        assert out.splitlines() == [
            "ok       a              fine",
            "warning  b              old; renew it",
            "problems: 0, warnings: 1",
        ]
    checks.append(Check("c", "problem", "gone", "bring it"))
    with pytest.raises(SystemExit) as exit_:
        doctor.main(arguments)
    assert exit_.value.code == 1


def test_it_needs_no_package(tmp_path: Path) -> None:
    """`python -S` sees the standard library alone."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "pngnw", "doctor", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": "", "DVC_ROOT": str(tmp_path)},
    )
    assert done.returncode == 1, done.stderr
    states = {check["name"]: check["state"] for check in json.loads(done.stdout)}
    assert states["packages"] == states["params.yaml"] == "problem"
    assert states["python"] == "ok"
    other = subprocess.run(
        [sys.executable, "-S", "-m", "pngnw", "encode"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert other.returncode == 1
    (line,) = other.stderr.splitlines()
    assert "python -m pngnw doctor" in line


def test_describe_gives_help(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    doctor.describe(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--help"])
    assert "example: python -m pngnw doctor" in capsys.readouterr().out
