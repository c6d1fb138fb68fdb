"""The common interface: what each backend answers, and what its answers depend on."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw.core.errors import UserError
from pngnw.params import Onnx, Teach, Torchmoji
from pngnw.teach.backends import identity, open_backend
from pngnw.teach.lines import open_lines
from tests.teach.torchmoji_made import EMBEDDING, HIDDEN, VOCABULARY, state

TEXTS = ["I love mom's cooking", "", "soooo good ... <3", "I love mom's cooking"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.save(state(), tmp_path / "pytorch_model.bin")
    (tmp_path / "vocabulary.json").write_text(json.dumps(VOCABULARY))
    return tmp_path


def torchmoji(folder: Path, **options: object) -> Teach:
    weights = str(folder / "pytorch_model.bin")
    section = Torchmoji.model_validate({"weights": weights, **options})
    return Teach(backend="torchmoji", features=True, torchmoji=section)


def test_torchmoji_answers_with_distributions_features_and_tokens(folder: Path) -> None:
    backend = open_backend(torchmoji(folder))
    probabilities, features = backend(TEXTS)
    assert probabilities.shape == (4, 64)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert features is not None
    assert features.shape == (4, 4 * HIDDEN + EMBEDDING)
    np.testing.assert_array_equal(features[0], features[3])
    assert backend.tokens(TEXTS) == [[6, 7, 8, 9], [], [12, 13, 10, 14], [6, 7, 8, 9]]


def test_prototype_has_neither_features_nor_tokens() -> None:
    backend = open_backend(Teach(backend="prototype", features=False))
    taught = backend(TEXTS)
    assert taught.probabilities.dtype == np.float32
    assert taught.features is None
    assert backend.tokens(TEXTS) is None


def test_identity_changes_with_files_and_options_and_not_with_names(folder: Path) -> None:
    plain = identity(torchmoji(folder))
    assert plain != identity(Teach(backend="prototype", features=False))
    assert plain != identity(torchmoji(folder, max_tokens=7))
    assert plain != identity(torchmoji(folder, precision="bf16"))
    copy = folder / "copy.bin"
    copy.write_bytes((folder / "pytorch_model.bin").read_bytes())
    assert identity(torchmoji(folder, weights=str(copy))) == plain
    torch.save(state() | {"output_layer.0.bias": torch.zeros(64)}, folder / "pytorch_model.bin")
    assert identity(torchmoji(folder)) != plain
    model = Onnx(model=str(copy))
    assert "model" in identity(Teach(backend="deepmoji-onnx", features=False, onnx=model))


def test_files_of_two_models_are_refused(folder: Path) -> None:
    (folder / "vocabulary.json").write_text(json.dumps({**VOCABULARY, "more": 20}))
    with pytest.raises(UserError, match=r"has word number 20, but .* has 20 words"):
        open_backend(torchmoji(folder))


def test_lines_become_rows(folder: Path) -> None:
    rows = list(open_lines(torchmoji(folder))(TEXTS))
    assert [row["text"] for row in rows] == TEXTS
    assert rows[2]["tokens"] == [12, 13, 10, 14]
    assert len(rows[2]["emoji"]) == 64
    assert json.loads(json.dumps(rows)) == rows
