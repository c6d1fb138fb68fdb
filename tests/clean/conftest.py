"""Parameters and a one-call run of the stage over texts given as bytes."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pngnw.clean.stage import run
from pngnw.core import shards
from pngnw.params import Clean, Run, load

PARAMS = load(Path(__file__).parents[2] / "params.yaml")
CLEAN = PARAMS.clean.model_copy(update={"shards": 3, "min_words": 2, "valid": 0.2, "test": 0.2})
Cleaned = tuple[dict[str, Any], list[dict[str, Any]]]


@pytest.fixture
def clean_texts(own_cache: Path, tmp_path: Path) -> Callable[..., Cleaned]:
    """Clean {name: bytes} in the folder `root`; gives the metrics and the rows of all shards."""

    def cleaned(
        texts: Mapping[str, bytes], *, root: str = "", workers: int = 1, clean: Clean = CLEAN
    ) -> Cleaned:
        for name, data in texts.items():
            path = tmp_path / root / "data/raw/mine" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        params = PARAMS.model_copy(update={"clean": clean, "run": Run(workers=workers)})
        result = run(params, tmp_path / root)
        tables = [shards.read(path) for path in shards.paths(tmp_path / root / "data/clean")]
        rows = pa.concat_tables(tables, promote_options="default").to_pylist()
        return dict(result.metrics), rows

    return cleaned
