"""The doctor's look at software, under conditions that are made up, one at a time."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from pngnw.cli import main
from pngnw.tools import doctor
from pngnw.tools.doctor import Check, software

ROOT = Path(__file__).parents[3]


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    assert software.python().state == "ok"
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    check = software.python()
    assert (check.state, check.finding) == ("problem", "3.10.4")
    assert "3.11" in check.remedy


def test_packages_against_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"one": "1.0", "two": "2.0+cpu"}

    def version(name: str) -> str:
        if name not in installed:
            raise metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(software.metadata, "version", version)
    lock = tmp_path / "requirements.lock"
    assert software.packages(lock).state == "problem"
    lock.write_text("# a comment\none==1.0\ntwo==2.0\n")
    assert software.packages(lock) == Check("packages", "ok", "all 2 of requirements.lock")
    installed["one"] = "1.1"
    check = software.packages(lock)
    assert (check.state, check.finding) == ("warning", "one 1.1 instead of 1.0")
    del installed["two"]
    check = software.packages(lock)
    assert (check.state, check.finding) == ("problem", "1 of 2 are missing (two)")
    assert "make setup" in check.remedy


@pytest.mark.parametrize(("engine", "state"), [("local", "ok"), ("ray", "problem"), (None, "ok")])
def test_an_extra_is_a_problem_only_where_it_is_asked_for(
    engine: str | None, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = engine and SimpleNamespace(
        run=SimpleNamespace(engine=engine),
        speech=SimpleNamespace(source="piper"),
        teach=SimpleNamespace(backend="prototype"),
    )
    monkeypatch.setattr(software, "_version", lambda name: None if name == "ray" else "1.0")
    checks = {check.name: check for check in software.extras(params)}
    assert checks["ray"].state == state
    assert "pip install 'pngnw[ray]'" in checks["ray"].remedy
    assert checks.pop("encoder") == Check("encoder", "ok", "extra, installed")


def test_the_python_of_the_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    own = str(Path(sys.executable).parent / "python")
    for path, state in (("/usr/bin/python", "warning"), (None, "warning"), (own, "ok")):
        monkeypatch.setattr(shutil, "which", lambda _, path=path: path)
        assert software.stages_python().state == state


def test_parameters(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    assert software.parameters(path)[1].state == "problem"
    path.write_text((ROOT / "params.yaml").read_text())
    params, check = software.parameters(path)
    assert check.state == "ok"
    assert params.run.workers > 0
    path.write_text(path.read_text().replace("pos_emb: learned", "pos_emb: sinus"))
    params, check = software.parameters(path)
    assert (params, check.state) == (None, "problem")
    assert "model.pos_emb" in check.finding


@pytest.mark.parametrize(
    ("git", "no_scm", "command", "state", "said"),
    [
        (None, "", "git", "problem", "make repro"),
        (None, "[core]\n    no_scm = true\n", "git", "warning", "git clone"),
        ("sub", "", "git", "ok", "git and DVC"),
        ("", "[core]\n    autostage = true\n", "git", "ok", "git in "),
        ("", "[core]\n    no_scm = true\n", "git", "warning", "--unset core.no_scm"),
        ("sub", "", None, "warning", "install it"),
    ],
)
def test_the_repository(
    git: str | None,
    no_scm: str,
    command: str | None,
    state: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In an archive, in a clone, and in a subfolder of another repository (`git` is "")."""
    root = tmp_path / "sub"
    root.mkdir()
    assert software.repository(root).state == "problem"
    (root / ".dvc").mkdir()
    (root / ".dvc/config.local").write_text(no_scm)
    if git is not None:
        (tmp_path / git / ".git").mkdir()
    monkeypatch.setattr(shutil, "which", lambda name: command)
    check = software.repository(root)
    assert check.state == state
    assert said in check.as_text()


def test_locks(tmp_path: Path) -> None:
    cache, rwlock = tmp_path / ".cache", tmp_path / ".dvc/tmp/rwlock"
    rwlock.parent.mkdir(parents=True)
    (cache / "locks").mkdir(parents=True)
    assert software.locks(tmp_path, cache).state == "ok"
    dead = subprocess.Popen(["true"])
    dead.wait()
    entry = {"pid": dead.pid, "cmd": "dvc repro"}
    rwlock.write_text(json.dumps({"write": {"data": entry}, "read": {}}))
    assert software.locks(tmp_path, cache).state == "ok"
    entry["pid"] = os.getpid()
    rwlock.write_text(json.dumps({"read": {"data": [entry]}}))
    assert f"`dvc repro` ({os.getpid()})" in software.locks(tmp_path, cache).finding
    rwlock.write_text("{}")
    with (cache / "locks/pretrain").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        check = software.locks(tmp_path, cache)
    assert check == Check("locks", "warning", "held by the stage pretrain", check.remedy)
    for damaged in ("", "[]", '{"write": {"data": {}}}'):
        rwlock.write_text(damaged)
        assert software.locks(tmp_path, cache).state == "problem", damaged


@pytest.mark.parametrize(
    ("status", "stdout", "stderr", "state"),
    [
        (0, "{}", "", "ok"),
        (0, '{"pretrain": [], "evaluate": []}', "", "warning"),
        (255, "", "ERROR: no such stage\n", "problem"),
        (0, "no JSON", "", "warning"),
    ],
)
def test_outdated_stages(
    status: int, stdout: str, stderr: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.CompletedProcess([], status, stdout, stderr)
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: done)
    check = software.outdated(ROOT)
    assert check.state == state
    assert stderr.strip() in check.as_text()


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_output_and_exit_status(
    options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = [Check("a", "ok", "fine"), Check("b", "warning", "old", "renew it")]
    monkeypatch.setattr(doctor, "examine", lambda root: iter(checks))
    main(["doctor", *options])
    out = capsys.readouterr().out
    if options:
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
        main(["doctor", *options])
    assert exit_.value.code == 1


@pytest.mark.parametrize("in_clone", [True, False])
def test_it_needs_no_package(in_clone: bool, tmp_path: Path) -> None:
    """`python -S` sees the standard library alone."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "pngnw", "doctor", "--json"],
        cwd=ROOT if in_clone else tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DVC_ROOT": str(tmp_path)},
    )
    states = {check["name"]: check["state"] for check in json.loads(done.stdout)}
    assert states["python"] == states["encoder"] == "ok"
    assert done.returncode == in_clone, done.stderr
    if in_clone:
        assert states["packages"] == states["params.yaml"] == "problem"
