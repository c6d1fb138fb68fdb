"""The probe stage: one labelled set through every arm, to scores and a table of answers.

Guarantees: a pure function of encoder, set, parameters and seed, see `pngnw.probe.measure`.
"""

import csv
import io
from pathlib import Path

from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.params import Params
from pngnw.probe.measure import Measured, measure
from pngnw.probe.questions import TEST


def run(params: Params, root: Path, name: str) -> StageResult:
    """Fit linear probes on frozen states for one set of probe.sets; write plots/probe/<set>.

    Raises:
        UserError: a file is missing or has a bad row, or too little is left to learn from.
    """
    section = params.probe
    if name not in section.sets:
        raise UserError(f"{name}: not in probe.sets, which holds {list(section.sets)}")
    measured = measure(
        name,
        section.sets[name],
        root / "models/encoder",
        seed=params.base.seed,
        layer=section.layer,
        sentences=section.sets[name].sentences or section.sentences,
    )
    _write_answers(root / "plots/probe" / name, measured)
    return StageResult(measured.report)


def _write_answers(out: Path, measured: Measured) -> None:
    """How often each answer is right, and recall at equal shares of every arm: `answers.tsv`."""
    questions = measured.questions
    names, index = questions.answers()
    test = questions.part_Q == TEST
    right = [each.prior_corrected == questions.label for each in measured.answers.values()]
    text = io.StringIO()
    table = csv.writer(text, delimiter="\t", lineterminator="\n")
    table.writerow(
        ["group", "label", "fit", "test", *(f"fair recall {arm}" for arm in measured.answers)]
    )
    for number, answer in enumerate(names.tolist()):
        fit, tested = (index == number) & ~test, (index == number) & test
        recalls = [f"{each[tested].mean():.4f}" if tested.any() else "" for each in right]
        table.writerow([*answer.split("\t"), fit.sum(), tested.sum(), *recalls])
    write_text(out / "answers.tsv", text.getvalue())
