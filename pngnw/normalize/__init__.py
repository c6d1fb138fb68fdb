"""Text normalization: written text to its spoken form, in which all is words and few marks.

Guarantees, for any string: no digit is left; only Latin letters, single spaces and the marks
`. , ; : ! ? " ' ( ) -` are left; every code point knows the source span it came from, in order;
what has no reading is listed (`NormalizedText.dropped`); to normalize a second time changes
nothing, unless eight abbreviations or more stand without a space between; it never raises. It
trades away correctness on ambiguous cases ("1984 geese", "St." and "Dr.") for tables that can be
read and extended.
"""

from pngnw.normalize.normalized_text import NormalizedText
from pngnw.normalize.normalizer import normalize, normalize_all
from pngnw.normalize.rule import NormalizeOptions

__all__ = ["NormalizeOptions", "NormalizedText", "normalize", "normalize_all"]
