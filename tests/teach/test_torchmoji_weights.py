"""The published state dict: read without running anything, and refused in one line."""

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch

from pngnw.core.errors import UserError
from pngnw.teach import torchmoji_weights
from tests.teach.torchmoji_made import state


@pytest.mark.parametrize("zipped", [False, True])
def test_both_of_pytorch_s_formats_are_read(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "pytorch_model.bin"
    made = OrderedDict(state())
    torch.save(made, path, _use_new_zipfile_serialization=zipped)
    read = torchmoji_weights.read(path)
    assert torch.equal(read.embedding, made["embed.weight"])
    backward = read.layers[1][1]
    assert torch.equal(backward.weight_ih, made["lstm_1.weight_ih_l0_reverse"])
    both = made["lstm_1.bias_ih_l0_reverse"] + made["lstm_1.bias_hh_l0_reverse"]
    assert torch.equal(backward.bias, both)


class _Runs:
    def __reduce__(self) -> Any:
        return print, ("run",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a file of PyTorch weights"),
        (b"<!DOCTYPE html><html>not found</html>", "not a file of PyTorch weights"),
        (pickle.dumps(_Runs(), protocol=2), "not a file of PyTorch weights"),
        ([1, 2], "holds a list"),
        ({"embed.weight": 3}, "tensor 'embed.weight' is missing"),
        (state() | {"lstm_0.bias_hh_l0": torch.zeros(3)}, "lstm_0.bias_hh_l0' is 3, it must be 16"),
        (state() | {"output_layer.0.weight": torch.zeros(5, 19)}, "is 5 x 19, it must be 64 x 19"),
    ],
)
def test_what_is_no_weights_file_is_refused_in_one_line(
    content: Any, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pytorch_model.bin"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(UserError, match="pytorch_model") as error:
        torchmoji_weights.read(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert capsys.readouterr().out == ""


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pytorch_model.bin"
    torch.save(state(), path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UserError, match="not a file of PyTorch weights"):
        torchmoji_weights.read(path)
