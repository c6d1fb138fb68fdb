"""Two processes train as one: shares, sums, and the whole stage under torchrun."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pngnw.params import Params
from pngnw.pretrain import loop, stage
from pngnw.pretrain.ranks import Ranks
from pngnw.pretrain.stage import Folders
from tests.pretrain.conftest import ROOT, small


@given(st.lists(st.integers(4, 60), min_size=1, max_size=60), st.integers(1, 5))
def test_shares_are_a_partition_and_even(lengths: list[int], count: int) -> None:
    array = np.sort(np.array(lengths))
    batch = np.arange(len(array))
    shares = [Ranks(index, count).share(batch, array) for index in range(count)]
    assert np.concatenate(shares).tolist() == batch.tolist()
    for share in shares:
        assert abs(array[share].sum() - array.sum() / count) <= array.max()


def test_alone_one_has_the_whole_batch() -> None:
    batch = np.array([5, 3, 4])
    assert Ranks().share(batch, np.full(6, 10)).tolist() == [5, 3, 4]


def curves(folder: Path) -> dict[str, np.ndarray]:
    files = sorted((folder / "plots/metrics").glob("*/*.tsv"))
    return {
        "/".join(file.parts[-2:]): np.loadtxt(file, skiprows=1, ndmin=2, usecols=(-2, -1))
        for file in files
    }


def test_two_processes_go_on_where_one_was_killed(
    folders: Folders, tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process alone, against one that dies at step 8 and two that finish its run."""
    # So few tokens that a batch may be a single sentence, of which one process gets nothing.
    params = small(batch_tokens=150, steps=24, evaluate_every=4, checkpoint_every=6)
    params = params.model_copy(
        update={"phonemize": params.phonemize.model_copy(update={"lexicon": None})}
    )
    assert stage.pretrain(folders, params) is not None
    wanted = curves(folders.plots)
    assert len(wanted["valid/total.tsv"]) == 6

    real = loop.train_step

    def mortal(state: Any, *rest: Any) -> Any:
        if state.step == 8:
            raise KeyboardInterrupt
        return real(state, *rest)

    monkeypatch.setattr(loop, "train_step", mortal)
    with pytest.raises(KeyboardInterrupt):
        stage.pretrain(folders, params)
    together(tmp_path, params)
    found = curves(tmp_path / "plots/pretrain")
    assert found.keys() == wanted.keys()
    for name, values in wanted.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-4, err_msg=name)
    assert (tmp_path / "models/encoder/model.safetensors").exists()
    assert (tmp_path / "metrics/pretrain.json").exists()
    cost = json.loads((tmp_path / "metrics/cost/pretrain.json").read_text())
    assert (cost["processes"], cost["steps_run"]) == (2, 16)  # the best was step 8
    assert not list(own_cache.rglob("*.pt"))


def together(where: Path, params: Params) -> None:
    """Run the stage under torchrun on the folders that the fixture made."""
    YAML().dump(params.model_dump(mode="json"), where / "params.yaml")
    (where / "data").mkdir()
    for name in ("align", "teach"):
        (where / "data" / name).symlink_to(where / name)
    subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
         "-m", "stages.pretrain"],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(ROOT), "DVC_ROOT": str(where)},
        check=True,
    )  # fmt: skip
