"""Files that a stage may have written: there, not there, or refused by name.

Guarantees: a file that is missing is None; one that is damaged, or of another program, is a
UserError of one line that names it, and the key that is wrong.
"""

import csv
import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ConfigDict

from pngnw.core.errors import UserError, one_line_error
from pngnw.params import Section, validate

REMEDY = "delete it and run `dvc repro`"


class Measured(Section):
    """What a page needs of a file; the file may hold more."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


Kind = TypeVar("Kind", bound=Measured)


def text(path: Path) -> str | None:
    """The content of a text file; None if there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError:
        raise one_line_error(path, f"is no UTF-8 text; {REMEDY}") from None
    except OSError as error:
        raise one_line_error(path, f"cannot be read ({error.strerror})") from None


def parsed(path: Path) -> Any:
    """The content of a JSON file; None if there is none."""
    found = text(path)
    if found is None:
        return None
    try:
        return json.loads(found)
    except (ValueError, RecursionError) as error:
        raise one_line_error(path, f"is not valid JSON ({error}); {REMEDY}") from None


def measured(kind: type[Kind], path: Path) -> Kind | None:
    """A JSON file as what it should hold; None if there is none."""
    raw = parsed(path)
    return None if raw is None else validate(kind, raw, str(path))


def table(path: Path) -> list[dict[str, str]] | None:
    """The rows of a tab-separated file with one header line; None if there is none."""
    found = text(path)
    if found is None:
        return None
    lines = csv.reader(found.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    head, *rows = [*lines] or [[]]
    if not head or any(len(row) != len(head) for row in rows):
        raise UserError(f"{path}: is no table; {REMEDY}")
    return [dict(zip(head, row, strict=True)) for row in rows]


def number(cell: str, path: Path) -> float:
    """A cell of a table as a finite number."""
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise one_line_error(path, f"{cell!r} is no finite number; {REMEDY}")
    return value
