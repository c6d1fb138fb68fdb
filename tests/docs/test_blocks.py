"""Every block of code in README and docs does what it says, in a copy of the repository.

Pages are run from top to bottom at the `tiny` preset, each in a copy of its own, with the outputs
of a finished run. What cannot be run is in tests/docs/unrun.py with its reason.
"""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pngnw.params import parse, read_yaml
from tests.docs.blocks import ROOT, Code, blocks, every_block, files
from tests.docs.unrun import INSTEAD, NOT_RUN
from tests.pipeline.conftest import run

RUN = ("bash", "python")
PAGES = [path for path in files() if any(code.language in RUN for code in blocks(path))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_blocks_of_a_page_run(page: Path, repository: Path) -> None:
    for code in blocks(page):
        if code.language in RUN and (script := _script(code)):
            interpreter = ["bash", "-euo", "pipefail", "-c"]
            if code.language == "python":
                interpreter = ["python", "-c"]
            done = run(repository, *interpreter, script)
            assert done.returncode == 0, f"{code.place}\n{script}\n{done.stdout}\n{done.stderr}"


def _script(code: Code) -> str:
    if code.language == "python":
        return "" if _place(code) in NOT_RUN else code.text
    commands = []
    for command in code.commands():
        place = (code.file, command)
        if place in INSTEAD:
            commands.append(INSTEAD[place][0])
        elif place not in NOT_RUN:
            commands.append(command)
    return "\n".join(commands)


def _place(code: Code) -> tuple[str, str]:
    return code.file, code.text.strip().splitlines()[0]


def test_no_exception_is_left_over() -> None:
    places = {_place(code) for code in every_block("python")}
    places |= {(code.file, command) for code in every_block("bash") for command in code.commands()}
    assert {*NOT_RUN, *INSTEAD} - places == set()
    assert set(NOT_RUN) & set(INSTEAD) == set()


def test_every_block_says_what_it_is() -> None:
    codes = [code for path in files() for code in blocks(path)]
    assert [code.place for code in codes if code.language not in (*RUN, "yaml", "text")] == []


@pytest.mark.parametrize("code", every_block("yaml"), ids=lambda code: code.place)
def test_yaml_can_be_put_into_params(code: Code) -> None:
    params = read_yaml(ROOT / "params.yaml", "")
    changed = YAML(typ="safe", pure=True).load(code.text)
    assert isinstance(changed, dict), code.place
    _merge(params, changed)
    parse(params, code.place)


def _merge(into: Any, changed: Any) -> None:
    for key, value in changed.items():
        if isinstance(value, dict) and key in into:  # probe.sets has keys of one's own choice
            _merge(into[key], value)
        elif value is not None:
            into[key] = value
