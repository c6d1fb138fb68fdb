"""The deepmoji-onnx backend: our side without the package, both sides where it is installed."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from pngnw.core.errors import UserError
from pngnw.params import Onnx, Teach
from pngnw.teach.backends import load_teacher
from pngnw.teach.onnx import OnnxTeacher, _PaddedWords
from pngnw.teach.torchmoji_text import Vocabulary
from tests.teach.synthetic import VOCABULARY

INSTALLED = importlib.util.find_spec("deepmoji_onnx") is not None
TEXTS = [f"I love you{'!' * n}" for n in range(70)]


def test_batches_come_back_in_order() -> None:
    def predict(texts: list[str]) -> np.ndarray:
        assert len(texts) <= 64
        return np.array([[len(text)] * 64 for text in texts], dtype=np.float32)

    teacher = OnnxTeacher(predict, Vocabulary(VOCABULARY))
    output = teacher(TEXTS)
    assert output.probabilities[:, 0].tolist() == [len(text) for text in TEXTS]
    assert output.features is None
    assert teacher.tokens(TEXTS[:1]) == [[6, 7, 17]]
    assert teacher([]).probabilities.shape == (0, 64)
    teacher = OnnxTeacher(lambda texts: np.zeros((len(texts), 2304)), Vocabulary(VOCABULARY))
    with pytest.raises(UserError, match="answers 2304 numbers a sentence, not 64"):
        teacher(["a"])


def test_what_is_missing_is_named_in_one_line(tmp_path: Path) -> None:
    """The package; where it is installed, a model."""
    (tmp_path / "vocabulary.json").write_text(json.dumps(VOCABULARY))
    (tmp_path / "model.onnx").write_bytes(b"no model")
    section = Onnx(model=str(tmp_path / "model.onnx"))
    message = r"model\.onnx: not an ONNX model" if INSTALLED else "deepmoji-onnx: pip install"
    with pytest.raises(UserError, match=message) as error:
        load_teacher(Teach(backend="deepmoji-onnx", features=False, meaning=False, onnx=section))
    assert "\n" not in str(error.value)


def test_the_package_is_given_the_published_words() -> None:
    ids, lengths = _PaddedWords(Vocabulary(VOCABULARY)).tokenize(["I love mom's cooking...", ""])
    assert ids.shape == (2, 30)
    assert ids[0, :6].tolist() == [6, 7, 8, 9, 10, 0]
    assert not ids[1].any()
    assert lengths.tolist() == [5, 1]
