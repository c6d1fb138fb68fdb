"""Sentences to emoji distributions: data/clean -> data/teach."""

from pathlib import Path
from typing import Any

from pngnw.params import Params
from pngnw.teach import examples
from pngnw.teach.picture import draw, write_examples
from pngnw.teach.stage import metrics, teach_shards
from stages import launch, shards_of, write_metrics


def main(params: Params) -> dict[str, Any]:
    """Teach every sentence its distribution over 64 emoji, and draw what came out."""
    source, out = Path("data/clean"), Path("data/teach")
    plots = Path("plots/teach")
    work = teach_shards(source, out, params.teach, params.run)
    measured = metrics(work.stats)
    write_metrics(Path("metrics/teach.json"), measured)
    best = examples.find(source, out, params.run)
    write_examples(best, plots / "examples.json", params.teach.backend)
    shares = list(measured["mean"].values())
    draw(shares, best, measured["rows_out"], plots / "emoji.png", params.teach.backend)
    return shards_of(work)


if __name__ == "__main__":
    launch(main)
