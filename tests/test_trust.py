"""What the code may not do, whatever it reads: run it. And where a stage may write."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pngnw.core.errors import UserError
from pngnw.params import Params, parse, read_yaml
from tests.trust import connects, dotted, refusals

ROOT = Path(__file__).parent.parent
FILES = sorted(
    path for folder in ("pngnw", "stages", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
# The places that may open a connection: pinned downloads, the model hub, the Ray cluster that
# run.ray_address names.
ONLINE = {"pngnw/core/download.py", "pngnw/encoder.py", "pngnw/engine/cluster.py"}
# Strings of params.yaml that may hold anything. All but the last three are read from, never written
# to; a new one is looked at before it is added here.
FREE = {
    "fetch.sources.column", "fetch.sources.exclude", "fetch.sources.files", "fetch.sources.path",
    "fetch.watch", "phonemize.lexicon", "align.vocab", "speech.folder",
    "teach.torchmoji.weights", "teach.torchmoji.vocabulary",
    "teach.onnx.model", "teach.onnx.vocabulary",
    "fetch.sources.licence",  # told, no more
    "run.ray_address",  # a network address
    "fetch.sources.package", "fetch.sources.version",  # pip's: see the test below
}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_that_is_read_is_run(path: Path) -> None:
    assert refusals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "import pickle\npickle.load(f)",
        "import pickle as p\np.loads(b)",
        "from pickle import loads\nloads(b)",
        "from pickle import Unpickler\nUnpickler(f).load()",
        "import torch\ntorch.load(p)",
        "import torch\ntorch.load(p, weights_only=False)",
        "import numpy as np\nnp.load(p)",
        "import yaml\nyaml.load(t)",
        "import subprocess\nsubprocess.run(c, shell=True)",
        "import os\nos.system(c)",
        "from ruamel.yaml import YAML\nYAML(typ='unsafe')",
        "AutoModel.from_pretrained(n, trust_remote_code=True)",
    ],
)
def test_the_check_sees(source: str) -> None:
    assert refusals(source)


@pytest.mark.parametrize(
    "source",
    [
        "model.eval()",
        "import pickle\npickle.dumps(work)",
        "import torch\ntorch.load(p, weights_only=True)",
        "import re\nre.compile('a')",
        "import json\njson.load(f)",
    ],
)
def test_the_check_lets_pass(source: str) -> None:
    assert refusals(source) == []


def test_one_file_unpickles_and_builds_no_class_but_set() -> None:
    """Subclasses of `pickle.Unpickler` are looked for, because the calls above do not show them."""
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any("Unpickler" in dotted(b) for b in node.bases):
                methods = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
                assert "find_class" in methods
                found.append(path.relative_to(ROOT).as_posix())
    assert found == ["pngnw/tools/homographs/tagger.py"]


def test_three_modules_may_use_the_network() -> None:
    online = set()
    for path in FILES:
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("benchmarks/") and connects(path.read_text(encoding="utf-8")):
            online.add(name)
    assert online == ONLINE


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import socket\nsocket.gethostname()", False),
        ("import socket\nsocket.create_connection(a)", True),
        ("from socket import create_connection", True),
        ("import urllib.request", True),
        ("from urllib import request", True),
        ("from urllib.parse import urlsplit", False),
        ("import requests as r", True),
    ],
)
def test_what_counts_as_the_network(source: str, expected: bool) -> None:
    assert connects(source) is expected


def _strings(schema: dict[str, Any], node: dict[str, Any], path: str) -> Iterator[str]:
    """The keys of params.yaml whose value may be any string: no choice, no pattern."""
    if "$ref" in node:
        yield from _strings(schema, schema["$defs"][node["$ref"].rpartition("/")[2]], path)
    for kind in ("anyOf", "oneOf", "allOf"):
        for inner in node.get(kind, []):
            yield from _strings(schema, inner, path)
    if "items" in node:
        yield from _strings(schema, node["items"], path)
    for key, inner in node.get("properties", {}).items():
        yield from _strings(schema, inner, f"{path}.{key}".removeprefix("."))
    if node.get("type") == "string" and not {"enum", "const", "pattern"} & set(node):
        yield path


def test_no_free_string_of_the_parameters_says_where_to_write() -> None:
    schema = Params.model_json_schema()
    assert set(_strings(schema, schema, "")) <= FREE


@pytest.mark.parametrize(
    "name", ["../out", "/tmp/out", "..", ".", "a/b", "a\\b", "~", "", "-rf", "a\n"]
)
def test_a_source_cannot_name_a_folder_elsewhere(name: str) -> None:
    raw = _parameters()
    raw["fetch"]["sources"][0]["name"] = name
    with pytest.raises(UserError, match="name"):
        parse(raw)


@pytest.mark.parametrize("last", ["..%2f..%2fx.txt", "%2e%2e", "x%00.txt", "", "..", "%5cx.txt"])
def test_a_url_cannot_name_a_file_elsewhere(last: str) -> None:
    raw = _parameters()
    url = f"https://example.org/{last}"
    raw["fetch"]["sources"] = [{"kind": "url", "name": "a", "url": url, "sha256": "0" * 64}]
    with pytest.raises(UserError, match="url"):
        parse(raw)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("package", "x @ file:///tmp/x#egg"),  # pip runs that folder's setup.py
        ("package", "git+https://example.org/x"),
        ("package", "-r/tmp/x"),
        ("package", "--index-url=https://example.org"),
        ("version", "1 @ https://example.org/x.zip"),
        ("version", "../1"),
    ],
)
def test_pip_is_asked_for_names_and_versions_only(key: str, value: str) -> None:
    raw = _parameters()
    raw["fetch"]["sources"][0][key] = value
    with pytest.raises(UserError, match=key):
        parse(raw)


def _parameters() -> Any:
    return read_yaml(ROOT / "params.yaml", "")
