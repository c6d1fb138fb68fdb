"""Loss curves: a DVCLive folder for `dvc plots`, and a PNG to look at.

Guarantees: both are rebuilt from the history, so a resumed run has the curves of an unbroken one.
"""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pngnw.pretrain.state import Entry


class Curves:
    """Context manager that logs entries of the history to a DVCLive folder.

    Args:
        folder: emptied first.
        history: what was logged before, replayed.
    """

    def __init__(self, folder: Path, history: Sequence[Entry]) -> None:
        from dvclive.live import Live  # takes a second to import

        self._live: Any = Live(
            str(folder), dvcyaml=None, save_dvc_exp=False, report=None, monitor_system=False
        )
        for entry in history:
            self.log(entry)

    def __enter__(self) -> Self:
        return self

    def log(self, entry: Entry) -> None:
        """Append the losses of one entry as `<split>/<name>` at its step."""
        self._live.step = entry["step"]
        for name, value in entry["losses"].items():
            self._live.log_metric(f"{entry['split']}/{name}", value)
        self._live.make_summary()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.end()


def draw(history: Sequence[Entry], path: Path) -> None:
    """One panel for each loss: training as a line, validation as points."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = list(dict.fromkeys(name for entry in history for name in entry["losses"]))
    columns = min(4, max(1, len(names)))
    rows = max(1, -(-len(names) // columns))
    figure = Figure(figsize=(3.4 * columns, 2.6 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    for place, name in enumerate(names, 1):
        axes = figure.add_subplot(rows, columns, place)
        for split, style in (("train", "-"), ("valid", "o--")):
            points = [
                (entry["step"], entry["losses"][name])
                for entry in history
                if entry["split"] == split and name in entry["losses"]
            ]
            if points:
                steps, values = zip(*points, strict=True)
                axes.plot(steps, values, style, label=split, linewidth=1, markersize=4)
        axes.set_title(f"{name} (nats)", fontsize=9)
        axes.set_xlabel("step", fontsize=8)
        axes.tick_params(labelsize=7)
        axes.grid(alpha=0.3)
        axes.legend(fontsize=7)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Software": None})
