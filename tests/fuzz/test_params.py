"""params.yaml cannot harm: no bomb, no endless message, no writing outside of the repository."""

import ast
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pngnw.core.errors import UserError
from pngnw.params import Params, load, parse, read_yaml
from pngnw.params.strict import LARGEST

ROOT = Path(__file__).parent.parent.parent
BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)
)
# Everything in params.yaml that is a text of one's own choice, and what becomes of it.
TEXTS = {
    "fetch.watch": "nothing: dvc.yaml names the folder as a dependency",
    "fetch.sources.name": "a plain folder name, made below data/raw",
    "fetch.sources.path": "read from",
    "fetch.sources.column": "compared with names of columns",
    "fetch.sources.url": "read from",
    "fetch.sources.licence": "shown",
    "fetch.sources.package": "given to pip",
    "fetch.sources.version": "given to pip",
    "fetch.sources.sha256": "64 hexadecimal digits, compared",
    "fetch.sources.files": "compared with names in an archive",
    "fetch.sources.exclude": "compared with names in an archive",
    "run.ray_address": "connected to",
    "phonemize.lexicon": "read from",
    "align.vocab": "read from",
    "teach.torchmoji.weights": "read from",
    "teach.torchmoji.vocabulary": "read from",
    "teach.onnx.model": "read from",
    "teach.onnx.vocabulary": "read from",
    "speech.folder": "read from",
    "probe.sets": "a name of small letters, digits, - and _: of a folder below plots/probe, a file",
    "probe.sets.path": "read from",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "no anchors and aliases"),
        ("&a [*a]", "no anchors and aliases"),
        ("a: &b c", "no anchors and aliases"),
        ("<<: *a", "no anchors and aliases"),
        ("!!python/object/apply:os.system ['true']", "no tags"),
        ("a: !!float 3!", "no tags"),
        ("!!set {a, b}", "no tags"),
        ("[" * 100_000, "maximum depth"),
        ("{a: " * 30_000, "maximum depth"),
        ("? " * 3000 + "x", "maximum depth"),
        ("- " * 30_000, "maximum depth"),
        ("\n".join(" " * i + "a:" for i in range(400)), "maximum depth"),
        ("a: 1\na: 2", 'duplicate key "a"'),
        ("a: " + "x" * LARGEST, "larger than 128 KiB"),
        ("a: " + "9" * 5000, "not valid YAML"),
        ("a: 2001-99-99", "not valid YAML"),
        ("a: 2001-12-14", "is a date; write it in quotes"),
        ("a: .inf", "no finite number"),
        ("a: 1e999", "no finite number"),
        ("1: a", "the key 1 is no text"),
        ("[a]: b", "is no text"),
        ("a: \0", "not valid YAML"),
        ("a\n---\nb", "not valid YAML"),
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_yaml_that_parameters_do_not_need_is_refused_at_once(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    began = time.process_time()
    with pytest.raises(UserError, match=f"params.yaml: .*{said}") as error:
        read_yaml(path, "")
    assert time.process_time() - began < 2.5
    assert str(error.value).isprintable()
    assert len(str(error.value)) <= len(str(path)) + 450


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(b"a: \xff")
    with pytest.raises(UserError, match="not valid YAML: 'utf-8' codec"):
        load(path)
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path)


@pytest.mark.parametrize(
    "raw",
    [
        None, [], "text", 3, {},
        {"base": {"seed": "9" * 100_000}},
        {"base": "x" * 100_000},
        {"k" * 100_000: 1},
        {f"key{number}": 1 for number in range(3000)},
        {"base\u202e\n": 1},
    ],
    ids=lambda raw: repr(raw)[:12],
)  # fmt: skip
def test_what_is_said_of_a_value_is_one_short_line(raw: Any) -> None:
    with pytest.raises(UserError, match=r"params\.yaml: ") as error:
        parse(raw)
    assert str(error.value).isprintable()
    assert len(str(error.value)) <= 500


def test_numbers_of_yaml_1_2_are_read(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("a: 1e-5\nb: 0o17\nc: 010\nd: yes\ne: 12:30:45\nf: 0x1F")
    assert read_yaml(path, "") == {
        "a": 1e-5, "b": 15, "c": 10, "d": "yes", "e": "12:30:45", "f": 31,
    }  # fmt: skip


def test_no_parameter_says_where_to_write() -> None:
    assert set(_texts(Params, "")) == TEXTS.keys(), "say in TEXTS what becomes of it"


def _texts(kind: Any, key: str) -> Iterator[str]:
    """Keys of the parameters that may be any text."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            yield from _texts(field, f"{key}.{name}".lstrip("."))
    elif isinstance(kind, FieldInfo):
        yield from _texts(kind.annotation, key)
    elif kind is str:
        yield key
    else:
        for part in get_args(kind):
            if not isinstance(part, str):  # those of Literal
                yield from _texts(part, key)


def test_stages_write_to_fixed_places() -> None:
    for script in sorted((ROOT / "stages").glob("*.py")):
        if script.name in ("__init__.py", "process.py"):
            continue
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Path":
                (place,) = node.args
                assert isinstance(place, ast.Constant), f"{script}:{node.lineno}"
                first, *rest = Path(str(place.value)).parts
                assert first in ("data", "models", "metrics", "plots"), f"{script}:{node.lineno}"
                assert ".." not in rest


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../up", "a/b", "/tmp", ".hidden", "a\\b", "a b", "a\n", "~", "C:", "é"]
)
def test_a_source_is_called_by_a_plain_folder_name(name: str) -> None:
    raw = read_yaml(ROOT / "params.yaml", "")
    raw["fetch"]["sources"][0]["name"] = name
    with pytest.raises(UserError, match=r"name = .*match pattern"):
        parse(raw)
