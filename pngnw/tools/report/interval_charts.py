"""Charts of ratios and differences with their intervals, as Vega-Lite specifications (altair).

Guarantees: a ratio of which only a bound is known is an arrow, and an interval without a bound is
a line to the edge of the chart.
"""

from collections.abc import Sequence

import altair as alt

from pngnw.tools.report import words
from pngnw.tools.report.aligned import Attention, Sweep
from pngnw.tools.report.charts import GREEN, GREY, ORANGE, Spec, spec, values

WIDEST = 3.0  # ratios beyond it are drawn at the edge


def ratios(found: Attention) -> Spec | None:
    """How many utterances one arm needs beside another, with the 95% interval."""
    rows = []
    for pair, by_criterion in found.ratios.items():
        over, _, under = pair.partition("/")
        for criterion, ratio in by_criterion.items():
            low, high = ([*ratio.interval, None, None])[:2]
            exact = not isinstance(ratio.ratio, str)
            _, _, bound = str(ratio.ratio).rpartition(" ")
            point = None if bound == "unknown" else min(float(bound), WIDEST)
            rows.append(
                {
                    "pair": f"{words.arm(over)} | / {words.arm(under)}, {criterion}",
                    "low": 0.0 if low is None else min(low, WIDEST),
                    "high": WIDEST if high is None else min(high, WIDEST),
                    "ratio": point,
                    "kind": "estimate"
                    if exact
                    else "at most"
                    if "<" in str(ratio.ratio)
                    else "at least",
                    "told": ratio_words(ratio.ratio),
                    "interval": interval_words(ratio.interval),
                }
            )
    if not rows:
        return None
    base = alt.Chart(values(rows)).encode(
        y=alt.Y("pair:N", title=None, sort=None,
                axis=alt.Axis(labelExpr="split(datum.label, ' | ')")),
        tooltip=[alt.Tooltip("pair:N", title="compared"), alt.Tooltip("told:N", title="ratio"),
                 alt.Tooltip("interval:N", title="95% interval")],
    )  # fmt: skip
    reach = base.mark_rule(strokeWidth=3, color=GREY).encode(
        x=alt.X("low:Q", title="ratio of utterances needed",
                scale=alt.Scale(domain=[0, WIDEST]), axis=alt.Axis(tickCount=6)),
        x2="high:Q",
    )  # fmt: skip
    points = base.mark_point(filled=True, size=110, color=GREEN, opacity=1).encode(
        x="ratio:Q",
        shape=alt.Shape("kind:N", title=None, legend=alt.Legend(orient="top", columns=1),
                        scale=alt.Scale(domain=["estimate", "at most", "at least"],
                                        range=["circle", "triangle-left", "triangle-right"])),
    )  # fmt: skip
    even = alt.Chart(values([{"x": 1}])).mark_rule(strokeDash=[2, 3], color=ORANGE).encode(x="x:Q")
    return spec(even + reach + points, "Ratios of utterances needed", 44 * len(rows))


def ratio_words(ratio: float | str) -> str:
    if not isinstance(ratio, str):
        return f"{ratio:.2f}"
    return ratio.replace("<", "at most").replace(">", "at least")


def interval_words(interval: Sequence[float | None]) -> str:
    low, high = ([*interval, None, None])[:2]
    if low is None and high is None:
        return "unbounded"
    if low is None:
        return f"at most {high:.2f}"
    return f"at least {low:.2f}" if high is None else f"{low:.2f} to {high:.2f}"


def differences(found: Sweep, figure: str) -> Spec | None:
    """Every run's difference to the baseline in one figure, with its 95% interval."""
    rows = [
        {
            "run": run,
            "difference": cell.difference,
            "low": cell.interval[0] if cell.interval else cell.difference,
            "high": cell.interval[1] if cell.interval else cell.difference,
            "verdict": cell.verdict or "not told apart",
        }
        for run, cells in found.runs.items()
        if (cell := cells.get(figure)) and cell.difference is not None
    ]
    if not rows:
        return None
    base = alt.Chart(values(rows)).encode(
        y=alt.Y("run:N", title=None, sort=None),
        color=alt.Color("verdict:N", legend=None,
                        scale=alt.Scale(domain=["better", "worse", "not told apart"],
                                        range=[GREEN, ORANGE, GREY])),
        tooltip=[alt.Tooltip("run:N"), alt.Tooltip("difference:Q", format="+.3f"),
                 alt.Tooltip("low:Q", title="95% from", format="+.3f"),
                 alt.Tooltip("high:Q", title="to", format="+.3f"), alt.Tooltip("verdict:N")],
    )  # fmt: skip
    reach = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", title=f"difference to {found.baseline}", axis=alt.Axis(tickCount=4)),
        x2="high:Q",
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        x="difference:Q",
        shape=alt.Shape("verdict:N", legend=None,
                        scale=alt.Scale(domain=["better", "worse", "not told apart"],
                                        range=["triangle-up", "triangle-down", "circle"])),
    )  # fmt: skip
    zero = alt.Chart(values([{"x": 0}])).mark_rule(strokeDash=[2, 3], color=GREY).encode(x="x:Q")
    return spec(zero + reach + points, f"Difference to the baseline: {figure}", 24 * len(rows))
