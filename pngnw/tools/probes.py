"""`pngnw probe`: every labelled set through every arm, in one table."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError

FIGURES: Final = ("accuracy", "macro_f1", "mean_recall", "fair_recall", "nats", "spearman")


def describe(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.description = (
        "Fit linear probes on the frozen states of an encoder and on all controls, for every set "
        "of probe.sets in params.yaml, and print a table: for each arm a figure, and in brackets "
        "the 95%% interval of pretrained minus that arm, paired by row. docs/probes.md says what "
        "the arms and the figures are. What does not depend on the encoder is kept in .cache/probe."
    )
    parser.epilog = "example: python -m pngnw probe --model models/encoder --out probes.json"
    parser.add_argument(
        "--model", metavar="FOLDER", default="models/encoder", help="default: %(default)s"
    )
    parser.add_argument(
        "--params",
        metavar="FILE",
        default="params.yaml",
        help="a file whose sections base and probe are read; default: %(default)s",
    )
    parser.add_argument(
        "--sets", metavar="NAME", nargs="+", help="some of probe.sets; default: all of them"
    )
    parser.add_argument(
        "--sentences", metavar="N", type=int, help="of a set at most, for a quick look"
    )
    parser.add_argument("--out", metavar="FILE", help="write all figures as JSON, too")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from pngnw.params import Base, Probe, lookup, read_yaml, validate
    from pngnw.probe.measure import measure

    raw = read_yaml(Path(options.params), "run this from the root of the repository")
    section = validate(Probe, lookup(raw, "probe"), f"{options.params}: probe")
    seed = validate(Base, lookup(raw, "base"), f"{options.params}: base").seed
    names = options.sets or list(section.sets)
    if not names:
        raise UserError(f"{options.params}: probe.sets is empty; docs/probes.md says what to name")
    for name in names:
        if name not in section.sets:
            raise UserError(f"--sets {name}: not in probe.sets, which holds {list(section.sets)}")
    most = options.sentences
    if most is not None and most < 1:
        raise UserError(f"--sentences {most}: must be at least 1")
    reports: dict[str, Any] = {}
    for name in names:
        chosen = section.sets[name]
        count = chosen.sentences or section.sentences
        try:
            measured = measure(
                name,
                chosen,
                Path(options.model),
                seed=seed,
                layer=section.layer,
                sentences=count if most is None else min(count, most),
            )
        except UserError as error:  # another set may have what this one lacks
            print(f"pngnw probe: {name}: {error}", file=sys.stderr, flush=True)
            continue
        reports[name] = measured.report
        print(table(name, measured.report), flush=True)
        if options.out:
            write_text(Path(options.out), json.dumps(reports, indent=1) + "\n")
    if len(reports) < len(names):
        raise UserError(f"{len(names) - len(reports)} of {len(names)} sets could not be measured")


def table(name: str, report: dict[str, Any]) -> str:
    """A set's report as lines of text."""
    questions = dict(report["questions"])
    asked, kept = questions.pop("asked"), questions.pop("kept")
    dropped = ", ".join(f"{n} {reason.removeprefix('dropped.')}" for reason, n in questions.items())
    figures = [figure for figure in FIGURES if figure in report["arms"]["pretrained"]]
    rows = [["arm", *figures]]
    for arm, values in report["arms"].items():
        minus = report["pretrained_minus"].get(arm)
        cells = []
        for figure in figures:
            cell = f"{values[figure]['value']:.3f}"
            if minus:
                low, high = minus[figure]["interval"]
                cell += f" ({low:+.3f} {high:+.3f})"
            cells.append(cell)
        rows.append([arm, *cells])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        f"{name} ({report['kind']}): {report['parts']['test']} test rows in "
        f"{report['test_sentences']} sentences; of {asked} asked {kept} kept"
        + (f", {dropped}" if dropped else ""),
        *(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ),
        *(f"without {arm}: {why}" for arm, why in report["absent"].items()),
    ]
    return "\n".join(lines) + "\n"
