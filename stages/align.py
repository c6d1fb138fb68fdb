"""Words to aligned ids: data/phonemize -> data/align."""

from pathlib import Path

from pngnw.params import Params
from pngnw.words.stage import align_shards
from stages import launch, write_metrics


def main(params: Params) -> None:
    """Train or load the wordpieces, align letters, phonemes and pieces of every word."""
    metrics = align_shards(Path("data/phonemize"), Path("data/align"), params.align, params.run)
    write_metrics(Path("metrics/align.json"), metrics)


if __name__ == "__main__":
    launch(main)
