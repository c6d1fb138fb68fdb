"""data/raw/manifest.json, the list of fetched sources and files; and which kinds of files are read.

Besides the files themselves it is all that the clean stage knows of a source.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pngnw.core import atomic
from pngnw.core.errors import UserError

NAME = "manifest.json"
DEFAULT_COLUMN = "text"
Kind = Literal["text", "lines", "parquet", "wiki"]
KINDS = ".txt, .txt.gz, .jsonl, .jsonl.gz, .jsonl.zst, .parquet or .xml.bz2 (a MediaWiki dump)"
_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "text": re.compile(r"\.txt(\.gz)?$", re.IGNORECASE),
    "lines": re.compile(r"\.jsonl(\.gz|\.zst)?$", re.IGNORECASE),
    "parquet": re.compile(r"\.parquet$", re.IGNORECASE),
    # Wikimedia numbers the pieces of a dump after .xml: "...articles1.xml-p1p41242.bz2".
    "wiki": re.compile(r"\.xml(-[\w.-]*)?\.bz2$", re.IGNORECASE),
}


def kind_of(name: str) -> Kind | None:
    """How a file of this name is read; None if it is not."""
    return next((kind for kind, end in _PATTERNS.items() if end.search(name)), None)


def write(raw: Path, sources: Sequence[dict[str, Any]]) -> None:
    """Write the manifest of `raw`, one entry per source."""
    text = json.dumps({"sources": sources}, indent=2, ensure_ascii=False)
    atomic.write_text(raw / NAME, text + "\n")


def columns(raw: Path) -> dict[str, str]:
    """Per source the key or column that holds its texts; sources without a choice are left out.

    Texts that were put under `raw` by other means have no manifest: {}.
    """
    path = raw / NAME
    if not path.is_file():
        return {}
    try:
        sources = json.loads(path.read_text(encoding="utf-8"))["sources"]
        return {source["name"]: source["column"] for source in sources if "column" in source}
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path}: no manifest of a fetch; run `dvc repro fetch`") from None
