"""Charts of the alignment metrics, as Vega-Lite specifications (altair).

A run that never aligned is a hollow arrow at its last sample.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt

from pngnw.tools.report import words
from pngnw.tools.report.charts import BLUE, GREEN, GREY, ORANGE, Spec, spec, values
from pngnw.tools.report.files import Attention
from pngnw.tools.report.gather import Curve

COLORS = {"tacotron2": BLUE, "random": ORANGE, "pretrained": GREEN,
           "letters": "#2aa5b8", "frozen": "#9a8a1f", "phoneme-only": "#94603a"}  # fmt: skip
DASHES = {"tacotron2": [8, 3], "random": [3, 3], "pretrained": [1, 0]}


def curve(drawn: Curve) -> Spec:
    """Every arm: the median over seeds as a thick line, seeds as thin ones; nulls are dotted."""
    arms = [name for name in drawn.medians if name not in words.NULLS]
    rows = [
        {"arm": words.arm(arm), "samples": samples, "value": value}
        for arm in arms
        for samples, value in drawn.medians[arm]
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
    color = _color(arms, legend)
    x = alt.X("samples:Q", title="utterances seen in training", axis=alt.Axis(tickCount=4))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True))
    lines = (
        alt.Chart(values(rows))
        .mark_line(strokeWidth=2.6)
        .encode(
            x=x,
            y=y,
            color=color,
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
    each_seed = [
        {"arm": words.arm(arm), "seed": seed, "samples": samples, "value": value}
        for arm, seeds in drawn.seeds.items()
        if arm in arms
        for seed, points in seeds.items()
        for samples, value in points
    ]
    thin = alt.Chart(values(each_seed)).mark_line(strokeWidth=1, opacity=0.45)
    chart: Any = thin.encode(x=x, color=color, detail="seed:N", y="value:Q") + lines
    if nulls := _nulls(drawn):
        chart = chart + nulls
    return spec(chart, words.CURVES.get(drawn.figure, drawn.figure), 260)


def _nulls(drawn: Curve) -> Any | None:
    # A path through equal weights is arbitrary.
    shown = [
        n
        for n in words.NULLS
        if n in drawn.medians and (drawn.figure, n) != ("boundary_ms", "uniform")
    ]
    if not shown:
        return None
    last = max(samples for points in drawn.medians.values() for samples, _ in points)
    rows = [
        {"name": words.NULLS[null], "samples": last, "value": drawn.medians[null][0][1]}
        for null in shown
    ]
    base = alt.Chart(values(rows)).encode(y="value:Q", tooltip=["name:N", "value:Q"])
    rules = base.mark_rule(strokeDash=[2, 3], color=GREY, strokeWidth=1.5)
    # Lines pass behind the words; `halo` is the page's, which knows its own background.
    names = base.encode(x="samples:Q", text="name:N")
    halo = names.mark_text(align="right", dy=-7, style="halo")
    return rules + halo + names.mark_text(align="right", dy=-7, style="name")


def samples_to(attention: Attention, criterion: str) -> Spec:
    """Utterances until every seed met a criterion; those that never did at the right edge."""
    limit = attention.samples_per_run
    rows = []
    for name, arm in attention.arms.items():
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
                    "text": words.samples(value),
                }
            )
    marks = alt.Chart(values(rows)).mark_point(size=90, strokeWidth=2, filled=False)
    chart = marks.encode(
        x=alt.X("samples:Q", title="utterances seen in training",
                axis=alt.Axis(tickCount=4),
                scale=alt.Scale(domain=[0, limit * 1.04])),
        y=alt.Y("arm:N", title=None, sort=None),
        yOffset=alt.YOffset("seed:N"),
        color=_color([*attention.arms], None),
        fillOpacity=alt.condition(alt.FieldEqualPredicate(field="met", equal="met"),
                                  alt.value(1), alt.value(0)),
        fill=_color([*attention.arms], None, alt.Fill),
        shape=alt.Shape("met:N", title=None,
                        scale=alt.Scale(domain=["met", f"not within {limit:,}"],
                                        range=["circle", "triangle-right"]),
                        legend=alt.Legend(orient="top", columns=1)),
        tooltip=[alt.Tooltip("arm:N", title="text encoder"), alt.Tooltip("seed:N"),
                 alt.Tooltip("text:N", title="utterances")],
    )  # fmt: skip
    return spec(
        chart, f"Utterances to the {criterion} criterion, by seed", 70 * len(attention.arms)
    )


def _color(arms: Sequence[str], legend: Any, kind: Any = alt.Color) -> Any:
    scale = alt.Scale(domain=[*map(words.arm, arms)], range=[COLORS.get(arm, GREY) for arm in arms])
    return kind("arm:N", scale=scale, legend=legend)
