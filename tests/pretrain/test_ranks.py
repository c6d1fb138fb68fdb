"""Two processes train as one: shares, sums, and the whole stage under torchrun."""

import json
import os
import shutil
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
from tests.pretrain.conftest import ROOT, small


@given(st.lists(st.integers(4, 60), min_size=1, max_size=60), st.integers(1, 5))
def test_shares_are_a_partition_and_even(lengths: list[int], count: int) -> None:
    array = np.sort(np.array(lengths))
    batch = np.arange(len(array))
    shares = [Ranks(index, count).share(batch, array) for index in range(count)]
    assert np.concatenate(shares).tolist() == batch.tolist()
    for share in shares:
        assert abs(array[share].sum() - array.sum() / count) <= array.max()


def curves(root: Path) -> dict[str, np.ndarray]:
    files = sorted((root / "plots/pretrain/plots/metrics").glob("*/*.tsv"))
    return {
        "/".join(file.parts[-2:]): np.loadtxt(file, skiprows=1, ndmin=2, usecols=(-2, -1))
        for file in files
    }


def test_two_processes_go_on_where_one_was_killed(
    root: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process alone, against one that dies at step 8 and two that finish its run."""
    # So few tokens that a batch may be a single sentence, of which one process gets nothing.
    params = small(batch_tokens=150, steps=12, evaluate_every=4, checkpoint_every=6)
    (root / "lexicon.dict").touch()
    shutil.copy(ROOT / "dvc.yaml", root)
    assert stage.run(params, root) is not None
    expected = curves(root)
    assert len(expected["valid/total.tsv"]) == 3

    real = loop.train_step

    def mortal(state: Any, *rest: Any) -> Any:
        if state.step == 8:
            raise KeyboardInterrupt
        return real(state, *rest)

    monkeypatch.setattr(loop, "train_step", mortal)
    with pytest.raises(KeyboardInterrupt):
        stage.run(params, root)
    run_two_processes(root, params)
    resumed = curves(root)
    assert resumed.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(resumed[name], values, rtol=1e-4, err_msg=name)
    assert (root / "models/encoder/model.safetensors").exists()
    assert (root / "metrics/pretrain.json").exists()
    cost = json.loads((root / "metrics/cost/pretrain.json").read_text())
    assert (cost["processes"], cost["steps_run"]) == (2, 4)  # the best was step 8
    assert not list(own_cache.rglob("*.pt"))


def run_two_processes(root: Path, params: Params) -> None:
    """Run the stage under torchrun."""
    YAML().dump(params.model_dump(mode="json"), root / "params.yaml")
    subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
         "-m", "stages.pretrain"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "DVC_ROOT": str(root)},
        check=True,
    )  # fmt: skip
