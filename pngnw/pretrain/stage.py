"""The pretrain stage: data/align and data/teach to models/encoder.

Guarantees: killed at any moment and started again, it goes on from its last checkpoint and ends
with the same weights and figures. Checkpoints lie outside the stage's outputs, which DVC deletes.
"""

from pathlib import Path

import numpy as np

from pngnw.align import LEXICON, WORDPIECES
from pngnw.align.wordpieces import Wordpieces
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.model.sentences import Sentences
from pngnw.params import Params
from pngnw.pretrain import data
from pngnw.pretrain.checkpoint import State, Store
from pngnw.pretrain.controls import Controls
from pngnw.pretrain.cost import cost
from pngnw.pretrain.data import Split
from pngnw.pretrain.evaluate import held_out_figures
from pngnw.pretrain.loader import dimensions
from pngnw.pretrain.loop import train
from pngnw.pretrain.loss import OF_WORDS, weights
from pngnw.pretrain.publish import draw_curves, live_curves, publish
from pngnw.pretrain.ranks import joined, resolve_precision
from pngnw.pretrain.word_lists import with_word_lists

CODE = ("pngnw.align", "pngnw.model", "pngnw.pretrain")


def run(params: Params, root: Path) -> StageResult | None:
    """Train the encoder on masked words and the teacher's emoji; goes on where it was killed.

    On several devices: `torchrun --nproc-per-node 2 -m stages.pretrain`. Only the first process
    has a result.

    Raises:
        UserError: the data are missing, damaged or too long for the parameters, or a split has no
            sentence.
    """
    align, teach, plots = root / "data/align", root / "data/teach", root / "plots/pretrain"
    with joined() as ranks:
        factors = weights(params.pretrain)
        wanted = [name for name in OF_WORDS if factors[name] > 0]
        if params.pretrain.emoji_loss == "mse_features":
            wanted.append("features")
        splits, counts = data.load(align, teach, params.model, wanted)
        if empty := [name for name, split in splits.items() if not len(split)]:
            raise UserError(
                f"{align}: no sentence in split {', '.join(empty)}; set clean.split_by: sentence "
                "and raise clean.valid and clean.test, or add text"
            )
        train_split = splits.pop("train")  # lists of words are added to a copy
        sentences = np.arange(len(train_split))
        if params.pretrain.word_lists:
            train_split = with_word_lists(
                train_split,
                [splits["valid"], splits["test"]],
                Sentences.from_table(shards.read(align / LEXICON)),
                params.pretrain.word_lists,
                params.model,
                params.base.seed,
            )
            counts["word_lists"] = len(train_split) - len(sentences)
        valid = sample(splits["valid"], params.pretrain.valid_sentences, params.base.seed)
        test = sample(splits["test"], params.pretrain.test_sentences, params.base.seed)

        store = Store(shards.cache_root() / "pretrain" / _fingerprint(align, teach, params))
        vocab_size = Wordpieces.load(align / WORDPIECES).size
        state = State.start(params, vocab_size, ranks.device, dimensions(train_split))
        saved = store.latest()
        if saved is not None:
            state.restore(saved)
        ranks.wait()  # the first may finish at once and delete what another would still read

        if not ranks.first:
            train(state, train_split, valid, params, store, lambda _: None, ranks)
            return None
        with live_curves(plots, state.history) as log:
            work = train(state, train_split, valid, params, store, log, ranks)
    draw_curves(state.history, plots / "curves.png")
    controls = Controls.of(train_split.select(sentences), params.model.grapheme_unit)
    figures = held_out_figures(state, test, controls, params)
    publish(root / "models/encoder", state, align, params, figures)
    precision = resolve_precision(params.pretrain.precision, ranks.device)
    training_cost = cost(work, state.encoder, state.heads, precision, ranks.count)
    store.clear()
    losses = {entry["split"]: entry["losses"] for entry in state.history}
    return StageResult({"data": counts, "losses": losses, "test": figures}, training_cost)


def sample(split: Split, most: int, seed: int) -> Split:
    """At most `most` random sentences of a split, the same ones for the same seed."""
    rng = np.random.Generator(np.random.Philox(key=seed))
    return split.select(np.sort(rng.permutation(len(split))[:most]))


def _fingerprint(align: Path, teach: Path, params: Params) -> str:
    """Parameters, data and code: what a checkpoint must share with the run that resumes it."""
    files = [*shards.paths(align), align / WORDPIECES, align / LEXICON, *shards.paths(teach)]
    return shards.fingerprint(
        params.base,
        params.model,
        params.pretrain,
        [shards.file_digest(file) for file in files],
        shards.code_digest(*CODE),
    )
