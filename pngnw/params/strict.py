"""The part of YAML 1.2 that params.yaml needs, read in bounded time, whatever the file holds.

Guarantees: a value is a mapping, a list, a text, a finite number, a truth value or null; nothing
else is made. A file that is large, deeply nested, or uses anchors, aliases or tags, which bombs are
made of, is refused; so is a key that stands twice. Read in at most about a second.
"""

import math
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pngnw.core.errors import UserError, one_line_error

LARGEST: Final = 1 << 17  # bytes; the parser reads 300,000 in a second, and ours has 9,000
DEEPEST: Final = 20  # levels; ours has 4
_MADE: Final = (str, bool, int, float, type(None))


class _Composer(Composer):
    """Refuses what can make more of a file than stands in it."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        if getattr(event, "anchor", None) is not None:
            raise MarkedYAMLError(None, None, "no anchors and aliases here", event.start_mark)
        if getattr(event, "ctag", None) is not None:
            raise MarkedYAMLError(None, None, "no tags here", event.start_mark)
        return super().compose_node(parent, index)


def read(path: Path, remedy: str) -> Any:
    """The content of a file.

    Raises:
        UserError: it is no such YAML, or missing, for which `remedy` says what to do.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise one_line_error(path, f"larger than {LARGEST // 1024} KiB; no parameters are")
        yaml = YAML(typ="safe", pure=True)
        yaml.Composer = _Composer
        yaml.max_depth = DEEPEST
        found = yaml.load(data.decode("utf-8"))
        _check(found)
    except FileNotFoundError:
        raise UserError(f"{path}: not found; {remedy}") from None
    except OSError as error:
        raise one_line_error(path, f"cannot be read ({error.strerror})") from None
    # Besides its own errors the parser lets those of int(), float() and date() through.
    except (YAMLError, ValueError, OverflowError, RecursionError, TypeError) as error:
        raise one_line_error(path, f"not valid YAML: {error}") from None
    return found


def _check(found: Any) -> None:
    """Raise ValueError for a value that is of no kind that parameters have."""
    if isinstance(found, dict):
        for key, value in found.items():
            if not isinstance(key, str):
                raise ValueError(f"the key {key!r} is no text")
            _check(value)
    elif isinstance(found, list):
        for value in found:
            _check(value)
    elif not isinstance(found, _MADE):
        raise ValueError(f"{found!r} is a {type(found).__name__}; write it in quotes")
    elif isinstance(found, float) and not math.isfinite(found):
        raise ValueError(f"{found} is no finite number")
