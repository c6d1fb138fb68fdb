import shutil
from pathlib import Path

import pytest

from pngnw.tools.report import experiments
from tests.tools.report import made
from tests.tools.report.hostile import HOSTILE

# What `dvc exp show --json` says, as far as the page reads it.
LISTING = [
    {"rev": "workspace", "name": None, "data": {"params": {}, "metrics": {}}},
    {
        "rev": "0" * 40,
        "name": "main",
        "data": {
            "params": {"params.yaml": {"data": {"base": {"seed": 0}, "model": {"norm": "pre"}}}},
            "metrics": {"metrics/pretrain.json": {"data": {"test": {"emoji": {"kl": 0.041}}}}},
        },
        "experiments": [
            {
                "name": HOSTILE,
                "executor": None,
                "revs": [
                    {
                        "rev": "1" * 40,
                        "data": {
                            "params": {
                                "params.yaml": {
                                    "data": {"base": {"seed": 0}, "model": {"norm": "post"}}
                                }
                            },
                            "metrics": {
                                "metrics/pretrain.json": {"data": {"test": {"emoji": {"kl": 0.05}}}}
                            },
                        },
                    }
                ],
            },
            {
                "name": "broken",
                "executor": {"state": "failed"},
                "revs": [{"rev": "2" * 40, "data": None, "error": {"msg": "it failed"}}],
            },
        ],
    },
]


@pytest.fixture(autouse=True)
def _experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    """DVC takes seconds to say what it has."""
    monkeypatch.setattr(experiments, "listed", lambda _: experiments.compare(LISTING))


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.repository(tmp_path_factory.mktemp("repository"))


@pytest.fixture
def repository(_made: Path, tmp_path: Path) -> Path:
    """A repository of the test's own."""
    return shutil.copytree(_made, tmp_path / "repository")
