import copy
import math
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pngnw.core.errors import UserError
from pngnw.params import load, lookup, parse, read_yaml

ROOT = Path(__file__).parent.parent


@pytest.fixture
def raw() -> Any:
    return YAML(typ="safe", pure=True).load((ROOT / "params.yaml").read_text())


def _set(raw: Any, key: str, value: object) -> Any:
    changed = copy.deepcopy(raw)
    *path, last = key.split(".")
    section = changed
    for part in path:
        section = section[part]
    section[last] = value
    return changed


def test_the_committed_parameters_are_valid() -> None:
    assert load(ROOT / "params.yaml").base.seed >= 0


def test_a_dotted_key_goes_through_mappings_and_lists() -> None:
    values = {"rmse": {"value": 0.3, "interval": [0.1, 0.5]}}
    assert lookup(values, "rmse.value") == 0.3
    assert lookup(values, "rmse.interval.1") == 0.5
    for absent in ("rmse.interval.2", "rmse.interval.low", "rmse.value.0", "mae"):
        assert lookup(values, absent) is None


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("model.pos_emb", "sinus", r"model\.pos_emb = 'sinus': input should be 'learned', 'sinus"),
        ("pretrain.steps", "abc", r"pretrain\.steps = 'abc': input should be a valid integer"),
        ("pretrain.steps", True, r"pretrain\.steps = True"),
        ("pretrain.steps", 0, r"pretrain\.steps = 0: input should be greater than 0"),
        ("model.widht", 3, r"model\.widht is not a known key"),
        ("model.heads", 7, r"width \d+ must be a multiple of heads 7"),
        ("pretrain.tasks.mlm", 0.99, r"pretrain\.tasks = .*sum to at most 1"),
        ("fetch.sources", [], r"fetch\.sources = \[\]"),
        ("base.seed", None, r"base\.seed = None"),
        ("phonemize.lexicon", None, r"phonemize\.lexicon = None.*lexicon\.dict"),
        ("align.vocab", None, r"align\.vocab = None"),
        ("teach.backend", "torchmoji", r"teach = .*dropbox\.com/.*/pytorch_model\.bin"),
        ("teach.backend", "deepmoji-onnx", r"teach = .*deepmoji_fp32\.onnx"),
        ("teach.features", True, r"teach = .*prototype has no features"),
        (
            "pretrain.emoji_loss",
            "mse_features",
            r"yaml: pretrain\.emoji_loss = .* needs teach\.feat",
        ),
        ("teach.meaning", False, r"yaml: pretrain\.meaning_weight .* needs teach\.meaning: true"),
        ("pretrain.unmarked", 1.5, r"pretrain\.unmarked = 1\.5"),
        ("teach.torchmoji.precision", "fp16", r"precision = 'fp16': input should be 'fp32' or"),
        ("teach.torchmoji.max_tokens", 0, r"max_tokens = 0: input should be greater than 0"),
        ("model.positions", ["subword", "subword"], r"model\.positions = .* named twice"),
        ("pretrain.clip", math.inf, r"pretrain\.clip = inf: input should be a finite number"),
        ("base.seed", "9" * 10_000, r"base\.seed = '9"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line(raw: Any, key: str, value: object, said: str) -> None:
    with pytest.raises(UserError, match=said) as error:
        parse(_set(raw, key, value))
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 500


@pytest.mark.parametrize("raw", [None, [], {"k" * 10_000: 1}, dict.fromkeys(map(str, range(99)))])
def test_what_is_no_parameters_is_one_line(raw: Any) -> None:
    with pytest.raises(UserError, match=r"params\.yaml: ") as error:
        parse(raw)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 500


def test_a_missing_section_is_named(raw: Any) -> None:
    del raw["model"]
    with pytest.raises(UserError, match="model is missing"):
        parse(raw)


def test_numbers_as_dvc_writes_them_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("a: 1e-5\nb: 0o17\nc: 010\nd: yes\ne: 12:30:45")
    assert read_yaml(path, "") == {"a": 1e-5, "b": 15, "c": 10, "d": "yes", "e": "12:30:45"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a: [", "not valid YAML"), (b"\t- x", "not valid YAML"), (b"- just\n- a list", "Params"),
        (b"a: 1\na: 2", 'duplicate key "a"'), (b"a: \xff", "not valid YAML"),
        (b"a: 2001-99-99", "not valid YAML"), (b"!!python/object:os.system x", "not valid YAML"),
    ],
)  # fmt: skip
def test_a_broken_file_is_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(UserError, match=rf"params\.yaml: .*{reason}") as error:
        load(path)
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not found; run this from the root"):
        load(tmp_path / "params.yaml")
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path)
