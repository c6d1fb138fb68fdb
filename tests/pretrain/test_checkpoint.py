"""What the store keeps, and that SIGKILL, whenever it comes, changes no result."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from ruamel.yaml import YAML

from pngnw.core.errors import UserError
from pngnw.pretrain.checkpoint import Store
from tests.pretrain.conftest import ROOT, small

STEPS = {"steps": 24, "checkpoint_every": 4, "evaluate_every": 12}
# Dies by SIGKILL itself, where the parent cannot aim: with half a checkpoint on disk, or when
# training is over and the weights are being published.
MORTAL = """
import json, os, signal, sys
from pathlib import Path
from pngnw.model import io
from pngnw.params import load
from pngnw.pretrain.stage import run

moment, write = sys.argv[1], Path.write_bytes
def half(path, content):
    if not ".step-00000016" <= path.name < ".step-1":
        return write(path, content)
    write(path, content[: len(content) // 2])
    die()
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if moment == "writing":
    Path.write_bytes = half
if moment == "publishing":
    io.as_safetensors = die
result = run(load(), Path())
assert result is not None
Path("metrics.json").write_text(json.dumps(result.metrics))
"""


def start(where: Path, moment: str) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DVC_ROOT": str(where)}
    return subprocess.Popen([sys.executable, "-c", MORTAL, moment], cwd=where, env=environment)


def results(where: Path) -> dict[str, bytes]:
    files = [
        where / "models/encoder/model.safetensors",
        where / "metrics.json",
        *where.glob("plots/pretrain/plots/metrics/*/*.tsv"),
    ]
    assert len(files) > 10  # weights, figures, and a curve for each loss
    return {str(file.relative_to(where)): file.read_bytes() for file in files}


def test_three_sigkills_change_nothing(root: Path) -> None:
    raw = small(batch_tokens=300, **STEPS).model_dump(mode="json")
    raw["model"]["dropout"] = 0.1
    raw["run"]["workers"] = 1
    (root / "lexicon.dict").touch()
    YAML().dump(raw, root / "params.yaml")

    process = start(root, "any")
    while not list((root / ".cache").rglob("step-00000004.pt")):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()  # wherever it is by now, some step after the fourth
    assert process.wait() == -signal.SIGKILL
    assert start(root, "writing").wait() == -signal.SIGKILL
    assert list(root.rglob(".step-*.tmp"))
    assert start(root, "publishing").wait() == -signal.SIGKILL
    assert not (root / "models/encoder/model.safetensors").exists()
    assert start(root, "never").wait() == 0
    killed = results(root)

    assert not list(root.rglob("*step-*"))
    assert start(root, "never").wait() == 0
    assert results(root) == killed


def test_the_last_two_and_the_best_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path / "run")
    for step, best in ((1, None), (2, 2), (3, 2), (4, 2), (5, 2), (6, 6), (7, 6)):
        store.save(step, {"step": step, "weights": torch.ones(3)}, best)
        assert best is None or (store.folder / f"step-{best:08d}.pt").exists()
    names = sorted(path.name for path in (tmp_path / "run").iterdir())
    assert names == ["step-00000006.pt", "step-00000007.pt"]
    latest = store.latest()
    assert latest is not None
    assert latest["step"] == 7
    store.clear()
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("damage", ["empty", "one bit"])
def test_a_damaged_checkpoint_is_passed_over(
    damage: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """torch.load itself checks next to nothing."""
    store = Store(tmp_path)
    assert store.latest() is None
    store.save(3, {"step": 3, "weights": torch.ones(100)})
    store.save(5, {"step": 5, "weights": torch.ones(100)})
    path = tmp_path / "step-00000005.pt"
    good = path.read_bytes()
    middle = len(good) // 2
    flipped = good[:middle] + bytes([good[middle] ^ 4]) + good[middle + 1 :]
    path.write_bytes(b"" if damage == "empty" else flipped)
    latest = store.latest()
    assert latest is not None
    assert latest["step"] == 3
    assert "step-00000005.pt: damaged" in capsys.readouterr().err
    assert not path.exists()


def test_a_full_disk_is_one_sentence_and_leaves_room(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(1, {"step": 1})
    with limited(1000), pytest.raises(UserError, match=r"step-00000002\.pt: the disk is full"):
        store.save(2, {"weights": torch.ones(10_000)})
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000001.pt"]
    assert store.latest() == {"step": 1}


@contextmanager
def limited(size: int) -> Iterator[None]:
    """No file may become larger, which fails where a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
