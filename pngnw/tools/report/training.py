"""What the encoder learned, and what the emoji teacher thinks."""

from collections.abc import Iterator

from pngnw.tools.report import charts, pictures, words
from pngnw.tools.report.about import missing
from pngnw.tools.report.blocks import Block, Chart, Charts, Note, Picture, Section, Table
from pngnw.tools.report.figures import Emoji, Test
from pngnw.tools.report.gather import Gathered

EXAMPLES = 16  # emoji whose sentences are shown


def losses(found: Gathered) -> Section:
    return Section("losses", "Loss curves", [*_losses(found)])


def _losses(found: Gathered) -> Iterator[Block]:
    if not found.losses:
        yield missing("Loss curves", "pretrain")
        return
    yield Charts(
        [
            Chart(words.LOSSES.get(name, words.plain(name)), charts.loss(name, by_split))
            for name, by_split in found.losses.items()
        ],
        "Blue line: the text that is trained on. Orange points: documents that are kept apart. "
        "Lower is better; the scales differ from chart to chart and do not begin at 0.",
    )


def tasks(found: Gathered) -> Section:
    return Section("tasks", "What the encoder can do", [*_tasks(found)])


def _tasks(found: Gathered) -> Iterator[Block]:
    if found.pretrain is None:
        yield missing("Accuracy by task", "pretrain")
        return
    test = found.pretrain.test
    if drawn := charts.accuracy(test):
        yield Chart(
            "Right answers on documents it never saw",
            drawn,
            f"{'; '.join(words.TASKS.values())}. "
            "Blue: the encoder, with a 95% interval (grey) that takes every answer for "
            "independent; answers within a word are not, so the true one is wider. Orange: always "
            "giving the commonest answer.",
        )
    yield _answers(test)
    if test.emoji:
        yield _emoji(test.emoji)


def _answers(test: Test) -> Table:
    rows = []
    for task, units in test.tasks().items():
        for unit, a in units.items():
            low, high = charts.wilson(a)
            error = "–" if a.error_rate is None else words.percent(a.error_rate)
            base = "–" if a.majority_error_rate is None else words.percent(a.majority_error_rate)
            rows.append(
                (
                    words.answer(task, unit),
                    words.percent(a.accuracy),
                    f"{words.percent(low)} to {words.percent(high)}",
                    words.percent(a.majority_accuracy),
                    error,
                    base,
                    words.count(a.count),
                )
            )
    return Table(
        "The same in numbers; the error rate also counts what is left out or added",
        ("what is told", "right", "95% interval", "commonest answer right",
         "error rate", "commonest answer's error rate", "answers"),
        rows,
    )  # fmt: skip


def _emoji(found: Emoji) -> Table:
    return Table(
        f"Emoji against the teacher's distributions, {words.count(found.sentences)} sentences",
        ("measure", "encoder", "always the teacher's mean"),
        [
            (
                "distance to the teacher (KL, nats; lower is better)",
                f"{found.kl:.3f}",
                f"{found.mean_kl:.3f}",
            ),
            (
                "of the teacher's five likeliest, found",
                words.percent(found.top5_overlap),
                words.percent(found.mean_top5_overlap),
            ),
        ],
    )


def emoji(found: Gathered) -> Section:
    return Section("emoji", "What the emoji teacher thinks", [*_teacher(found)])


def _teacher(found: Gathered) -> Iterator[Block]:
    if found.teach is None:
        yield missing("Emoji", "teach")
        return
    yield Chart(
        f"The commonest feelings in {words.count(found.teach.rows_out)} sentences",
        charts.emoji(found.teach),
        f"The {charts.EMOJI_SHOWN} of 64 emoji that most often come first.",
    )
    if found.examples:
        leading = sorted(
            found.examples.emoji,
            key=lambda key: -(found.teach.leads if found.teach else {}).get(key, 0),
        )
        yield Table(
            f"The sentences that an emoji fits best, as the teacher ({found.examples.teacher}) "
            "sees it, with the share that it gives them",
            ("emoji", "sentences"),
            [
                (
                    charts.emoji_label(key),
                    "\n".join(f"{e.share:.2f}  {e.text}" for e in found.examples.emoji[key]),
                )
                for key in leading[:EXAMPLES]
            ],
            words=frozenset({"sentences"}),
        )
    elif found.emoji_picture:
        yield Picture(
            pictures.url(found.emoji_picture.read_bytes(), "image/png"),
            "Every emoji by name with its mean share and the two sentences that it fits best",
            "Every emoji with the two sentences that it fits best, as the stage drew them.",
        )
    else:
        yield Note("Examples: not there. dvc pull plots/teach, or dvc repro teach", missing=True)
