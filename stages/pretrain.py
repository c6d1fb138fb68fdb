"""Masked pretraining: data/align and data/teach -> models/encoder, plots/pretrain.

On several devices: `torchrun --nproc-per-node 2 -m stages.pretrain`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pngnw.params import Params
from pngnw.pretrain.ranks import joined
from pngnw.pretrain.stage import Folders, pretrain
from stages import launch, write_metrics


def main(params: Params) -> Mapping[str, Any]:
    """Train the encoder on masked words and the teacher's emoji; goes on where it was killed."""
    folders = Folders(
        align=Path("data/align"),
        teach=Path("data/teach"),
        encoder=Path("models/encoder"),
        plots=Path("plots/pretrain"),
    )
    with joined() as ranks:
        results = pretrain(folders, params, ranks)
    if results is None:
        raise SystemExit(0)  # the first process writes what follows, for all
    metrics, cost = results
    write_metrics(Path("metrics/pretrain.json"), metrics)
    return cost


if __name__ == "__main__":
    launch(main)
