import shutil
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch

from pngnw.core.errors import UserError
from pngnw.model.inputs import assemble
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Sentences
from pngnw.params import ModelConfig, Position, load
from pngnw.tools import presets
from tests.model.synthetic import PIECES, corpus

ROOT = Path(__file__).parents[2]


@pytest.fixture
def params(tmp_path: Path) -> Path:
    copy = tmp_path / "params.yaml"
    shutil.copy(ROOT / "params.yaml", copy)
    return copy


def test_default_is_what_the_repository_ships(params: Path) -> None:
    assert presets.apply("default", params) == []
    assert params.read_text() == (ROOT / "params.yaml").read_text()


@pytest.mark.parametrize("name", presets.names())
def test_default_undoes_every_preset(name: str, params: Path) -> None:
    shipped = load(params)
    changes = presets.apply(name, params)
    same = name in ("default", "size-M")  # the size that the repository ships
    assert same == (changes == [])
    assert (load(params) == shipped) == same
    presets.apply("default", params)
    assert load(params) == shipped


def test_comments_and_other_keys_survive(params: Path) -> None:
    params.write_text(params.read_text().replace("seed: 0 ", "seed: 7 "))
    presets.apply("tiny", params)
    text = params.read_text()
    assert "# everything random derives from it" in text
    assert load(params).base.seed == 7
    assert load(params).model.width == 32


@pytest.mark.parametrize(
    ("name", "layers", "width", "unit", "positions", "word_values", "hidden"),
    [
        ("png-bert", 6, 512, "wordpiece", {"rel_word", "abs_token"}, False, 0.15),
        ("pngnw-2022", 12, 768, "letter", {*get_args(Position)} - {"subword_end"}, True, 0.5),
    ],
)
def test_published_models(
    name: str,
    layers: int,
    width: int,
    unit: str,
    positions: set[str],
    word_values: bool,
    hidden: float,
    params: Path,
) -> None:
    presets.apply(name, params)
    model, tasks = load(params).model, load(params).pretrain.tasks
    assert (model.layers, model.width, model.grapheme_unit) == (layers, width, unit)
    assert {*model.positions} == positions
    assert model.word_values == model.word_types == word_values
    assert tasks.mlm + tasks.random + tasks.keep == pytest.approx(hidden)


@pytest.mark.parametrize("name", presets.names())
def test_the_shipped_size_fits_the_switches_of_every_preset(name: str, params: Path) -> None:
    """What the comments of the published models propose for a laptop."""
    presets.apply(name, params)
    changed = load(params)
    shipped = load(ROOT / "params.yaml")
    size = {"width", "layers", "heads", "feed_forward", "dropout"}
    small = changed.model.model_copy(update=shipped.model.model_dump(include=size))
    net = PnGNWEncoder(ModelConfig.model_validate(small.model_dump()), PIECES)
    inputs = assemble(Sentences.from_table(corpus(seed=1, count=3)), np.arange(3), small)
    assert torch.isfinite(net(inputs)).all()


def test_short_lists_stay_on_their_line(params: Path) -> None:
    presets.apply("png-bert", params)
    assert "  positions: [rel_word, abs_token]\n" in params.read_text()


def test_what_is_missing_is_named(params: Path, tmp_path: Path) -> None:
    listed = r"'huge'.*alignment-5, base, default, human, long-sentences"
    with pytest.raises(UserError, match=listed):
        presets.apply("huge", params)
    with pytest.raises(UserError, match=r"empty.params\.yaml here: .*clone of the repository$"):
        presets.apply("tiny", tmp_path / "empty/params.yaml")


def test_a_preset_that_would_not_fit_changes_nothing(params: Path) -> None:
    broken = params.read_text().replace("width: 128", "width: 100")
    params.write_text(broken.replace("pos_emb: learned", "pos_emb: sinus"))
    before = params.read_text()
    with pytest.raises(UserError, match="preset base"):
        presets.apply("base", params)
    assert params.read_text() == before
