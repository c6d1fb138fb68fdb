"""A sweep: a named grid of experiments (ablations/NAME.yaml), run by DVC, and its table."""

import json
import subprocess
from dataclasses import asdict
from pathlib import Path

from pngnw import params
from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.params.paths import refuse_untracked


def sweep(path: Path, jobs: int) -> str:
    """Run every experiment of a grid that DVC does not have yet, `jobs` at a time; tabulate all.

    Beside the grid goes a JSON file of the same name with every value, means, ranges, differences
    and their intervals. The table is returned in Markdown.

    Raises:
        UserError: the grid is wrong, an experiment would lack files that are there, DVC refuses,
            or an experiment failed; the others are kept for the next try.
    """
    from pngnw.tools.sweep import experiments, table
    from pngnw.tools.sweep.grid import load, plan

    grid = load(path)
    planned = plan(grid, path.stem)
    refuse_untracked(params.load(), Path())
    failed = experiments.run(planned, grid.stage, jobs)
    if failed:
        names = " ".join(experiment.name for experiment in failed)
        raise UserError(
            f"{len(failed)} of {len(planned)} experiments failed: {names}; "
            f"`dvc queue logs {failed[0].name}` says why, the same command tries them again"
        )
    rows = table.tabulate(experiments.figures(planned, grid), grid)
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    report = {
        "grid": path.as_posix(),
        "baseline": grid.baseline,
        "revision": head.stdout.strip(),
        "seeds": grid.seeds,
        "runs": {run: {k: asdict(cell) for k, cell in row.items()} for run, row in rows.items()},
    }
    write_text(path.with_suffix(".json"), json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return table.markdown(rows, grid.figures)
