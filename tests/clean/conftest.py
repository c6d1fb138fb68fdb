"""A clean section and a one-call run of the stage over texts given as bytes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pngnw.clean.stage import clean
from pngnw.core import shards
from pngnw.params import Clean, Run

CLEAN = Clean(
    shards=3,
    min_words=2,
    max_words=80,
    near_duplicate=0.7,
    valid=0.2,
    test=0.2,
    split_by="document",
    split_salt=0,
)
Cleaned = tuple[dict[str, Any], list[dict[str, Any]]]


@pytest.fixture
def clean_texts(own_cache: Path, tmp_path: Path) -> Callable[..., Cleaned]:
    """Clean {name: bytes}; gives the metrics and the rows of all shards."""

    def run(
        texts: Mapping[str, bytes], *, out: str = "clean", workers: int = 1, params: Clean = CLEAN
    ) -> Cleaned:
        raw = tmp_path / f"{out}-raw"
        for name, data in texts.items():
            path = raw / "mine" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        metrics, _ = clean(raw, tmp_path / out, params, Run(workers=workers))
        tables = [shards.read(path) for path in shards.paths(tmp_path / out)]
        return metrics, pa.concat_tables(tables, promote_options="default").to_pylist()

    return run
