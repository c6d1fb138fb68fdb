"""The ONNX file beside PyTorch, and when it is refused."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper

from pngnw import Encoder
from pngnw.cli import main
from pngnw.core.errors import UserError
from pngnw.tools.export import graph
from pngnw.tools.export.feeder import OUTPUTS, Feeder, axes, input_names
from pngnw.tools.export.graph import LIMIT, compare, export, open_session, quantize
from tests.model.synthetic import MODEL
from tests.tools.export.made import small_encoder

TEXTS = ["Hello, world.", "Oh!", "It cost 20 dollars, didn't it? The red-haired reader read."]


@pytest.fixture(scope="module")
def file(folder: Path, encoder: Encoder) -> Path:
    path = folder / "encoder.onnx"
    made = export(encoder, path)
    assert 0 <= made.difference.mean <= made.difference.most <= LIMIT
    assert made.sentences > 8
    return path


@pytest.fixture
def session(file: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(file)


def test_inputs_and_outputs_are_the_documented_ones(session: Any) -> None:
    found = {each.name: (each.type, tuple(each.shape)) for each in session.get_inputs()}
    assert found == {name: ("tensor(int64)", axes(name)) for name in input_names(MODEL)}
    assert [(each.name, each.type, each.shape) for each in session.get_outputs()] == [
        ("hidden", "tensor(float)", ["batch", "phonemes", MODEL.width]),
        ("sentence", "tensor(float)", ["batch", MODEL.width]),
        ("emoji", "tensor(float)", ["batch", 64]),
    ]


def test_the_same_as_pytorch_from_text(folder: Path, encoder: Encoder, session: Any) -> None:
    feeder = Feeder.load(folder, session)
    with pytest.raises(UserError, match="no text"):
        feeder([])
    for texts in ([TEXTS[1]], TEXTS, TEXTS[::-1] * 3):
        arrays, reading = feeder(texts)
        hidden, sentence, emoji = session.run(OUTPUTS, arrays)
        expected = encoder(texts)
        np.testing.assert_allclose(hidden, expected.hidden, atol=1e-5)
        np.testing.assert_allclose(sentence, expected.sentence, atol=1e-5)
        np.testing.assert_allclose(emoji, expected.emoji, atol=1e-6)
        assert reading.phonemes == expected.phonemes
        assert reading.words == expected.words
        assert arrays["phoneme_length"].tolist() == expected.lengths.tolist()


def test_another_encoders_numbers_are_refused(
    file: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file of one encoder, compared with another: with moved weights, with none."""
    monkeypatch.setattr(graph, "_write", lambda _, __, target: shutil.copyfile(file, target) and 0)
    other = Encoder.from_pretrained(folder)
    assert export(other, tmp_path / "same.onnx").difference.most <= LIMIT
    for change, told in ((0.05, r"up to 0\.0\d+"), (float("nan"), "up to nan")):
        with torch.no_grad():
            other.model.layers[1].out_proj.bias[0].add_(change)  # all of them: the norm undoes it
        with pytest.raises(UserError, match=rf"other\.onnx: not written, its numbers are {told}"):
            export(other, tmp_path / "other.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["same.onnx"]


@pytest.mark.parametrize(
    ("switches", "features", "sentences"),
    [
        ({"layers": 1, "pos_emb": "rotary", "norm": "post", "activation": "geglu"}, True, 11),
        (
            {"layers": 1, "pos_emb": "sinusoidal", "grapheme_unit": "wordpiece", "max_tokens": 8},
            False,
            2,
        ),
    ],
    ids=["rotary", "sinusoidal"],
)
def test_other_models(
    tmp_path: Path, switches: dict[str, Any], features: bool, sentences: int
) -> None:
    model = MODEL.model_copy(update=switches)
    other = Encoder.from_pretrained(small_encoder(tmp_path, model, features))
    made = export(other, tmp_path / "encoder.onnx")
    assert made.difference.most <= LIMIT
    assert made.sentences == sentences
    assert compare(other, open_session(tmp_path / "encoder.onnx", 1), ["I!", "Oh."]).most <= LIMIT


def test_phonemes_only_are_the_same_graph(folder: Path, encoder: Encoder, session: Any) -> None:
    lines = ["HH AH0 L OW1 | , | W ER1 L D | .", "OW1"]
    arrays, reading = Feeder.load(folder, session).from_phonemes(lines)
    expected = encoder.from_phonemes(lines)
    for name, array in zip(OUTPUTS, session.run(OUTPUTS, arrays), strict=True):
        np.testing.assert_allclose(array, getattr(expected, name), atol=1e-5)
    assert reading.phonemes == expected.phonemes
    with pytest.raises(UserError, match="sentence 0: 'XX' is not"):
        Feeder.load(folder, session).from_phonemes(["XX"])


def test_8_bits_are_smaller_and_near(folder: Path, encoder: Encoder, file: Path) -> None:
    small, difference = quantize(encoder, file)
    assert small.name == "encoder.int8.onnx"
    assert small.stat().st_size < 0.6 * file.stat().st_size
    assert LIMIT < difference.mean < 0.05  # weights are rounded, and states are of the order of 1
    assert difference.mean < difference.most < 0.5
    small_session = open_session(small)
    arrays, _ = Feeder.load(folder, small_session)(TEXTS)
    hidden = small_session.run(["hidden"], arrays)[0]
    np.testing.assert_allclose(hidden, encoder(TEXTS).hidden, atol=difference.most + 0.1)
    for row, text in enumerate(TEXTS):
        arrays, _ = Feeder.load(folder, small_session)([text])
        alone = small_session.run(["hidden"], arrays)[0][0]
        np.testing.assert_allclose(hidden[row, : len(alone)], alone, atol=1e-5)


def test_an_exported_encoder_is_fed_without_pytorch_and_weights(
    folder: Path, file: Path, tmp_path: Path
) -> None:
    for name in ("wordpieces.txt", "aligner.json", "lexicon.json"):
        shutil.copy(folder / name, tmp_path)
    script = """
import sys
sys.modules.update(dict.fromkeys(["torch", "huggingface_hub", "onnx", "onnxscript"]))
from pathlib import Path
import onnxruntime
from pngnw.tools.export.feeder import Feeder
session = onnxruntime.InferenceSession(sys.argv[2])
feeder = Feeder.load(Path(sys.argv[1]), session)
for arrays, reading in (feeder(["It cost 20 dollars."]), feeder.from_phonemes(["OW1 | ."])):
    hidden = session.run(["hidden"], arrays)[0]
    print(hidden.shape[1], len(reading.phonemes[0]), abs(hidden).max() > 0.1)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path, file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    long, short = (line.split() for line in done.stdout.splitlines())
    assert long == ["18", "18", "True"]
    assert short == ["2", "2", "True"]


def test_sequences_without_specials_are_refused(encoder: Encoder, tmp_path: Path) -> None:
    bare = small_encoder(tmp_path / "bare", MODEL.model_copy(update={"specials": False}))
    with pytest.raises(UserError, match="specials: false has no ONNX form"):
        export(Encoder.from_pretrained(bare), tmp_path / "bare.onnx")


def test_a_place_that_cannot_be_written_is_named(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(UserError, match=r"encoder\.onnx: cannot be written"):
        export(encoder, tmp_path / "taken" / "encoder.onnx")


def test_other_wordpieces_are_refused(folder: Path, session: Any, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "text")
    path = tmp_path / "text" / "wordpieces.txt"
    path.write_text(path.read_text().replace("\na\n", "\nä\n"))
    with pytest.raises(UserError, match=r"wordpieces\.txt: not the wordpieces of the ONNX model"):
        Feeder.load(tmp_path / "text", session)
    with pytest.raises(UserError, match=r"none.lexicon\.json: cannot be used"):
        Feeder.load(tmp_path / "none", session)


def test_another_onnx_model_is_refused(folder: Path, tmp_path: Path) -> None:
    node = helper.make_node("Identity", ["x"], ["y"])
    x, y = (helper.make_tensor_value_info(each, TensorProto.FLOAT, [1]) for each in "xy")
    made = helper.make_model(helper.make_graph([node], "other", [x], [y]), ir_version=10)
    onnx.save(made, tmp_path / "other.onnx")
    with pytest.raises(UserError, match="does not say what it reads"):
        Feeder.load(folder, onnxruntime.InferenceSession(tmp_path / "other.onnx"))


def test_command_line(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(graph, "_write", lambda _, __, target: shutil.copyfile(file, target) and 20)
    again = str(folder / "again.onnx")
    main(["export", "--onnx", again, "--int8", "--model", str(folder)])
    out = capsys.readouterr().out
    assert "again.onnx: " in out
    assert "opset 20; largest difference from PyTorch on 11 sentences" in out  # one is too long
    assert "again.int8.onnx: " in out
    assert (folder / "again.int8.onnx").is_file()
    with pytest.raises(SystemExit):
        main(["export", "--plbert", str(folder / "plbert"), "--int8"])
    assert "--int8 goes with --onnx" in capsys.readouterr().err
