"""Which files are read, and how: known by the end of a file's name alone."""

import re
from typing import Literal

Kind = Literal["text", "lines", "parquet", "wiki"]

READ = ".txt, .txt.gz, .jsonl, .jsonl.gz, .jsonl.zst, .parquet or .xml.bz2 (a MediaWiki dump)"
_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "text": re.compile(r"\.txt(\.gz)?$", re.IGNORECASE),
    "lines": re.compile(r"\.jsonl(\.gz|\.zst)?$", re.IGNORECASE),
    "parquet": re.compile(r"\.parquet$", re.IGNORECASE),
    # Wikimedia numbers the pieces of a dump after .xml: "...articles1.xml-p1p41242.bz2".
    "wiki": re.compile(r"\.xml(-[\w.-]*)?\.bz2$", re.IGNORECASE),
}


def kind_of(name: str) -> Kind | None:
    """How a file is read, or None for one that is not."""
    return next((kind for kind, end in _PATTERNS.items() if end.search(name)), None)
