"""The network: numbers that the reference gave, that company does not matter; and the published
state dict, refused in one line."""

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch

from pngnw.core.errors import UserError
from pngnw.teach import torchmoji
from pngnw.teach.torchmoji import Network
from tests.teach.synthetic import state

# The reference at these widths with these weights, Python 2.7.18 and PyTorch 1.4: sentences, the
# first five probabilities, all features of the first and the last.
ROWS = [[6, 7, 8, 9], [6, 7, 17, 11], [12, 13, 10, 14], [16]]
PROBABILITIES = [
    [0.065534, 0.03517, 0.010203, 0.003057, 0.001742],
    [0.084633, 0.038934, 0.007756, 0.001551, 0.000706],
    [0.054156, 0.026492, 0.008257, 0.00302, 0.002153],
    [0.014797, 0.010388, 0.007981, 0.007771, 0.009626],
]
FEATURES = [
    [-0.365163, -0.251933, -0.310354, 0.16771, 0.088541, -0.050836, -0.124205, -0.347308,
     -0.0149, -0.089889, -0.217814, -0.401392, 0.333474, 0.088543, 0.062984, 0.121498,
     -0.265799, -0.318641, -0.328936],
    [-0.149972, -0.221172, -0.175739, 0.111845, 0.070886, -0.019179, -0.08821, -0.170061,
     -0.04695, -0.009714, 0.0, -0.35368, 0.137228, 0.176288, 0.138301, 0.015971,
     0.673852, 0.249315, -0.403801],
]  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Network:
    return Network(state())


def test_answers_of_the_reference(small: Network) -> None:
    probabilities, features = small(ROWS)
    torch.testing.assert_close(probabilities[:, :5], torch.tensor(PROBABILITIES), atol=2e-6, rtol=0)
    torch.testing.assert_close(features[[0, 3]], torch.tensor(FEATURES), atol=2e-6, rtol=0)


def test_blocks_change_nothing(small: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[1 + (3 * n + t) % 19 for t in range(n % 11)] for n in range(60)]
    one_block = small(rows)
    monkeypatch.setattr(torchmoji, "BLOCK", 7)
    for blocks, whole in zip(small(rows), one_block, strict=True):
        torch.testing.assert_close(blocks, whole, atol=1e-6, rtol=0)


def test_bfloat16_is_near(small: Network) -> None:
    fast = Network(state(), torch.bfloat16)
    for near, exact in zip(fast(ROWS), small(ROWS), strict=True):
        assert near.dtype == torch.float32
        torch.testing.assert_close(near, exact, atol=0.02, rtol=0)


def test_a_sentence_without_words_gets_the_prior(small: Network) -> None:
    probabilities, features = small([[], [6]])
    assert not features[0].any()
    assert small([])[0].shape == (0, 64)
    torch.testing.assert_close(probabilities[0], state()["output_layer.0.bias"].softmax(0))


@pytest.mark.parametrize("zipped", [False, True])
def test_both_of_pytorch_s_formats_are_read(small: Network, tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "pytorch_model.bin"
    torch.save(OrderedDict(state()), path, _use_new_zipfile_serialization=zipped)
    assert all(map(torch.equal, Network.read(path)(ROWS), small(ROWS)))


class _Runs:
    def __reduce__(self) -> Any:
        return print, ("run",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (state(), "not a file of PyTorch weights"),  # cut off, below
        (pickle.dumps(_Runs(), protocol=2), "not a file of PyTorch weights"),
        ({"embed.weight": 3}, "tensor 'embed.weight' is missing"),
        (state() | {"lstm_0.bias_hh_l0": torch.zeros(3)}, "lstm_0.bias_hh_l0' is 3, it must be 16"),
    ],
)
def test_what_is_no_weights_file_is_refused_in_one_line(
    content: Any, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pytorch_model.bin"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    if message == "not a file of PyTorch weights":
        path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match="pytorch_model") as error:
        Network.read(path)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert capsys.readouterr().out == ""
