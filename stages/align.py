"""Words to aligned ids: data/phonemize -> data/align."""

from pathlib import Path
from typing import Any

from pngnw.align.stage import align_shards
from pngnw.params import Params
from stages import launch, shards_of, write_metrics


def main(params: Params) -> dict[str, Any]:
    """Train or load the wordpieces, align letters, phonemes and pieces of every word."""
    metrics, work = align_shards(
        Path("data/phonemize"), Path("data/align"), params.align, params.run
    )
    write_metrics(Path("metrics/align.json"), metrics)
    return shards_of(work)


if __name__ == "__main__":
    launch(main)
