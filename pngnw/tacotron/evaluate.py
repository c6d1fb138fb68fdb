"""The evaluate stage: every text encoder at its own best rate, measured against gold times.

Guarantees: every arm gets the same grid of encoder rates; rates are chosen on the tuning seeds and
the tuning part of the speech set, figures come from other seeds and the held-out part; a seed
means the same decoder weights, batches and order for every arm.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.errors import UserError
from pngnw.model.io import load
from pngnw.params import Evaluate, Run
from pngnw.params.alignment import Arm
from pngnw.tacotron.report import best_rates, report
from pngnw.tacotron.runs import run_all
from pngnw.tacotron.speech import HELDOUT, TUNING
from pngnw.tacotron.train import Spec


def evaluate(
    speech: Path, encoder: Path, plots: Path, settings: Evaluate, seed: int, run: Run
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Train and measure all arms; draw the pictures.

    Args:
        speech: folder of speech shards.
        encoder: folder of the pretrained encoder.
        plots: folder for pictures and tables.
        settings: the evaluate section.
        seed: of the bootstrap.
        run: how many runs at a time.

    Returns:
        The report (metrics/alignment.json), and seconds and memory per arm.

    Raises:
        UserError: a seed is used for tuning and reporting, the encoder lacks the layer, or
            speech or encoder cannot be read.
    """
    shared = sorted(set(settings.seeds) & set(settings.tuning_seeds))
    if shared:
        raise UserError(
            f"evaluate.seeds and evaluate.tuning_seeds share {shared}; a seed that chose a rate "
            "must not report on it"
        )
    layers = load(encoder)[2].model.layers
    if settings.layer is not None and settings.layer > layers:
        raise UserError(f"evaluate.layer = {settings.layer}: the encoder has {layers} layers")
    grid = [
        Spec(arm=arm, encoder_rate=rate, seed=s, part=TUNING)
        for s in settings.tuning_seeds
        for arm in settings.arms
        for rate in _rates(arm, settings)
    ]
    brief = settings.model_copy(update={"long_form": []})  # chooses no rate
    tuning = run_all(grid, brief, speech, encoder, run)
    rates = best_rates(tuning)
    plan = [
        Spec(arm=arm, encoder_rate=rates[arm], seed=s, part=HELDOUT)
        for s in settings.seeds
        for arm in settings.arms
    ]
    results = run_all(plan, settings, speech, encoder, run)
    _same_decoder(results)
    from pngnw.tacotron.plots import draw

    draw(results, plots, settings)
    return report(tuning, results, settings, seed), cost(results)


def _rates(arm: Arm, settings: Evaluate) -> list[float]:
    """The encoder rates to try; an encoder that is not trained has one, which is 0."""
    return [0.0] if arm == "frozen" else settings.encoder_rates


def cost(results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Median seconds of a whole run, samples per second and peak memory, per arm."""
    out: dict[str, Any] = {}
    for arm in dict.fromkeys(r["spec"]["arm"] for r in results):
        runs = [r for r in results if r["spec"]["arm"] == arm]
        seconds = float(np.median([r["cost"]["seconds"] for r in runs]))
        out[arm] = {
            "seconds_per_run": seconds,
            "samples_per_second": runs[0]["evaluations"][-1]["samples"] / seconds,
            "peak_memory_mib": float(np.median([r["cost"]["peak_memory_mib"] for r in runs])),
        }
    return out


def _same_decoder(results: Sequence[Mapping[str, Any]]) -> None:
    """Fair arms differ in nothing but the text encoder."""
    sizes = {r["spec"]["arm"]: r["parameters"]["decoder"] for r in results}
    assert len(set(sizes.values())) == 1, f"decoders differ between arms: {sizes}"
