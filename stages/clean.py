"""Raw text to sentences: data/raw -> data/clean."""

from pathlib import Path
from typing import Any

from pngnw.clean.stage import clean
from pngnw.params import Params
from stages import launch, shards_of, write_metrics


def main(params: Params) -> dict[str, Any]:
    """Clean, split, speak and deduplicate data/raw into data/clean; count in metrics."""
    metrics, work = clean(Path("data/raw"), Path("data/clean"), params.clean, params.run)
    write_metrics(Path("metrics/clean.json"), metrics)
    return shards_of(work)


if __name__ == "__main__":
    launch(main)
