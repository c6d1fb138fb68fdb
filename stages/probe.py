"""What frozen states know of a labelled set: models/encoder -> metrics/probe, plots/probe.

For one set of probe.sets: `python -m stages.probe NAME`. DVC runs one such stage for each of them.
"""

from pathlib import Path

from pngnw.core.errors import UserError
from pngnw.params import Params
from pngnw.probe.stage import probe
from stages import launch, write_metrics


def main(params: Params, only: str | None = None) -> None:
    """Fit linear probes on frozen states, for every set of probe.sets or the one that is named.

    Writes metrics/probe/<set>.json and plots/probe/<set>/answers.tsv.
    """
    if only is not None and only not in params.probe.sets:
        raise UserError(f"{only}: not in probe.sets, which holds {list(params.probe.sets)}")
    for name, chosen in params.probe.sets.items():
        if only in (None, name):
            out = Path("plots/probe") / name
            report = probe(
                name, chosen, Path("models/encoder"), out, params.probe, params.base.seed
            )
            write_metrics(Path("metrics/probe") / f"{name}.json", report)


if __name__ == "__main__":
    launch(main, "set of probe.sets")
