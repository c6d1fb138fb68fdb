"""What it cost, and how experiments compare."""

from collections.abc import Iterator

from pngnw.tools.report import alignment, charts, interval_charts, words
from pngnw.tools.report.about import missing
from pngnw.tools.report.aligned import Sweep, SweepCell
from pngnw.tools.report.blocks import Block, Chart, Charts, Heading, Note, Section, Table
from pngnw.tools.report.gather import Gathered


def cost(found: Gathered) -> Section:
    return Section("cost", "What it cost", [*_cost(found)])


def _cost(found: Gathered) -> Iterator[Block]:
    stages = found.costs.stages
    if not stages:
        yield missing("Cost, which is measured where the stages run and is not in git,", "")
    else:
        yield Table(
            f"Last run of every stage; {words.duration(sum(c.seconds for c in stages.values()))} "
            "in all. Stages take from their caches what has not changed, so a first run may take "
            "longer",
            ("stage", "time", "peak memory, MiB", "tokens per second"),
            [
                (
                    stage,
                    words.duration(c.seconds),
                    words.count(c.peak_memory_mib),
                    "–" if c.tokens_per_second is None else words.count(c.tokens_per_second),
                )
                for stage, c in stages.items()
            ],
        )
        yield Chart("Seconds by stage", charts.seconds({s: c.seconds for s, c in stages.items()}))
    for name, arms in found.costs.arms.items():
        yield Table(
            f"What a text encoder costs a synthesiser with {words.attention(name)}; medians over "
            "runs, one thread each",
            ("text encoder", "training run", "utterances per second",
             "encoder, ms per utterance", "encoder, MFLOP per utterance", "peak memory, MiB"),
            [
                (
                    words.arm(arm),
                    words.duration(c.seconds_per_run),
                    f"{c.samples_per_second:.1f}",
                    f"{c.encoder_ms_per_sample:.2f}",
                    f"{c.encoder_mflop_per_sample:.1f}",
                    words.count(c.peak_memory_mib),
                )
                for arm, c in arms.items()
            ],
        )  # fmt: skip


def experiments(found: Gathered) -> Section:
    return Section("experiments", "Experiments side by side", [*_experiments(found)])


def _experiments(found: Gathered) -> Iterator[Block]:
    listed = found.experiments
    if isinstance(listed, str):
        yield Note(listed, missing=True)
    else:
        yield Table(
            "DVC experiments of this commit; the parameters that were changed come first",
            ("experiment", *listed.changed, *listed.figures),
            [(name, *params, *figures) for name, params, figures in listed.rows],
            marked=frozenset(listed.changed),
        )
    for name, sweep in found.sweeps.items():
        yield from _sweep(name, sweep, found)
    for name, report in found.alignments.items():
        yield from alignment.kept(name, report)


def _sweep(name: str, sweep: Sweep, found: Gathered) -> Iterator[Block]:
    grid = found.grids.get(name, {})
    figures = [*dict.fromkeys(figure for cells in sweep.runs.values() for figure in cells)]
    seeds = ", ".join(map(str, sweep.seeds))
    yield Heading(f"Sweep {sweep.grid}")
    yield Table(
        f"Mean and range over seeds {seeds}, made at {sweep.revision[:10]}; “better” and “worse” "
        f"where the 95% interval of the difference to {sweep.baseline}, paired by seed, leaves "
        "out 0",
        ("run", "changed parameters", *figures),
        [
            (run, grid.get(run) or "–", *(_shown(cells.get(figure)) for figure in figures))
            for run, cells in sweep.runs.items()
        ],
        words=frozenset({"changed parameters"}),
        marked=frozenset({"changed parameters"}),
    )
    shown = [(figure, interval_charts.differences(sweep, figure)) for figure in figures]
    yield Charts(
        [Chart(figure, spec) for figure, spec in shown if spec],
        f"Difference to {sweep.baseline} with its 95% interval, paired by seed. Green triangles: "
        "better; orange ones: worse; grey circles: the seeds do not tell.",
    )


def _shown(cell: SweepCell | None) -> str:
    if cell is None:
        return "–"
    return "\n".join([f"{cell.mean:.3f}", f"{cell.low:.3f}–{cell.high:.3f}", cell.verdict])
