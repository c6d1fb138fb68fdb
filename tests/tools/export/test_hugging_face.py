"""The folder for transformers, in a process of its own: no network, no cache but the test's."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from pngnw import Encoder
from pngnw.cli import main
from tests.tools.export.made import small_encoder

ROOT = Path(__file__).parents[3]
SCRIPT = """
import socket, sys
def refuse(*_): raise AssertionError("a network")
socket.socket.connect = refuse
import torch
from transformers import AutoConfig, AutoModel
from pngnw import Encoder

own, folder, copy = sys.argv[1:]
texts, lines = ["Hello, world.", "I read it."], ["HH AH0 L OW1 | .", "OW1"]
encoder = Encoder.from_pretrained(own)
def check(name):
    model = AutoModel.from_pretrained(name, trust_remote_code=True)
    assert model.config.hidden_size == encoder.model.config.width
    assert type(model.config) is type(AutoConfig.from_pretrained(name, trust_remote_code=True))
    out, expected = model(texts=texts), encoder(texts)
    torch.testing.assert_close(out.last_hidden_state, expected.hidden, atol=1e-5, rtol=0)
    torch.testing.assert_close(out.pooler_output, expected.sentence, atol=1e-5, rtol=0)
    assert out.attention_mask.sum(1).tolist() == expected.lengths.tolist()
    assert [*out.phonemes] == expected.phonemes
    states = model(phonemes=lines)[0]
    torch.testing.assert_close(states, encoder.from_phonemes(lines).hidden, atol=1e-5, rtol=0)
    return model
model = check(folder)
model.train()(texts=texts).last_hidden_state.sum().backward()
assert model.encoder.model.embeddings.token.weight.grad is not None
model.eval().save_pretrained(copy)
check(copy)
try:
    model()
except ValueError as error:
    print(error)
"""


@pytest.mark.skipif(find_spec("transformers") is None, reason="transformers is not installed")
def test_automodel_gives_the_states_of_the_encoder(tmp_path: Path) -> None:
    own = small_encoder(tmp_path / "own")
    main(["export", "--transformers", str(tmp_path / "auto"), "--model", str(own)])
    Encoder.from_pretrained(tmp_path / "auto" / "encoder")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, own, tmp_path / "auto", tmp_path / "copy"],
        cwd=ROOT,
        env={**os.environ, "HF_HOME": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "give texts=[...] or phonemes=[...]" in done.stdout


def test_int8_is_of_onnx(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--transformers", str(tmp_path / "auto"), "--int8"])
    assert "--int8 goes with --onnx" in capsys.readouterr().err
