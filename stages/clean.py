"""Raw text to sentences: data/raw -> data/clean."""

from pathlib import Path

from pngnw.corpus.clean import clean
from pngnw.params import Params
from stages import launch, write_metrics


def main(params: Params) -> None:
    """Clean, split, speak and deduplicate data/raw into data/clean; count in metrics."""
    metrics = clean(Path("data/raw"), Path("data/clean"), params.clean, params.run)
    write_metrics(Path("metrics/clean.json"), metrics)


if __name__ == "__main__":
    launch(main)
