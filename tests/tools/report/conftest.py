import shutil
from pathlib import Path

import pytest

from pngnw.tools.report import repository as git_and_dvc
from tests.tools.report import made
from tests.tools.report.made import HOSTILE


def _state(norm: str, kl: float) -> dict[str, object]:
    params = {"base": {"seed": 0}, "model": {"norm": norm}}
    metrics = {"test": {"emoji": {"kl": kl}}}
    return {
        "params": {"params.yaml": {"data": params}},
        "metrics": {"metrics/pretrain.json": {"data": metrics}},
    }


_FAILED = {"rev": "2" * 40, "data": None, "error": {"msg": "it failed"}}
# The output of `dvc exp show --json`, as far as the page reads it.
LISTING = [
    {"rev": "workspace", "name": None, "data": {"params": {}, "metrics": {}}},
    {
        "rev": "0" * 40,
        "name": "main",
        "data": _state("pre", 0.041),
        "experiments": [
            {
                "name": HOSTILE,
                "executor": None,
                "revs": [{"rev": "1" * 40, "data": _state("post", 0.05)}],
            },
            {"name": "broken", "executor": {"state": "failed"}, "revs": [_FAILED]},
        ],
    },
]


@pytest.fixture(autouse=True)
def _experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    """DVC takes seconds to say what it has."""
    monkeypatch.setattr(git_and_dvc, "experiments", lambda _: git_and_dvc.compare(LISTING))


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.repository(tmp_path_factory.mktemp("repository"))


@pytest.fixture
def repository(_made: Path, tmp_path: Path) -> Path:
    """A repository of the test's own."""
    return shutil.copytree(_made, tmp_path / "repository")
