"""The prosody stage: what a small predictor makes of every text encoder, beside tables.

Guarantees: every arm gets the same grid of learning-rate multipliers; they are chosen on the tuning
seeds and the tuning part, figures come from other seeds and held-out documents; a seed means the
same predictor and the same batches for every arm. A set that is not data/speech is optional.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.arms import cost, encoders
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.model.io import load
from pngnw.params import Arm, Params, Prosody, Run
from pngnw.params.paths import named, refuse_unwatched
from pngnw.prosody import sets
from pngnw.prosody.dataset import ProsodySet, of_speech
from pngnw.prosody.report import report
from pngnw.prosody.runs import run_all, store
from pngnw.prosody.train import Outcome, Spec
from pngnw.speech.utterance import HELDOUT

SPEECH = "speech"
MEASURED = 40  # sentences that the cost is measured on


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
        best = _best_rates(settings, path, encoder, params.run)
        outcomes = _reported(settings, best, path, encoder, params.run)
        figures = report(name, data, outcomes, params.base.seed)
        metrics["summary"] += figures.pop("summary")
        operations, milliseconds = _cost(settings, data, encoder)
        metrics[name] = {
            "counts": counts, "encoder_rates": best, "encoder_mflop": operations, **figures
        }  # fmt: skip
        seconds[name] = {
            arm: {
                "seconds_per_run": float(np.median([run.seconds for run in runs])),
                "encoder_ms": milliseconds[arm],
            }
            for arm, runs in outcomes.items()
        }
        draw(data, outcomes, root / "plots/prosody" / name)
    return StageResult(metrics, seconds)


def _read(name: str, params: Params, root: Path) -> tuple[ProsodySet | None, dict[str, int]]:
    """A set, and what was counted as it was read."""
    if name == SPEECH:
        return of_speech(root / "data/speech"), {}
    rng = np.random.default_rng([params.base.seed, *name.encode()])
    return sets.read(params.prosody.sets[name], root / "models/encoder", rng)


def _check(settings: Prosody, encoder: Path) -> None:
    for key, path in named(settings.sets, "prosody.sets"):
        refuse_unwatched(key, path, "prosody.watch", settings.watch)
    layers = load(encoder)[2].model.layers
    if settings.layer is not None and settings.layer > layers:
        raise UserError(f"prosody.layer = {settings.layer}: the encoder has {layers} layers")


def _best_rates(settings: Prosody, data: Path, encoder: Path, run: Run) -> dict[Arm, float]:
    """Of every arm the multiplier with the lowest mean loss on the tuning part."""
    grid = [
        Spec(arm=arm, multiplier=rate, seed=seed)
        for seed in settings.tuning_seeds
        for arm in settings.arms
        for rate in _rates(arm, settings)
        if len(_rates(arm, settings)) > 1
    ]
    losses: dict[tuple[Arm, float], list[float]] = {}
    for spec, outcome in zip(grid, run_all(grid, settings, data, encoder, run), strict=True):
        losses.setdefault((spec.arm, spec.multiplier), []).append(outcome.tuning_loss)
    mean = {key: float(np.mean(values)) for key, values in losses.items()}
    best: dict[Arm, float] = {}
    for arm in settings.arms:
        best[arm] = min((mean.get((arm, rate), 0.0), rate) for rate in _rates(arm, settings))[1]
    return best


def _rates(arm: Arm, settings: Prosody) -> Sequence[float]:
    return [0.0] if arm == "frozen" else settings.encoder_rates


def _reported(
    settings: Prosody, best: Mapping[Arm, float], data: Path, encoder: Path, run: Run
) -> dict[str, list[Outcome]]:
    """By arm the outcome of every seed."""
    plan = [
        Spec(arm=arm, multiplier=best[arm], seed=seed)
        for seed in settings.seeds
        for arm in settings.arms
    ]
    out: dict[str, list[Outcome]] = {arm: [] for arm in settings.arms}
    for spec, outcome in zip(plan, run_all(plan, settings, data, encoder, run), strict=True):
        out[spec.arm].append(outcome)
    return out


def _cost(
    settings: Prosody, data: ProsodySet, encoder: Path
) -> tuple[dict[str, float], dict[str, float]]:
    """Million operations and milliseconds in which each arm reads a held-out sentence."""
    some = data.sentences.select(data.rows(HELDOUT)[: MEASURED + 1])
    operations: dict[str, float] = {}
    milliseconds: dict[str, float] = {}
    for arm in settings.arms:
        text = encoders.build(arm, encoder, settings.layer, settings.width, seed=0).eval()
        milliseconds[arm] = cost.milliseconds(text, some, MEASURED)
        operations[arm] = cost.mflop(text, some, MEASURED)
    return operations, milliseconds
