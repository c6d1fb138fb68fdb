"""The evaluate stage: every text encoder at its own best rate, measured against gold times.

With several attentions everything is done for each of them, side by side.

Guarantees: every arm gets the same grid of encoder rates; rates are chosen on the tuning seeds and
the tuning part of the speech set, figures come from other seeds and the held-out part; a seed
means the same decoder weights, batches and order for every arm.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.evaluate import audio, frames
from pngnw.evaluate.report import best_rates, report
from pngnw.evaluate.runs import run_all
from pngnw.evaluate.train import Spec
from pngnw.model.io import load
from pngnw.params import Arm, Attention, Evaluate, Params, Run
from pngnw.speech.stage import HELDOUT, TUNING

Result = Mapping[str, Any]


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
        The report (metrics/evaluate.json): sentences, and figures per attention; and seconds
        and memory per attention and arm.

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
        Spec(attention=attention, arm=arm, encoder_rate=rate, seed=s, part=TUNING)
        for attention in settings.attentions
        for s in settings.tuning_seeds
        for arm in settings.arms
        for rate in _rates(arm, settings)
    ]
    brief = settings.model_copy(update={"long_form": []})  # chooses no rate
    tuning = _by_attention(run_all(grid, brief, speech, encoder, run))
    rates = {attention: best_rates(runs) for attention, runs in tuning.items()}
    plan = [
        Spec(attention=attention, arm=arm, encoder_rate=own[arm], seed=s, part=HELDOUT)
        for attention, own in rates.items()
        for s in settings.seeds
        for arm in settings.arms
    ]
    results = _by_attention(run_all(plan, settings, speech, encoder, run))
    from pngnw.evaluate.plots import draw

    found: dict[str, Any] = {}
    costs: dict[str, Any] = {}
    for attention, runs in results.items():
        _same_decoder(runs)
        draw(runs, plots / attention, settings)
        frames.write(runs, speech, plots / attention, settings)
        first = [run for run in runs if run["spec"]["seed"] == settings.seeds[0]]
        audio.write(first, speech, plots / attention)
        found[attention] = report(tuning[attention], runs, settings, seed)
        costs[attention] = cost(runs)
    summary = [
        f"{attention.upper()}: {line}"
        for attention, own in found.items()
        for line in own.pop("summary")
    ]
    return {"summary": summary, **found}, costs


def _by_attention(results: Sequence[Result]) -> dict[Attention, list[Result]]:
    found: dict[Attention, list[Result]] = {}
    for result in results:
        found.setdefault(result["spec"]["attention"], []).append(result)
    return found


def _rates(arm: Arm, settings: Evaluate) -> list[float]:
    """The encoder rates to try; an encoder that is not trained has one, which is 0."""
    return [0.0] if arm == "frozen" else settings.encoder_rates


def cost(results: Sequence[Result]) -> dict[str, Any]:
    """Per arm, medians over runs: seconds of a whole run, samples per second (with evaluations),
    what reading one utterance costs the encoder, and the peak memory of a run."""
    out: dict[str, Any] = {}
    for arm in dict.fromkeys(r["spec"]["arm"] for r in results):
        runs = [r for r in results if r["spec"]["arm"] == arm]
        seconds = float(np.median([r["cost"]["seconds"] for r in runs]))
        out[arm] = {
            "seconds_per_run": seconds,
            "samples_per_second": runs[0]["evaluations"][-1]["samples"] / seconds,
            "encoder_ms_per_sample": float(np.median([r["cost"]["encoder_ms"] for r in runs])),
            "encoder_mflop_per_sample": runs[0]["encoder_mflop"],
            "peak_memory_mib": float(np.median([r["cost"]["peak_memory_mib"] for r in runs])),
        }
    return out


def _same_decoder(results: Sequence[Result]) -> None:
    """Fair arms differ in nothing but the text encoder."""
    sizes = {r["spec"]["arm"]: r["parameters"]["decoder"] for r in results}
    assert len(set(sizes.values())) == 1, f"decoders differ between arms: {sizes}"


def run(params: Params, root: Path) -> StageResult:
    """Train a Tacotron 2 decoder on every text encoder: data/speech, models/encoder -> plots.

    Seconds and memory of each arm go to metrics/cost. Finished runs are kept in .cache/evaluate.
    """
    metrics, arms = evaluate(
        root / "data/speech",
        root / "models/encoder",
        root / "plots/evaluate",
        params.evaluate,
        params.base.seed,
        params.run,
    )
    return StageResult(metrics, {"arms": arms})
