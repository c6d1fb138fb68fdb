import shutil
from pathlib import Path

import pytest

from pngnw import presets
from pngnw.errors import UserError
from pngnw.params import load

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


def test_an_unknown_preset_names_the_known_ones(params: Path) -> None:
    with pytest.raises(UserError, match=r"no preset 'huge'; there are base, default"):
        presets.apply("huge", params)


def test_a_preset_that_would_not_fit_changes_nothing(params: Path) -> None:
    broken = params.read_text().replace("width: 128", "width: 100")
    params.write_text(broken.replace("pos_emb: learned", "pos_emb: sinus"))
    before = params.read_text()
    with pytest.raises(UserError, match="preset base"):
        presets.apply("base", params)
    assert params.read_text() == before
