"""Charts of corpus, training, cost and sweeps, as Vega-Lite specifications (altair).

Text comes from data, never from expressions; what colors tell, shape, dash or position tell too.
The page sets fonts and colors of axes, for light and dark.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from pngnw.teach.emoji import EMOJI
from pngnw.tools.report import words
from pngnw.tools.report.files import Clean, Sweep, Teach, Test
from pngnw.tools.report.gather import Points

BLUE, ORANGE, GREEN, GREY = "#3f7fca", "#d9822b", "#1f9d76", "#8b8f98"
DARK = "#70798a"  # over bars, in light and dark
Spec = dict[str, Any]
Z = 1.96  # standard deviations of a 95% interval
EMOJI_SHOWN = 24


def spec(chart: Any, description: str, height: int | None = None) -> Spec:
    """A specification that fills the width it is given."""
    sized = chart.properties(width="container", description=description)
    if height is not None:
        sized = sized.properties(height=height)
    specification: Spec = sized.to_dict()
    specification["autosize"] = {"type": "fit-x", "contains": "padding"}
    return specification


def values(rows: Sequence[Mapping[str, Any]]) -> Any:
    return alt.InlineData(values=list(rows))


def loss(name: str, by_split: Mapping[str, Points]) -> Spec:
    """Training as a line, validation as points on a line."""
    rows = [
        {"step": step, "loss": value, "split": split}
        for split, points in by_split.items()
        for step, value in points
    ]
    base = alt.Chart(values(rows)).encode(
        x=alt.X("step:Q", title="updates", axis=alt.Axis(tickCount=4)),
        y=alt.Y("loss:Q", title="nats", scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4)),
        color=alt.Color(
            "split:N",
            scale=alt.Scale(domain=["train", "valid"], range=[BLUE, ORANGE]),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("split:N", title="text"),
            alt.Tooltip("step:Q", title="updates", format=","),
            alt.Tooltip("loss:Q", title="nats", format=".3f"),
        ],
    )
    lines = base.transform_filter(alt.FieldEqualPredicate(field="split", equal="train"))
    points = base.transform_filter(alt.FieldEqualPredicate(field="split", equal="valid"))
    marks = lines.mark_line(strokeWidth=1.4) + points.mark_line(
        point=alt.OverlayMarkDef(size=45, filled=True, color=ORANGE), strokeDash=[4, 3]
    )
    return spec(marks, f"Loss over updates: {words.LOSSES.get(name, name)}", 130)


def errors(test: Test) -> Spec | None:
    """Wrong answers of every task with their interval, and beside them those of the controls."""
    scores = {
        words.answer(task, unit): score
        for task, units in test.tasks().items()
        for unit, score in units.items()
    }
    if not scores:
        return None
    rows = [
        {
            "task": name,
            "share": score.errors,
            **dict(zip(("low", "high"), wilson(score.errors, score.count), strict=True)),
            "of": score.count,
        }
        for name, score in scores.items()
    ]
    marks = [
        {"task": name, "share": share, "control": words.CONTROLS.get(control, control)}
        for name, score in scores.items()
        for control, share in score.controls.items()
    ]
    y = alt.Y("task:N", sort=[*scores], title=None)
    x = alt.X("share:Q", title="wrong answers",
              scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5))  # fmt: skip
    tooltip = [
        alt.Tooltip("task:N"),
        alt.Tooltip("share:Q", title="wrong", format=".1%"),
        alt.Tooltip("low:Q", title="95% from", format=".1%"),
        alt.Tooltip("high:Q", title="to", format=".1%"),
        alt.Tooltip("of:Q", title="answers", format=","),
    ]
    base = alt.Chart(values(rows)).encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(color=BLUE, opacity=0.6, height={"band": 0.6}).encode(x=x)
    reach = base.mark_rule(strokeWidth=2.5, color=DARK).encode(x="low:Q", x2="high:Q")
    ticks = (
        alt.Chart(values(marks))
        .mark_tick(color=ORANGE, thickness=4, size=24)
        .encode(
            x="share:Q",
            y=y,
            tooltip=[
                alt.Tooltip("task:N"),
                alt.Tooltip("control:N"),
                alt.Tooltip("share:Q", title="wrong", format=".1%"),
            ],
        )
    )
    return spec(bars + reach + ticks, "Share of wrong answers by task", 36 * len(rows))


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share; the whole range where nothing was counted."""
    if not count:
        return 0.0, 1.0
    middle, scale = share + Z * Z / (2 * count), 1 + Z * Z / count
    reach = Z * (share * (1 - share) / count + Z * Z / (4 * count * count)) ** 0.5
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def bars(
    rows: Sequence[tuple[str, float]], title: str, description: str, form: str = ",.0f"
) -> Spec:
    """A bar for each name, in the order given, its number beside it."""
    base = alt.Chart(values([{"name": name, "value": value} for name, value in rows])).encode(
        y=alt.Y("name:N", sort=None, title=None),
        x=alt.X("value:Q", title=title, axis=alt.Axis(format=form, tickCount=5)),
        tooltip=[alt.Tooltip("name:N"), alt.Tooltip("value:Q", title=title, format=form)],
    )
    text = base.mark_text(align="left", dx=5, color=GREY)
    labels = text.encode(text=alt.Text("value:Q", format=form))
    return spec(base.mark_bar(color=BLUE) + labels, description, 20 * len(rows))


def dropped(clean: Clean) -> Spec:
    """Lines that became no sentence, by reason."""
    reasons = sorted(clean.dropped.items(), key=lambda pair: -pair[1])
    rows = [(words.plain(reason), float(count)) for reason, count in reasons if count]
    return bars(rows, "lines", "Lines that became no sentence, by reason")


def emoji(teach: Teach) -> Spec:
    """The emoji that most often come first."""
    shares = sorted((teach.leads or teach.mean).items(), key=lambda pair: -pair[1])[:EMOJI_SHOWN]
    title = "share of sentences" if teach.leads else "mean share"
    rows = [(emoji_label(key), value) for key, value in shares]
    return bars(rows, title, "How often each emoji comes first", ".1%")


def emoji_label(key: str) -> str:
    """`03 loudly crying face` with its picture before its name."""
    number, _, name = key.partition(" ")
    known = number.isdecimal() and int(number) < len(EMOJI)
    return f"{EMOJI[int(number)]} {name}" if known else key


def differences(sweep: Sweep, figure: str) -> Spec | None:
    """Every run's difference to the baseline in one figure, with its 95% interval."""
    rows = [
        {
            "run": run,
            "difference": cell.difference,
            "low": cell.interval[0] if cell.interval else cell.difference,
            "high": cell.interval[1] if cell.interval else cell.difference,
            "verdict": cell.verdict or "not told apart",
        }
        for run, cells in sweep.runs.items()
        if (cell := cells.get(figure)) and cell.difference is not None
    ]
    if not rows:
        return None
    verdicts = ["better", "worse", "not told apart"]
    colors = alt.Scale(domain=verdicts, range=[GREEN, ORANGE, GREY])
    shapes = alt.Scale(domain=verdicts, range=["triangle-up", "triangle-down", "circle"])
    base = alt.Chart(values(rows)).encode(
        y=alt.Y("run:N", title=None, sort=None),
        color=alt.Color("verdict:N", legend=None, scale=colors),
        tooltip=[alt.Tooltip("run:N"), alt.Tooltip("difference:Q", format="+.3f"),
                 alt.Tooltip("low:Q", title="95% from", format="+.3f"),
                 alt.Tooltip("high:Q", title="to", format="+.3f"), alt.Tooltip("verdict:N")],
    )  # fmt: skip
    reach = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", title=f"difference to {sweep.baseline}", axis=alt.Axis(tickCount=4)),
        x2="high:Q",
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        x="difference:Q", shape=alt.Shape("verdict:N", legend=None, scale=shapes)
    )
    zero = alt.Chart(values([{"x": 0}])).mark_rule(strokeDash=[2, 3], color=GREY).encode(x="x:Q")
    return spec(zero + reach + points, f"Difference to the baseline: {figure}", 24 * len(rows))
