"""The doctor, under conditions that are made up, one at a time."""

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pngnw.tools import doctor
from pngnw.tools.doctor import Check

ROOT = Path(__file__).parents[2]


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.python().state == "ok"
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    check = doctor.python()
    assert (check.state, check.finding) == ("problem", "3.10.4")


def test_packages_against_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"one": "1.0", "two": "2.0+cpu"}

    def version(name: str) -> str:
        if name not in installed:
            raise metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(metadata, "version", version)
    lock = tmp_path / "requirements.lock"
    lock.write_text("# a comment\none==1.0\ntwo==2.0\n")
    assert doctor.packages(lock) == Check("packages", "ok", "all 2 of requirements.lock")
    installed["one"] = "1.1"
    check = doctor.packages(lock)
    assert (check.state, check.finding) == ("warning", "one 1.1 instead of 1.0")
    del installed["two"]
    check = doctor.packages(lock)
    assert (check.state, check.finding) == ("problem", "1 of 2 are missing (two)")


def test_the_python_of_the_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    own = str(Path(sys.executable).parent / "python")
    for path, state in (("/usr/bin/python", "warning"), (None, "warning"), (own, "ok")):
        monkeypatch.setattr(shutil, "which", lambda _, path=path: path)
        assert doctor.stages_python().state == state


def test_parameters(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text((ROOT / "params.yaml").read_text())
    params, check = doctor.parameters(path)
    assert check.state == "ok"
    assert params.run.workers > 0
    path.write_text(path.read_text().replace("pos_emb: learned", "pos_emb: sinus"))
    params, check = doctor.parameters(path)
    assert (params, check.state) == (None, "problem")
    assert "model.pos_emb" in check.finding


@pytest.mark.parametrize(
    ("limit", "used", "state", "found"),
    [
        ("max", 0, "ok", "8.0 GiB free"),
        (str(4 * 2**30), 2 * 2**30, "warning", "2.0 GiB free"),
        (str(4 * 2**30), 4 * 2**30, "problem", "0.0 GiB free"),
    ],
)
def test_memory_of_a_container(
    limit: str, used: int, state: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "/proc/meminfo": f"MemTotal: 1 kB\nMemAvailable: {8 * 2**20} kB\n",
        "/sys/fs/cgroup/memory.max": limit,
        "/sys/fs/cgroup/memory.current": str(used),
    }
    monkeypatch.setattr(doctor, "_read", lambda path: files.get(path, ""))
    check = doctor.memory()
    assert (check.state, check.finding) == (state, found)


@pytest.mark.parametrize(
    ("names", "attention", "driver", "state", "text"),
    [
        (["H100", "H100"], "flash", "smi", "ok", "H100, H100"),
        ([], "flash", None, "problem", "attention: auto"),
        ([], "auto", "smi", "warning", "2.13.0+cpu does not see it"),
        ([], "auto", None, "ok", "none needed"),
    ],
)
def test_gpu(
    names: list[str],
    attention: str,
    driver: str | None,
    state: str,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cuda = SimpleNamespace(
        is_available=lambda: bool(names),
        device_count=lambda: len(names),
        get_device_name=lambda number: names[number],
    )
    torch: Any = SimpleNamespace(cuda=cuda, __version__="2.13.0+cpu")
    monkeypatch.setattr(shutil, "which", lambda name: driver)
    check = doctor.gpu(torch, SimpleNamespace(model=SimpleNamespace(attention=attention)))
    assert check.state == state
    assert text in check.as_text()


@pytest.mark.parametrize(
    ("git", "no_scm", "state", "said"),
    [
        (None, "", "problem", "make repro"),
        (None, "[core]\n    no_scm = true\n", "warning", "git clone"),
        ("sub", "", "ok", "git in "),
        ("", "[core]\n    autostage = true\n", "ok", "git in "),
        ("", "[core]\n    no_scm = true\n", "warning", "--unset core.no_scm"),
    ],
)
def test_the_repository(
    git: str | None, no_scm: str, state: str, said: str, tmp_path: Path
) -> None:
    """In an archive, in a clone, and in a subfolder of another repository (`git` is "")."""
    (tmp_path / "sub/.dvc").mkdir(parents=True)
    (tmp_path / "sub/.dvc/config.local").write_text(no_scm)
    if git is not None:
        (tmp_path / git / ".git").mkdir()
    check = doctor.repository(tmp_path / "sub")
    assert check.state == state
    assert said in check.as_text()


@pytest.mark.parametrize("in_clone", [True, False])
def test_it_needs_no_package(in_clone: bool, tmp_path: Path) -> None:
    """`python -S` sees the standard library alone."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "pngnw", "doctor"],
        cwd=ROOT if in_clone else tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    states = {name: state for state, name, *_ in map(str.split, done.stdout.splitlines())}
    assert states["python"] == "ok"
    assert done.returncode == in_clone, done.stderr
    if in_clone:
        assert states["packages"] == states["params.yaml"] == "problem"
