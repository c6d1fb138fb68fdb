"""A repository to do harm in: made, taken stock of, compared with what it was."""

import hashlib
import shutil
from pathlib import Path

from ruamel.yaml import YAML

from tests.pipeline.conftest import make_repository

CACHES = ("shards", "aligner", "pretrain", "evaluate", "scratch")
OUTPUTS = ("data", "models", "plots/teach", "plots/pretrain", "plots/evaluate")
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


def digests(repository: Path) -> dict[str, str]:
    """Of every output by name: all of data and models, metrics without cost, pictures."""
    paths = [path for name in OUTPUTS for path in (repository / name).rglob("*")]
    paths += (repository / "metrics").glob("*")
    return {
        path.relative_to(repository).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
        if path.is_file()
    }


def problems(repository: Path, before: dict[str, str]) -> list[str]:
    """Outputs that are missing, new or changed; temporary files and scratch folders."""
    after = digests(repository)
    changed = [
        f"{name} {'missing' if name not in after else 'new' if name not in before else 'differs'}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    return changed + litter(repository)


def litter(repository: Path) -> list[str]:
    """Temporary files and scratch folders: after a finished run there are none."""
    paths = [path for path in repository.rglob(".*.tmp") if ".dvc" not in path.parts]
    paths += (repository / ".cache/scratch").glob("*")
    paths += repository.rglob(".unfinished")
    return [f"{path.relative_to(repository)} left behind" for path in paths]
