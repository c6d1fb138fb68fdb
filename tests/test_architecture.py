"""The house rules that a machine can check: names, which way imports point, sizes, closures."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pngnw.params import Params, flatten, parse, read_yaml
from pngnw.params.paths import named

ROOT = Path(__file__).parent.parent
STAGES = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
ORDER = [
    "core", "params", "engine", "fetch", "normalize", "clean", "phonemize", "align", "teach",
    "model", "pretrain", "arms", "speech", "evaluate", "text", "spoken", "encoder", "probe",
    "prosody", "voice", "tools", "cli", "__main__", "__init__",
]  # fmt: skip
LONGEST = 350
LIGHT = """
import sys
sys.modules.update(dict.fromkeys({blocked!r}))  # None: importing it fails
{statement}
"""


def part(file: Path) -> str:
    return file.relative_to(ROOT / "pngnw").parts[0].removesuffix(".py")


def imports(file: Path) -> set[str]:
    """Dotted names that a file imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_one_name(stage: str) -> None:
    assert (ROOT / "stages" / f"{stage}.py").is_file()
    assert (ROOT / "tests" / stage).is_dir()
    assert stage in Params.model_fields
    run = import_module(f"pngnw.{stage}.stage").run
    assert list(inspect.signature(run).parameters)[:2] == ["params", "root"]
    node = STAGES[stage].get("do", STAGES[stage])
    (metrics,) = node["metrics"]
    assert next(iter(metrics)).startswith(f"metrics/{stage}")
    assert f"pngnw/{stage}" in node["deps"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_depends_on_every_package_that_it_loads(stage: str) -> None:
    """Otherwise an edit would not rerun it. `params` is nobody's: its values are tracked."""
    node = STAGES[stage].get("do", STAGES[stage])
    lazy = ROOT / "pngnw/__init__.py"  # names what it loads when it is asked for
    todo, seen = [ROOT / "pngnw" / stage / "stage.py"], {lazy}
    while todo:
        file = todo.pop()
        seen.add(file)
        for name in imports(file):
            base = ROOT.joinpath(*name.split("."))
            for path in (base.with_suffix(".py"), base.parent.with_suffix(".py"),
                         base / "__init__.py", base.parent / "__init__.py"):  # fmt: skip
                if path.is_file() and path.is_relative_to(ROOT / "pngnw") and path not in seen:
                    todo.append(path)
    loaded = {file.relative_to(ROOT).as_posix() for file in seen}
    loaded = {file for file in loaded if file.split("/")[1] not in ("params", "__init__.py")}
    deps = [dep for dep in node["deps"] if dep.startswith("pngnw")]
    assert {f for f in loaded if not any(f == d or f.startswith(f"{d}/") for d in deps)} == set()


# The stages that read a path, by its key; `watch` is a folder in which it has to lie.
READERS = {
    "fetch.watch": ["fetch"],
    "fetch.sources.0.path": ["fetch"],
    "phonemize.lexicon": ["phonemize", "speech", "pretrain"],
    "align.vocab": ["align"],
    "teach.watch": ["teach"],
    "teach.torchmoji.weights": ["teach"],
    "teach.torchmoji.vocabulary": ["teach"],
    "teach.onnx.model": ["teach"],
    "teach.onnx.vocabulary": ["teach"],
    "speech.folder": ["speech"],
    "probe.sets.mine.path": ["probe"],
    "prosody.watch": ["prosody"],
    "prosody.sets.mine.path": ["prosody"],
}
WATCHED = {
    "fetch.sources": "fetch.watch",
    "teach.torchmoji": "teach.watch",
    "teach.onnx": "teach.watch",
    "prosody.sets": "prosody.watch",
}


def every_path() -> dict[str, str]:
    """Keys of params.yaml that are paths, where every key has a value."""
    raw = read_yaml(ROOT / "params.yaml", "")
    raw["fetch"]["sources"] = [{"kind": "path", "name": "mine", "path": "texts"}]
    raw["teach"]["torchmoji"].update(weights="a.bin", vocabulary="a.json")
    raw["teach"]["onnx"].update(model="a.onnx", vocabulary="a.json")
    raw["probe"]["sets"] = {"mine": {"kind": "emotion", "path": "a.tsv"}}
    raw["prosody"]["sets"] = {"mine": {"kind": "times", "path": "recordings/a.jsonl"}}
    return dict(named(parse(raw)))


def test_every_key_that_names_a_file_is_known_as_a_path() -> None:
    values = flatten(read_yaml(ROOT / "params.yaml", ""))
    files = {
        key for key, value in values.items() if isinstance(value, str) and (ROOT / value).exists()
    }
    assert files <= every_path().keys() == READERS.keys()


@pytest.mark.parametrize(("key", "stages"), READERS.items())
def test_an_edit_of_a_named_file_reruns_what_reads_it(key: str, stages: list[str]) -> None:
    watched = next((w for section, w in WATCHED.items() if key.startswith(f"{section}.")), key)
    for stage in stages:
        node = STAGES[stage].get("do", STAGES[stage])
        template = "${item.path}" if stage == "probe" else f"${{{watched}}}"
        assert template in node["deps"], stage


def test_imports_point_to_the_left() -> None:
    wrong = []
    for file in sorted((ROOT / "pngnw").rglob("*.py")):
        own = part(file)
        assert own in ORDER, f"{file}: {own} has no place in the order"
        for name in imports(file):
            first, _, rest = name.partition(".")
            other = rest.split(".")[0]
            right = first == "stages" or (
                first == "pngnw"
                and other in ORDER
                and own != "__init__"
                and ORDER.index(other) > ORDER.index(own)
            )
            if right:
                wrong.append(f"{file.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_files_are_short() -> None:
    files = [*(ROOT / "pngnw").rglob("*.py"), *(ROOT / "stages").rglob("*.py")]
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    assert {file: lines for file, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize(
    ("statement", "blocked"),
    [
        ("from pngnw import Encoder", ["sklearn", "dvc", "matplotlib"]),
        ("from pngnw import Phonemizer", ["torch", "sklearn", "dvc", "matplotlib", "g2p_en"]),
    ],
)
def test_an_import_needs_no_other_extra(statement: str, blocked: list[str]) -> None:
    script = LIGHT.format(statement=statement, blocked=blocked)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
