"""A repository to do harm in: the work tree at the tiny preset, in a folder of its own."""

import shutil
from pathlib import Path

from ruamel.yaml import YAML

from tests.pipeline.conftest import make_repository

STAGES = ("fetch", "clean", "phonemize", "align", "teach", "pretrain")
MORE = ("speech", "evaluate")  # not part of the usual run
CACHES = ("shards", "aligner", "pretrain", "evaluate", "scratch")
SMALL = (5, 2500)  # texts, and characters of each: enough for a sentence in every split


def make(folder: Path, *, small: bool = False) -> Path:
    """Copy the work tree to `folder`, a new one; if small, for stages that take a second or two."""
    folder.mkdir(parents=True)
    make_repository(folder)
    yaml = YAML()
    params = yaml.load(folder / "params.yaml")
    params["run"]["workers"] = 2
    params["pretrain"]["checkpoint_every"] = 5  # much to interrupt
    if small:
        count, size = SMALL
        for number, path in enumerate(sorted((folder / "tests/data/corpus").glob("*.txt"))):
            text = path.read_text()
            path.unlink()
            if number < count:
                path.write_text(text[:size])
        params["pretrain"].update(steps=15, warmup=2, evaluate_every=15)
    yaml.dump(params, folder / "params.yaml")
    return folder


def empty_caches(repository: Path) -> None:
    """Leave nothing that would save a stage its work."""
    for name in CACHES:
        shutil.rmtree(repository / ".cache" / name, ignore_errors=True)
