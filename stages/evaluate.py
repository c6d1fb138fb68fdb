"""How soon attention aligns, arm by arm: data/speech, models/encoder -> plots/evaluate."""

from pathlib import Path

from pngnw.evaluate.stage import evaluate
from pngnw.params import Params
from stages import launch, write_metrics


def main(params: Params) -> None:
    """Train a Tacotron 2 decoder on every text encoder: data/speech, models/encoder -> plots.

    Writes metrics/evaluate.json, plots/evaluate, and seconds and memory per arm to
    metrics/cost/arms.json. Finished runs are kept in .cache/evaluate.
    """
    report, cost = evaluate(
        Path("data/speech"),
        Path("models/encoder"),
        Path("plots/evaluate"),
        params.evaluate,
        params.base.seed,
        params.run,
    )
    write_metrics(Path("metrics/evaluate.json"), report)
    write_metrics(Path("metrics/cost/arms.json"), cost)


if __name__ == "__main__":
    launch(main)
