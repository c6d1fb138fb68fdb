"""The runs of a stage, many at once and none of them twice.

A run whose file is there is not made again, so a stage that was killed goes on where it stopped;
results do not depend on the number of workers. When a run fails the others finish.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from pngnw import engine
from pngnw.core.errors import UserError
from pngnw.params import Arm, Evaluate, Prosody, Run

Spec = TypeVar("Spec")


def encoder_rates(settings: Evaluate | Prosody) -> dict[Arm, list[float]]:
    """Of each arm the learning-rate multipliers to choose from; of weights that stay 0 alone."""
    return {arm: [0.0] if arm == "frozen" else settings.encoder_rates for arm in settings.arms}


def complete(
    stage: str,
    work: Callable[[], Callable[[tuple[Spec, Path]], None]],
    plan: Sequence[tuple[str, Spec, Path]],
    run: Run,
) -> None:
    """Make what is missing of the plan: of each run a name for messages, what it is, and its file.
    `work` makes, in each worker, the function that makes a run's file. `UserError` names the runs
    that failed."""
    missing = {path: (name, spec) for name, spec, path in plan if not path.exists()}
    results = engine.map_unordered(work, [(spec, path) for path, (_, spec) in missing.items()], run)
    progress = tqdm(results, total=len(missing), desc=stage, unit="run", disable=None)
    failures = [
        f"{missing[path][0]}: {result.reason}"
        for (_, path), result in progress
        if isinstance(result, engine.Failure)
    ]
    if failures:
        raise UserError(engine.format_failures(failures))
