"""Text normalization: written text to its spoken form, in which all is words and few marks.

Guarantees, for any string: no digit is left; only Latin letters, single spaces and the marks
`. , ; : ! ? " ' ( ) -` are left; every code point knows the source span it came from, in order;
what has no reading is listed (`NormalizedText.dropped`); to normalize a second time changes
nothing, unless eight abbreviations or more stand without a space between; it never raises. It
trades away correctness on ambiguous cases ("1984 geese", "St." and "Dr.") for tables that can be
read and extended.
"""

from typing import TYPE_CHECKING, Any

from pngnw.normalize.normalized_text import NormalizedText
from pngnw.normalize.rule import DEFAULTS, NormalizeOptions

if TYPE_CHECKING:
    from pngnw.normalize.normalizer import normalize_all as normalize_all

__all__ = ["NormalizeOptions", "NormalizedText", "normalize", "normalize_all"]


def normalize(text: str, options: NormalizeOptions = DEFAULTS) -> NormalizedText:
    """The spoken form of `text`, with the source span of every code point of it."""
    from pngnw.normalize.normalizer import normalize_all  # `import pngnw` must not wait for rules

    return normalize_all([text], options)[0]


def __getattr__(name: str) -> Any:
    if name == "normalize_all":
        from pngnw.normalize.normalizer import normalize_all

        return normalize_all
    raise AttributeError(f"module 'pngnw.normalize' has no attribute {name!r}")
