"""The common interface: what each teacher answers, what that depends on, where its files lie."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw.core.errors import UserError
from pngnw.params import Onnx, Teach, Torchmoji
from pngnw.teach.backends import (
    fingerprint,
    load_teacher,
    located,
    onnx_files,
    torchmoji_files,
)
from tests.serving import Site, serving
from tests.teach.synthetic import EMBEDDING, HIDDEN, VOCABULARY, state, write

TEXTS = ["I love mom's cooking", "", "soooo good ... <3", "I love mom's cooking"]
CONTENT = b"weights"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return write(tmp_path)


def torchmoji(weights: Path, **options: object) -> Teach:
    section = Torchmoji.model_validate({"weights": str(weights), **options})
    return Teach(backend="torchmoji", features=True, meaning=False, torchmoji=section)


def test_torchmoji_answers_with_distributions_features_and_tokens(weights: Path) -> None:
    teacher = load_teacher(torchmoji(weights))
    probabilities, features, meaning = teacher(TEXTS)
    assert meaning is None
    assert probabilities.shape == (4, 64)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert features is not None
    assert features.shape == (4, 4 * HIDDEN + EMBEDDING)
    np.testing.assert_allclose(features[0], features[3], atol=1e-6)
    assert teacher.tokens(TEXTS) == [[6, 7, 8, 9], [], [12, 13, 10, 14], [6, 7, 8, 9]]


def test_fingerprint_changes_with_files_and_options_and_not_with_names(weights: Path) -> None:
    plain = fingerprint(torchmoji(weights))
    prototype = Teach(backend="prototype", features=False, meaning=True)
    assert plain != fingerprint(prototype)
    assert fingerprint(prototype) != fingerprint(prototype.model_copy(update={"meaning": False}))
    assert plain != fingerprint(torchmoji(weights, max_tokens=7))
    copy = weights.with_name("copy.bin")
    copy.write_bytes(weights.read_bytes())
    assert fingerprint(torchmoji(copy)) == plain
    torch.save(state() | {"output_layer.0.bias": torch.zeros(64)}, weights)
    assert fingerprint(torchmoji(weights)) != plain


def test_files_of_two_models_are_refused(weights: Path) -> None:
    weights.with_name("vocabulary.json").write_text(json.dumps({**VOCABULARY, "more": 20}))
    with pytest.raises(UserError, match=r"has word number 20, but .* has 20 words"):
        load_teacher(torchmoji(weights))


def test_meaning_beside_any_teacher_is_the_prototypes(weights: Path) -> None:
    with_meaning = torchmoji(weights).model_copy(update={"meaning": True})
    output = load_teacher(with_meaning)(TEXTS)
    other = load_teacher(Teach(backend="prototype", features=False, meaning=True))(TEXTS)
    assert output.meaning is not None
    assert other.meaning is not None
    for one, two in zip(output.meaning, other.meaning, strict=True):
        np.testing.assert_array_equal(one, two)
    assert [len(rows) for rows in output.meaning] == [4, 0, 7, 4]


@pytest.fixture
def site(own_cache: Path) -> Iterator[Site]:
    assert own_cache
    with serving(CONTENT) as site:
        yield site


def test_a_pinned_url_is_fetched_once(site: Site) -> None:
    path = located("weights", f"{site.url}/model.bin#sha256={DIGEST}", "")
    assert path.read_bytes() == CONTENT
    # From the cache: nobody would answer this one.
    assert located("weights", f"http://127.0.0.1:1/missing#sha256={DIGEST}", "") == path


@pytest.mark.parametrize(
    ("pin", "message"),
    [
        ("#sha256=abc", "pin what it holds"),
        (f"#sha256={'0' * 64}", f"{DIGEST}, not the pinned 000"),
        (f"#sha256={DIGEST}", "cannot be fetched"),
    ],
)
def test_other_urls_are_refused(pin: str, message: str, site: Site, tmp_path: Path) -> None:
    site.failures = [404] if "fetched" in message else []
    with pytest.raises(UserError, match=r"^weights: http") as error:
        located("weights", f"{site.url}/model.bin{pin}", "")
    assert message in str(error.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("params", "parts"),
    [
        (Torchmoji(weights="missing.bin"), ["no file 'missing.bin'", "--weights"]),
        (Onnx(model=__file__), ["vocabulary.json", "teach.onnx.vocabulary", "--vocabulary"]),
    ],
)
def test_a_missing_file_is_named_with_the_remedy(
    params: Torchmoji | Onnx, parts: list[str]
) -> None:
    with pytest.raises(UserError) as error:
        torchmoji_files(params) if isinstance(params, Torchmoji) else onnx_files(params)
    assert all(part in str(error.value) for part in parts)
