"""For mkdocstrings: docstrings write shapes as `[words][pieces]`, for Markdown a link."""

import re
from typing import Any

import griffe

_SHAPE = re.compile(r"(?<=\])\[")


class Shapes(griffe.Extension):
    """Escapes the second bracket."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = _SHAPE.sub(r"\\[", obj.docstring.value)
