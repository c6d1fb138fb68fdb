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

ROOT = Path(__file__).parent.parent


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
    assert (name == "default") == (changes == [])
    assert (load(params) == shipped) == (name == "default")
    presets.apply("default", params)
    assert load(params) == shipped


def test_comments_and_other_keys_survive(params: Path) -> None:
    params.write_text(params.read_text().replace("seed: 0 ", "seed: 7 "))
    presets.apply("tiny", params)
    text = params.read_text()
    assert "# everything random derives from it" in text
    assert load(params).base.seed == 7
    assert load(params).model.width == 32


def test_png_bert_is_the_paper_s_model(params: Path) -> None:
    presets.apply("png-bert", params)
    model, pretrain = load(params).model, load(params).pretrain
    assert (model.layers, model.width, model.grapheme_unit) == (6, 512, "wordpiece")
    assert (model.pos_emb, model.positions) == ("sinusoidal", ["rel_word", "abs_token"])
    assert not model.word_values
    assert not model.word_types
    assert pretrain.emoji_loss == "none"
    tasks = pretrain.tasks
    assert tasks.mlm + tasks.random + tasks.keep == pytest.approx(0.15)


def test_pngnw_2022_reads_everything_and_leaves_three_words_in_ten(params: Path) -> None:
    presets.apply("pngnw-2022", params)
    model, pretrain = load(params).model, load(params).pretrain
    assert (model.layers, model.width, model.grapheme_unit) == (12, 768, "letter")
    assert model.word_values
    assert model.word_types
    assert set(model.positions) == set(get_args(Position))
    assert sum(pretrain.tasks.model_dump().values()) == pytest.approx(0.7)


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


def test_an_unknown_preset_names_the_known_ones(params: Path) -> None:
    with pytest.raises(
        UserError, match=r"no preset 'huge'; there are alignment-5, base, default, long-sentences"
    ):
        presets.apply("huge", params)


def test_a_preset_that_would_not_fit_changes_nothing(params: Path) -> None:
    broken = params.read_text().replace("width: 128", "width: 100")
    params.write_text(broken.replace("pos_emb: learned", "pos_emb: sinus"))
    before = params.read_text()
    with pytest.raises(UserError, match="preset base"):
        presets.apply("base", params)
    assert params.read_text() == before
