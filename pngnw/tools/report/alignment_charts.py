"""Charts of the alignment evaluation, as Vega-Lite specifications (altair).

Guarantees: what never happened is drawn as such, not as a number: a run that never aligned is a
hollow arrow at its last sample.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from pngnw.tools.report import words
from pngnw.tools.report.aligned import Attention
from pngnw.tools.report.charts import BLUE, GREEN, GREY, ORANGE, Spec, spec, values

COLOURS = {"tacotron2": BLUE, "random": ORANGE, "pretrained": GREEN,
           "letters": "#2aa5b8", "frozen": "#9a8a1f", "phoneme-only": "#94603a"}  # fmt: skip
DASHES = {"tacotron2": [8, 3], "random": [3, 3], "pretrained": [1, 0]}
NULLS = tuple(words.NULLS)


@dataclass(frozen=True)
class Curve:
    """One figure over training.

    Attributes:
        medians: arm or null to (samples, value).
        seeds: arm to seed to (samples, value); empty where the stage did not write them.
    """

    figure: str
    medians: Mapping[str, Sequence[tuple[float, float]]]
    seeds: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]


def curve(found: Curve) -> Spec:
    """The median over seeds of every arm, the range over seeds as a band, nulls as dotted lines."""
    arms = [name for name in found.medians if name not in NULLS]
    rows = [
        {"arm": words.arm(arm), "samples": samples, "value": value}
        for arm in arms
        for samples, value in found.medians[arm]
    ]
    legend = alt.Legend(
        orient="top",
        title=None,
        labelLimit=300,
        columns=1,
        symbolType="stroke",
        symbolSize=500,
        symbolOpacity=1,
        symbolStrokeWidth=2.5,
    )
    colour = _colour(arms, legend)
    x = alt.X("samples:Q", title="utterances seen in training", axis=alt.Axis(tickCount=4))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True))
    lines = (
        alt.Chart(values(rows))
        .mark_line(strokeWidth=2.6)
        .encode(
            x=x,
            y=y,
            color=colour,
            strokeDash=alt.StrokeDash(
                "arm:N",
                scale=alt.Scale(domain=[*map(words.arm, arms)],
                                range=[DASHES.get(arm, [5, 2, 1, 2]) for arm in arms]),
                legend=legend,
            ),
            tooltip=[
                alt.Tooltip("arm:N", title="text encoder"),
                alt.Tooltip("samples:Q", title="utterances", format=","),
                alt.Tooltip("value:Q", title="median over seeds", format=".3~r"),
            ],
        )
    )  # fmt: skip
    chart: Any = lines
    if found.seeds:
        band, each = _spread(found, x, colour)
        chart = band + each + chart
    if nulls := _nulls(found):
        chart = chart + nulls
    return spec(chart, words.CURVES.get(found.figure, found.figure), 260)


def _spread(found: Curve, x: Any, colour: Any) -> tuple[Any, Any]:
    """The range over seeds, and every seed."""
    rows = []
    for arm, seeds in found.seeds.items():
        at: dict[float, list[float]] = {}
        for points in seeds.values():
            for samples, value in points:
                at.setdefault(samples, []).append(value)
        rows += [
            {"arm": words.arm(arm), "samples": samples, "low": min(all_), "high": max(all_)}
            for samples, all_ in sorted(at.items())
        ]
    area = alt.Chart(values(rows)).mark_area(opacity=0.1)
    each = [
        {"arm": words.arm(arm), "seed": seed, "samples": samples, "value": value}
        for arm, seeds in found.seeds.items()
        for seed, points in seeds.items()
        for samples, value in points
    ]
    thin = alt.Chart(values(each)).mark_line(strokeWidth=1, opacity=0.45)
    return (
        area.encode(x=x, color=colour, y=alt.Y("low:Q", title=None), y2="high:Q"),
        thin.encode(x=x, color=colour, detail="seed:N", y="value:Q"),
    )


def _nulls(found: Curve) -> Any | None:
    # A path through equal weights is arbitrary.
    shown = [
        n for n in NULLS if n in found.medians and (found.figure, n) != ("boundary_ms", "uniform")
    ]
    if not shown:
        return None
    last = max(samples for points in found.medians.values() for samples, _ in points)
    rows = [
        {"name": words.NULLS[null], "samples": last, "value": found.medians[null][0][1]}
        for null in shown
    ]
    base = alt.Chart(values(rows)).encode(y="value:Q", tooltip=["name:N", "value:Q"])
    rules = base.mark_rule(strokeDash=[2, 3], color=GREY, strokeWidth=1.5)
    # Lines pass behind the words; `halo` is the page's, which knows its own background.
    told = base.encode(x="samples:Q", text="name:N")
    halo = told.mark_text(align="right", dy=-7, style="halo")
    return rules + halo + told.mark_text(align="right", dy=-7, style="told")


def samples_to(found: Attention, criterion: str) -> Spec:
    """Utterances until every seed met a criterion; those that never did at the right edge."""
    limit = found.samples_per_run
    rows = []
    for name, arm in found.arms.items():
        for key, value in arm.samples_to.get(criterion, {}).items():
            if key == "median":
                continue
            met = not isinstance(value, str)
            rows.append(
                {
                    "arm": words.arm(name),
                    "seed": key.removeprefix("seed "),
                    "samples": value if met else limit,
                    "met": "met" if met else f"not within {limit:,}",
                    "told": words.samples(value),
                }
            )
    marks = alt.Chart(values(rows)).mark_point(size=90, strokeWidth=2, filled=False)
    chart = marks.encode(
        x=alt.X("samples:Q", title="utterances seen in training",
                axis=alt.Axis(tickCount=4),
                scale=alt.Scale(domain=[0, limit * 1.04])),
        y=alt.Y("arm:N", title=None, sort=None),
        yOffset=alt.YOffset("seed:N"),
        color=_colour([*found.arms], None),
        fillOpacity=alt.condition(alt.FieldEqualPredicate(field="met", equal="met"),
                                  alt.value(1), alt.value(0)),
        fill=_colour([*found.arms], None, "fill"),
        shape=alt.Shape("met:N", title=None,
                        scale=alt.Scale(domain=["met", f"not within {limit:,}"],
                                        range=["circle", "triangle-right"]),
                        legend=alt.Legend(orient="top", columns=1)),
        tooltip=[alt.Tooltip("arm:N", title="text encoder"), alt.Tooltip("seed:N"),
                 alt.Tooltip("told:N", title="utterances")],
    )  # fmt: skip
    return spec(chart, f"Utterances to the {criterion} criterion, by seed", 70 * len(found.arms))


def _colour(arms: Sequence[str], legend: Any, channel: str = "color") -> Any:
    kind = alt.Fill if channel == "fill" else alt.Color
    scale = alt.Scale(
        domain=[*map(words.arm, arms)], range=[COLOURS.get(arm, GREY) for arm in arms]
    )
    return kind("arm:N", scale=scale, legend=legend)
