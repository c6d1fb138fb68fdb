"""data/raw/manifest.json: what was fetched, from where, and which column of it holds the text.

Written by fetch; the one thing besides the files themselves that the clean stage knows of a source.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pngnw.core import atomic
from pngnw.core.errors import UserError

NAME = "manifest.json"
DEFAULT_COLUMN = "text"


def write(raw: Path, sources: Sequence[dict[str, Any]]) -> None:
    """Write the manifest of `raw`, one entry per source."""
    text = json.dumps({"sources": sources}, indent=2, ensure_ascii=False)
    atomic.write_text(raw / NAME, text + "\n")


def columns(raw: Path) -> dict[str, str]:
    """Per source the name of the key or column that holds its texts, where it has a choice.

    Texts that were put under `raw` by other means have no manifest: {}.

    Raises:
        UserError: there is a manifest, but not one of ours.
    """
    path = raw / NAME
    if not path.is_file():
        return {}
    try:
        sources = json.loads(path.read_text(encoding="utf-8"))["sources"]
        return {source["name"]: source["column"] for source in sources if "column" in source}
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path}: no manifest of a fetch; run `dvc repro fetch`") from None
