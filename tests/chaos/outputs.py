"""What a run leaves behind: its outputs byte for byte, and what should not be there."""

import hashlib
from pathlib import Path

FOLDERS = ("data", "models", "plots/teach", "plots/pretrain", "plots/evaluate")


def taken(repository: Path) -> dict[str, str]:
    """Name and digest of every output: all of data and models, metrics without cost, pictures."""
    found = [path for name in FOLDERS for path in (repository / name).rglob("*")]
    found += (repository / "metrics").glob("*")
    return {
        path.relative_to(repository).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(found)
        if path.is_file()
    }


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is missing, new or changed."""
    return [
        f"{name} {'missing' if name not in after else 'new' if name not in before else 'differs'}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def litter(repository: Path) -> list[str]:
    """Temporary files and scratch folders: after a finished run there are none."""
    found = [path for path in repository.rglob(".*.tmp") if ".dvc" not in path.parts]
    found += (repository / ".cache/scratch").glob("*")
    found += repository.rglob(".unfinished")
    found += (repository / ".cache").rglob("writing.pt")
    return [f"{path.relative_to(repository)} left behind" for path in found]
