"""The pretrain stage: data/align and data/teach to models/encoder.

Guarantees: killed at any moment and started again, it goes on from its last checkpoint and ends
with the same weights and figures. Checkpoints lie outside the stage's outputs, which DVC deletes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.align.wordpieces import Wordpieces
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.model import io
from pngnw.params import Params
from pngnw.pretrain import data
from pngnw.pretrain.checkpoint import Store
from pngnw.pretrain.cost import cost
from pngnw.pretrain.curves import Curves, draw
from pngnw.pretrain.data import Split
from pngnw.pretrain.evaluate import Baselines, held_out_losses, report
from pngnw.pretrain.loader import ALONE
from pngnw.pretrain.loop import train
from pngnw.pretrain.memory import keep_freed
from pngnw.pretrain.publish import publish
from pngnw.pretrain.ranks import Ranks, joined
from pngnw.pretrain.state import State

CODE = ("pngnw.align", "pngnw.model", "pngnw.pretrain")


@dataclass(frozen=True)
class Folders:
    """What the stage reads and writes."""

    align: Path
    teach: Path
    encoder: Path
    plots: Path


def pretrain(
    folders: Folders, params: Params, ranks: Ranks = ALONE
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Train, measure and publish.

    Args:
        folders: where to read and write.
        params: all parameters.
        ranks: the processes that train together; only the first one writes.

    Returns:
        Held-out metrics (the same for equal runs), and what the run cost (never the same); None
        from every process but the first.

    Raises:
        UserError: the data are missing, damaged or too long for the parameters, or a split has no
            sentence.
    """
    keep_freed()
    features = params.pretrain.emoji_loss == "mse_features"
    splits, stats = data.load(folders.align, folders.teach, params.model, features)
    _refuse_empty(splits, folders.align)
    pieces = Wordpieces.load(folders.align / io.WORDPIECES).size
    valid = sample(splits["valid"], params.pretrain.valid_sentences, params.base.seed)
    test = sample(splits["test"], params.pretrain.test_sentences, params.base.seed)

    store = Store(shards.cache_root() / "pretrain" / _fingerprint(folders, params))
    state = State.start(params.model, params.pretrain, pieces, params.base.seed, ranks.device)
    saved = store.latest()
    if saved is not None:
        state.restore(saved)
    ranks.wait()  # the first process may finish at once and delete what another would still read

    def validate(now: State) -> dict[str, float]:
        return held_out_losses(now, valid, params)

    if not ranks.first:
        train(state, splits["train"], params, store, validate, lambda _: None, ranks)
        return None
    with Curves(folders.plots, state.history) as curves:
        work = train(state, splits["train"], params, store, validate, curves.log, ranks)
    draw(state.history, folders.plots / "curves.png")
    baselines = Baselines.of(splits["train"], params.model.grapheme_unit)
    figures = report(state, test, baselines, params)
    publish(folders.encoder, state, folders.align, params, figures)
    paid = cost(work, state.encoder, state.heads, params.pretrain.precision, ranks.count)
    store.clear()
    last = {entry["split"]: entry["losses"] for entry in state.history}
    return {"data": stats, "losses": last, "test": figures}, paid


def _refuse_empty(splits: Mapping[str, Split], folder: Path) -> None:
    empty = [name for name, split in splits.items() if not len(split)]
    if empty:
        raise UserError(
            f"{folder}: no sentence in split {', '.join(empty)}; add documents, raise clean.valid "
            "and clean.test, or change clean.split_salt"
        )


def sample(split: Split, most: int, seed: int) -> Split:
    """At most `most` random sentences of a split, the same ones for the same seed."""
    rng = np.random.Generator(np.random.Philox(key=seed))
    return split.select(np.sort(rng.permutation(len(split))[:most]))


def _fingerprint(folders: Folders, params: Params) -> str:
    """Parameters, data and code: what a checkpoint must share with the run that resumes it."""
    files = [
        *shards.paths(folders.align),
        folders.align / io.WORDPIECES,
        *shards.paths(folders.teach),
    ]
    return shards.fingerprint(
        params.base,
        params.model,
        params.pretrain,
        [shards.file_digest(file) for file in files],
        shards.code_digest(*CODE),
    )


def run(params: Params, root: Path) -> StageResult | None:
    """Train the encoder on masked words and the teacher's emoji; goes on where it was killed.

    On several devices: `torchrun --nproc-per-node 2 -m stages.pretrain`. Only the first process
    has a result.
    """
    folders = Folders(
        align=root / "data/align",
        teach=root / "data/teach",
        encoder=root / "models/encoder",
        plots=root / "plots/pretrain",
    )
    with joined() as ranks:
        results = pretrain(folders, params, ranks)
    return None if results is None else StageResult(*results)
