"""params.yaml as nobody should write it: valid parameters, or a refusal in one short line."""

import os
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random

from pngnw.core.errors import UserError
from pngnw.params import Params, load
from tests.fuzz import hostile
from tests.fuzz.target import Target, demand

LONGEST_MESSAGE = 500
ROOT = Path(__file__).parent.parent.parent
_VALUES = [
    "1e-5", "1e999", ".inf", "-.nan", "0x10", "0o7", "1_000", "~", "null", "true", "yes", "'",
    '"', "!!python/object:os.system x", "!!binary aGk=", "!!set {a, b}", "!!float 3", "!foo bar",
    "&a b", "*a", "<<: *a", "{a: 1, a: 2}", "[[[[", "{{{{", "- - - -",
    "2001-12-14t21:59:43.10-05:00", "? a", "|", ">", "%YAML 1.1", "---", "...", "\t", "@", "`",
    "\x00", "\x85", "\u2028", "# x", "9" * 400, "-1", "[]", "{}", "[1, 2", "../../etc", "C:\\x",
    "a" * 300, "!!str 3", "12:30:45", "0.1.2", "+.5", "<<: {a: 1}",
]  # fmt: skip


@cache
def _lines() -> tuple[str, ...]:
    return tuple((ROOT / "params.yaml").read_text(encoding="utf-8").split("\n"))


@cache
def _small() -> str:
    """A section or two: parsing the whole file takes long, and says no more about the parser."""
    return "\n".join(line for line in _lines() if line and not line.startswith("#"))[:400]


def make(rng: Random) -> bytes:
    """A bomb, a damaged params.yaml, a few lines of YAML's odd corners, or any text."""
    kind = rng.randrange(12)
    if kind == 0:
        return _bomb(rng).encode()
    if kind == 1:
        return _damaged(rng, "\n".join(_lines())).encode("utf-8", "surrogatepass")
    if kind == 2:
        return hostile.data(rng)[:20_000]
    if kind < 7:
        return _damaged(rng, _small()).encode("utf-8", "surrogatepass")
    pieces = [rng.choice(_VALUES) for _ in range(rng.randint(1, 6))]
    joint = rng.choice(["\n", " ", "\na: ", ": ", "\n- ", ""])
    return joint.join(pieces).encode()


def _bomb(rng: Random) -> str:
    many = rng.choice([10, 100, 2000, 30_000])
    anchors = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
    bombs = [
        "a0: &a0 [x, x]\n" + anchors,
        "[" * many,
        "{a: " * many,
        "- " * many + "x",
        "[" * many + "]" * many,
        "\n".join(" " * i + "a:" for i in range(min(many, 900))),
        "a: " + "x" * (many * 100),
        "base: {seed: " + "9" * many + "}",
        "&a [*a]",
        "? " * min(many, 3000) + "x",
        "a: 'x" + "\n\n" * many,
        "\n".join(f"key{i}: {i}" for i in range(min(many, 3000))),
    ]
    return rng.choice(bombs)


def _damaged(rng: Random, text: str) -> str:
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:at] + text[at + rng.randint(1, 30) :]
        elif kind == 1:
            line = text.find("\n", at)
            text = text[:line] + "\n" + rng.choice(text.split("\n")) + text[line:]
        elif kind == 2:
            colon = text.find(": ", at)
            text = text[: colon + 2] + rng.choice(_VALUES) + text[text.find("\n", colon) :]
        else:
            text = text[:at] + hostile.piece(rng) + text[at:]
    return text


def open_check() -> Callable[[Sequence[bytes]], None]:
    """A file to write to, which goes with the process."""
    place = "/dev/shm" if os.path.isdir("/dev/shm") else None
    folder = tempfile.TemporaryDirectory(dir=place)
    path = Path(folder.name) / "params.yaml"

    def check(inputs: Sequence[bytes], _kept: object = folder) -> None:
        for data in inputs:
            path.write_bytes(data)
            try:
                found = load(path)
            except UserError as error:
                message = str(error)
                demand(str(path) in message, f"the file is not named: {message[:200]!r}")
                demand(message.isprintable(), f"not one line: {message[:200]!r}")
                demand(len(message) <= LONGEST_MESSAGE, f"a message of {len(message)} characters")
            else:
                demand(isinstance(found, Params), "no parameters")

    return check


TARGET = Target("params", make, open_check, batch=20, share=0.02)
