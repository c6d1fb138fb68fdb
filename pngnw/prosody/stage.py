"""The prosody stage: what a small predictor makes of every text encoder, beside tables.

Guarantees: every arm gets the same grid of learning-rate multipliers; they are chosen on the tuning
seeds and the tuning part, figures come from other seeds and held-out documents; a seed means the
same predictor and the same batches for every arm. A set that is not data/speech is optional. Runs
are made as `pngnw.arms.runs` says, one thread each.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from pngnw.arms import cost, encoders, key
from pngnw.arms.runs import complete, encoder_rates
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.model.io import load
from pngnw.params import Arm, Params, Prosody, Run
from pngnw.params.paths import named, refuse_unwatched
from pngnw.prosody import sets
from pngnw.prosody.dataset import ProsodySet, of_speech
from pngnw.prosody.report import report
from pngnw.prosody.train import Outcome, Spec, train
from pngnw.speech.utterance import HELDOUT

SPEECH = "speech"
MEASURED = 40  # sentences that the cost is measured on
# The modules that a run executes besides those of its arm; a set counts by its bytes.
CODE: Final = ("pngnw.prosody.dataset", "pngnw.prosody.predictor", "pngnw.prosody.train")
# Settings that decide which runs there are, but not how one of them goes.
PLAN: Final = {"arms", "seeds", "tuning_seeds", "encoder_rates", "watch", "sets"}


def run(params: Params, root: Path) -> StageResult:
    """Train and score all arms on every set: data/speech, models/encoder -> plots/prosody.

    Finished runs are kept in .cache/prosody.

    Raises:
        UserError: the encoder lacks the layer, a set lies outside prosody.watch, or a set, speech
            or encoder cannot be read.
    """
    settings, encoder = params.prosody, root / "models/encoder"
    _check(settings, encoder)
    metrics: dict[str, Any] = {"summary": []}
    seconds: dict[str, Any] = {}
    from pngnw.prosody.plots import draw  # matplotlib is slow to load

    (root / "plots/prosody").mkdir(parents=True, exist_ok=True)
    for name in (SPEECH, *settings.sets):
        read, counts = _read(name, params, root)
        data = None if read is None else read.first(settings.utterances).measurable()
        if data is None or not data.targets:
            metrics["summary"].append(f"{name}: no times are known, so nothing is measured.")
            continue
        path = store() / f"set-{name}.npz"
        data.save(path)
        run_all = partial(_run_all, settings=settings, data=path, encoder=encoder, run=params.run)
        best = _best_rates(settings, run_all)
        plan = [
            Spec(arm=arm, multiplier=rate, seed=seed)
            for seed in settings.seeds
            for arm, rate in best.items()
        ]
        outcomes: dict[str, list[Outcome]] = defaultdict(list)
        for spec, outcome in zip(plan, run_all(plan), strict=True):
            outcomes[spec.arm].append(outcome)
        figures = report(name, data, outcomes, params.base.seed)
        metrics["summary"] += figures.pop("summary")
        some = data.sentences.select(data.rows(HELDOUT)[: MEASURED + 1])
        operations: dict[str, float] = {}
        seconds[name] = {}
        for arm in settings.arms:
            text = encoders.build(arm, encoder, settings.layer, settings.width, seed=0).eval()
            seconds[name][arm] = {
                "seconds_per_run": float(np.median([each.seconds for each in outcomes[arm]])),
                "encoder_ms": cost.milliseconds(text, some, MEASURED),
            }
            operations[arm] = cost.mflop(text, some, MEASURED)
        metrics[name] = {
            "counts": counts, "encoder_rates": best, "encoder_mflop": operations, **figures
        }  # fmt: skip
        draw(data, outcomes, root / "plots/prosody" / name)
    return StageResult(metrics, seconds)


def _check(settings: Prosody, encoder: Path) -> None:
    for setting, path in named(settings.sets, "prosody.sets"):
        refuse_unwatched(setting, path, "prosody.watch", settings.watch)
    layers = load(encoder)[2].model.layers
    if settings.layer is not None and settings.layer > layers:
        raise UserError(f"prosody.layer = {settings.layer}: the encoder has {layers} layers")


def _read(name: str, params: Params, root: Path) -> tuple[ProsodySet | None, dict[str, int]]:
    """A set, and what was counted as it was read."""
    if name == SPEECH:
        return of_speech(root / "data/speech"), {}
    rng = np.random.default_rng([params.base.seed, *name.encode()])
    return sets.read(params.prosody.sets[name], root / "models/encoder", rng)


def _best_rates(
    settings: Prosody, run_all: Callable[[Sequence[Spec]], list[Outcome]]
) -> dict[Arm, float]:
    """Of every arm the multiplier with the lowest mean loss on the tuning part."""
    rates = encoder_rates(settings)
    grid = [
        Spec(arm=arm, multiplier=rate, seed=seed)
        for seed in settings.tuning_seeds
        for arm, choice in rates.items()
        for rate in choice
        if len(choice) > 1
    ]
    losses: dict[tuple[Arm, float], list[float]] = defaultdict(list)
    for spec, outcome in zip(grid, run_all(grid), strict=True):
        losses[spec.arm, spec.multiplier].append(outcome.tuning_loss)
    mean = {each: float(np.mean(values)) for each, values in losses.items()}
    return {
        arm: min((mean.get((arm, rate), 0.0), rate) for rate in choice)[1]
        for arm, choice in rates.items()
    }


def store() -> Path:
    """The folder of finished runs and of the sets that they read."""
    return shards.cache_root().absolute() / "prosody"


def _run_all(
    specs: Sequence[Spec], settings: Prosody, data: Path, encoder: Path, run: Run
) -> list[Outcome]:
    """The outcome of `train` for every spec, in the order given; `data` is a saved set.

    A finished run is kept under a fingerprint of all it depends on.
    """
    digest = shards.file_digest(data)
    paths = [store() / f"{fingerprint(spec, settings, digest, encoder)}.npz" for spec in specs]
    work = partial(_runner, settings, data, encoder.absolute())
    names = [f"{spec.arm}, seed {spec.seed}" for spec in specs]
    complete("prosody", work, [*zip(names, specs, paths, strict=True)], run)
    return [Outcome.load(path) for path in paths]


def fingerprint(spec: Spec, settings: Prosody, data: str, encoder: Path) -> str:
    """Of all that a run depends on; `data` is the set's digest."""
    return shards.fingerprint(
        spec,
        settings.model_dump(exclude=PLAN),
        data,
        key.digest(key.files(spec.arm, encoder)),
        shards.code_digest(*CODE, *key.code(spec.arm)),
        version("torch"),
    )


def _runner(settings: Prosody, data: Path, encoder: Path) -> Callable[[tuple[Spec, Path]], None]:
    """What makes the runs of one process, on one thread."""
    torch.set_num_threads(1)
    known = ProsodySet.load(data)

    def one(item: tuple[Spec, Path]) -> None:
        spec, path = item
        train(spec, settings, known, encoder).save(path)

    return one
