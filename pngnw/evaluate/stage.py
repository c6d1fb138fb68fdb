"""The evaluate stage: every text encoder at its own best rate, measured against gold times.

Guarantees: every arm gets the same grid of learning-rate multipliers; they are chosen on the tuning
seeds and the tuning part of the speech set, figures come from other seeds and the held-out part; a
seed means the same decoder weights, batches and order for every arm.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.arms.runs import encoder_rates
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.evaluate.report import Result, best_rates, grouped, report
from pngnw.evaluate.runs import run_all
from pngnw.evaluate.train import Spec
from pngnw.model.io import load
from pngnw.params import Evaluate, Params
from pngnw.speech.utterance import HELDOUT, TUNING


def run(params: Params, root: Path) -> StageResult:
    """Train and measure all arms, draw the pictures: data/speech, models/encoder -> plots/evaluate.

    The metrics are sentences, and figures per attention; the cost has seconds and memory of each
    attention and arm.

    Raises:
        UserError: a seed is used for tuning and reporting, the encoder lacks the layer, or
            speech or encoder cannot be read.
    """
    settings, speech, encoder = params.evaluate, root / "data/speech", root / "models/encoder"
    _check(settings, encoder)
    short = settings.model_copy(update={"long_form": []})  # chooses no multiplier
    rates = encoder_rates(settings)
    from pngnw.evaluate.plots import draw  # matplotlib is slow to load

    summary: list[str] = []
    reports: dict[str, Any] = {}
    costs: dict[str, Any] = {}
    for attention in settings.attentions:
        grid = [
            Spec(attention=attention, arm=arm, multiplier=multiplier, seed=seed, part=TUNING)
            for seed in settings.tuning_seeds
            for arm, choice in rates.items()
            for multiplier in choice
            if len(choice) > 1
        ]
        tuning = run_all(grid, short, speech, encoder, params.run)
        best = {arm: only for arm, (only, *_) in rates.items()} | best_rates(tuning)
        plan = [
            Spec(attention=attention, arm=arm, multiplier=best[arm], seed=seed, part=HELDOUT)
            for seed in settings.seeds
            for arm in settings.arms
        ]
        runs = run_all(plan, settings, speech, encoder, params.run)
        # Fair arms differ in nothing but the text encoder.
        assert len({r["parameters"]["decoder"] for r in runs}) == 1
        draw(runs, speech, root / "plots/evaluate" / attention, settings)
        reports[attention] = report(tuning, runs, settings, params.base.seed)
        lines = reports[attention].pop("summary")
        summary += [f"{attention.upper()}: {line}" for line in lines]
        costs[attention] = _cost(runs)
    return StageResult({"summary": summary, **reports}, {"arms": costs})


def _check(settings: Evaluate, encoder: Path) -> None:
    shared = sorted(set(settings.seeds) & set(settings.tuning_seeds))
    if shared:
        raise UserError(
            f"evaluate.seeds and evaluate.tuning_seeds share {shared}; a seed that chose a rate "
            "must not report on it"
        )
    layers = load(encoder)[2].model.layers
    if settings.layer is not None and settings.layer > layers:
        raise UserError(f"evaluate.layer = {settings.layer}: the encoder has {layers} layers")


def _cost(results: Sequence[Result]) -> dict[str, Any]:
    """Per arm, medians over runs: seconds of a whole run, samples per second (with evaluations),
    what reading one utterance costs the encoder, and the peak memory of a run."""
    out: dict[str, Any] = {}
    for arm, runs in grouped(results, "arm").items():
        seconds = float(np.median([r["cost"]["seconds"] for r in runs]))
        out[arm] = {
            "seconds_per_run": seconds,
            "samples_per_second": runs[0]["evaluations"][-1]["samples"] / seconds,
            "encoder_ms_per_sample": float(np.median([r["cost"]["encoder_ms"] for r in runs])),
            "encoder_mflop_per_sample": runs[0]["encoder_mflop"],
            "peak_memory_mib": float(np.median([r["cost"]["peak_memory_mib"] for r in runs])),
        }
    return out
