"""What README and docs tell a reader to type exists: commands, options, keys, files.

Looked at: every command of a bash block and every code span. A word in capitals (`NAME`, `FILE`)
or in brackets stands for something that the reader chooses.
"""

import importlib.util
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from ruamel.yaml import YAML

from pngnw.core.errors import UserError
from pngnw.params import Params, parse, read_yaml
from pngnw.tools import presets
from tests.docs.blocks import ROOT, Code, every_block, every_span
from tests.docs.test_help import subcommands

EXTRAS = set(
    tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
)
SECTIONS = "|".join(Params.model_fields)
KEY = re.compile(rf"(?P<key>(?:{SECTIONS})(?:\.[a-z_0-9]+)+)(?:: |=| = |$)(?P<value>\S*)")
FILE = re.compile(r"(?:pngnw|stages|tests|docs|presets|ablations|benchmarks|\.ci)/[\w./-]+")
FILES = ("json", "py", "md", "png", "yaml", "safetensors")


def every_piece() -> list[Code]:
    """Commands of bash blocks, one each, and code spans."""
    commands = [
        Code(code.file, code.line, "bash", command)
        for code in every_block("bash")
        for command in code.commands()
    ]
    return commands + every_span()


def calls(program: str) -> Iterator[tuple[str, list[str]]]:
    """Place and words of every simple command of a program; none where quotes do not end."""
    for code in every_piece():
        lexer = shlex.shlex(code.text, posix=True, punctuation_chars="&;|")
        lexer.whitespace_split = True
        try:
            tokens = [*lexer]
        except ValueError:
            continue
        for operator, part in groupby(tokens, lambda token: set(token) <= {*"&;|"}):
            words = [word.strip("[]") for word in part if word not in ("...", "<", ">")]
            while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
                words = words[1:]  # PEER_X=... in front of a command
            if words and not operator and re.fullmatch(program, words[0]):
                yield code.place, words


def _fail_if(wrong: list[str]) -> None:
    assert wrong == [], "\n".join(wrong)


def test_python_modules_and_their_options() -> None:
    wrong = []
    for place, words in calls("python3?|torchrun"):
        if "-m" not in words[:-1]:
            continue
        module, *rest = words[words.index("-m") + 1 :]
        if not module.islower() or "<" in module:
            continue
        command = f"{place}: python -m {module}"
        if importlib.util.find_spec(module) is None:
            wrong.append(command)
        elif module == "pngnw":
            wrong += [f"{command} {word}" for word in _unknown_to_us(rest)]
        elif module.partition(".")[0] in ("benchmarks", "stages", "tests", "pngnw"):
            source = _source(module)
            options = [word.partition("=")[0] for word in rest if word.startswith("--")]
            wrong += [f"{command} {each}" for each in options if f'"{each}"' not in source]
    _fail_if(wrong)


def _unknown_to_us(words: list[str]) -> list[str]:
    """The words after `python -m pngnw` that it would not take."""
    command, *rest = words or [""]
    ours = subcommands()
    if command in ("", "--help") or command.isupper():
        return []
    if command not in ours:
        return [command]
    known = {*ours[command]._option_string_actions}
    if command == "preset":
        known |= {*presets.names()}
        return [word for word in rest if word not in known and not word.isupper()]
    return [word for word in rest if word.startswith("--") and word not in known]


def _source(module: str) -> str:
    path = ROOT.joinpath(*module.split("."))
    script = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
    return script.read_text("utf-8") + '"--help"'


def test_keys_of_params() -> None:
    wrong = []
    measured = json.loads((ROOT / "benchmarks/results.json").read_text())
    for code in every_span():
        match = KEY.fullmatch(code.text)
        if match is None or match["key"].rpartition(".")[2] in FILES:
            continue
        if match["key"] in measured:  # names of results look alike: `pretrain.loader`
            continue
        if problem := _refused(match["key"], match["value"]):
            wrong.append(f"{code.place}: {problem}")
    _fail_if(wrong)


def _refused(key: str, value: str) -> str | None:
    """Why params.yaml would not take it; what another key has against it is no fault of it."""
    document = read_yaml(ROOT / "params.yaml", "")
    *path, last = key.split(".")
    section: Any = document
    for part in path:
        section = section.get(part) if isinstance(section, dict) else None
    if isinstance(section, list):  # fetch.sources: a key of any of them
        section = next((each for each in section if last in each), None)
    if not isinstance(section, dict) or last not in section:
        return f"{key} is no key of params.yaml"
    if not value or "/" in value or value.startswith("http") or value.isupper():
        return None
    section[last] = YAML(typ="safe", pure=True).load(value)
    try:
        parse(document)
    except UserError as error:
        return str(error) if f"{key} = " in str(error) else None
    return None


def test_extras() -> None:
    """The package index has no pngnw: it is installed from the repository, as `.`."""
    _fail_if([
        f"{code.place}: {code.text}"
        for code in every_piece()
        for package, extra in re.findall(r"pip install \S*?([\w.]+)\[([a-z-]+)\]", code.text)
        if package != "." or extra not in EXTRAS
    ])  # fmt: skip


def test_files() -> None:
    _fail_if([
        f"{code.place}: {code.text}"
        for code in every_piece()
        if FILE.fullmatch(code.text) and not (ROOT / code.text).exists()
    ])  # fmt: skip
