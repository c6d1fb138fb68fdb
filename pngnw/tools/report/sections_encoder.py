"""The sections about the encoder: losses, tasks, emoji, and what it is worth to a synthesizer."""

from collections.abc import Iterator

from pngnw.evaluate.summary import interval
from pngnw.tools.report import alignment_charts, charts, words
from pngnw.tools.report.files import Attention, EmojiScore, Evaluate, Test
from pngnw.tools.report.gather import Plots, Results
from pngnw.tools.report.page import Block, Chart, Charts, Heading, Note, Points, Table

EXAMPLES = 16  # emoji whose sentences are shown


def missing(what: str, stage: str) -> Note:
    return Note(f"{what}: not run yet. Run it with: dvc repro {stage}", missing=True)


def losses(results: Results) -> Iterator[Block]:
    if not results.losses:
        yield missing("Loss curves", "pretrain")
        return
    yield Charts(
        [
            Chart(words.LOSSES.get(name, words.plain(name)), charts.loss(name, by_split))
            for name, by_split in results.losses.items()
        ],
        "Blue line: the text that is trained on. Orange points: documents that are kept apart. "
        "Lower is better; the scales differ from chart to chart and do not begin at 0.",
    )


def tasks(results: Results) -> Iterator[Block]:
    if results.pretrain is None:
        yield missing("Errors by task", "pretrain")
        return
    test = results.pretrain.test
    if drawn := charts.errors(test):
        yield Chart(
            "Wrong answers on documents it never saw",
            drawn,
            f"{'; '.join(words.TASKS.values())}. "
            "Blue: the encoder, with a 95% interval (gray) that takes every answer for "
            "independent; answers within a word are not, so the true one is wider. Orange: what "
            f"tables of the training text answer. {'; '.join(words.CONTROLS.values())}.",
        )
    yield _answers(test)
    if test.emoji:
        yield _emoji(test.emoji)


def _answers(test: Test) -> Table:
    rows = []
    for task, units in test.tasks().items():
        for unit, whole in units.items():
            name = words.answer(task, unit)
            parts = {f"{name}, {part}": score for part, score in whole.parts.items()}
            for title, score in {name: whole, **parts}.items():
                low, high = charts.wilson(score.errors, score.count)
                controls = [
                    f"{words.plain(control)} {words.percent(share)}"
                    for control, share in score.controls.items()
                ]
                rows.append(
                    (
                        title,
                        words.percent(score.errors),
                        f"{words.percent(low)} to {words.percent(high)}",
                        ", ".join(controls),
                        words.count(score.count),
                    )
                )
    return Table(
        "The same in numbers; the error rate of letters and phonemes also counts what is left out "
        "or added. Spoken: words that are no punctuation marks; seen: in the training text",
        ("what is told", "wrong", "95% interval", "controls wrong", "answers"),
        rows,
    )


def _emoji(score: EmojiScore) -> Table:
    return Table(
        f"Emoji against the teacher's distributions, {words.count(score.sentences)} sentences",
        ("measure", "encoder", "always the teacher's mean"),
        [
            (
                "distance to the teacher (KL, nats; lower is better)",
                f"{score.kl:.3f}",
                f"{score.mean_kl:.3f}",
            ),
            (
                "of the teacher's five likeliest, found",
                words.percent(score.top5_overlap),
                words.percent(score.mean_top5_overlap),
            ),
        ],
    )


def emoji(results: Results) -> Iterator[Block]:
    teach = results.teach
    if teach is None:
        yield missing("Emoji", "teach")
        return
    yield Chart(
        f"The commonest feelings in {words.count(teach.rows_out)} sentences",
        charts.emoji(teach),
        f"The {charts.EMOJI_SHOWN} of 64 emoji that most often come first.",
    )
    if results.examples:
        leading = sorted(results.examples.emoji, key=lambda key: -teach.leads.get(key, 0))
        yield Table(
            f"The sentences that an emoji fits best, as the teacher ({results.examples.teacher}) "
            "sees it, with the share that it gives them",
            ("emoji", "sentences"),
            [
                (
                    charts.emoji_label(key),
                    "\n".join(f"{e.share:.2f}  {e.text}" for e in results.examples.emoji[key]),
                )
                for key in leading[:EXAMPLES]
            ],
            words=frozenset({"sentences"}),
        )
    else:
        yield Note("Examples: not there. dvc pull plots/teach, or dvc repro teach", missing=True)


def attention(results: Results) -> Iterator[Block]:
    sliders = {name: plots.slider for name, plots in results.plots.items() if plots.slider}
    if not sliders:
        yield missing("Attention pictures", "evaluate")
    for name, slider in sliders.items():
        yield Heading(words.attention(name))
        yield slider


def sounds(results: Results) -> Iterator[Block]:
    players = {name: plots.players for name, plots in results.plots.items() if plots.players}
    if not players:
        yield missing("Sounds", "evaluate")
        return
    yield Note(
        "Utterances that no decoder was trained on. The decoders speak by themselves until they "
        "stop, after minutes of training on one core, and Griffin-Lim makes their mel spectrograms "
        "audible: the true mel through Griffin-Lim is the best that any of them could sound."
    )
    for name, of_attention in players.items():
        yield Heading(words.attention(name))
        yield from of_attention


def alignment(results: Results) -> Iterator[Block]:
    attentions = results.evaluate.attentions if results.evaluate else {}
    if results.evaluate is None:
        yield missing("Alignment", "evaluate")
    else:
        yield summary(results.evaluate)
    for name in dict.fromkeys([*results.plots, *attentions]):
        yield Heading(words.attention(name))
        if name in results.plots:
            yield from _over_training(results.plots[name])
        if name in attentions:
            yield from criteria(attentions[name])
            yield from _long(attentions[name])


def summary(evaluate: Evaluate) -> Points:
    return Points([*map(words.arms_in, evaluate.summary)])


def _over_training(plots: Plots) -> Iterator[Block]:
    if not plots.curves:
        return
    yield Charts(
        [
            Chart(words.CURVES.get(curve.figure, curve.figure), alignment_charts.curve(curve))
            for curve in plots.curves
            if curve.medians
        ],
        "On held-out utterances. Thick lines: the median over seeds; thin lines: every seed. "
        "Dotted: what no learning at all would score.",
    )


def criteria(attention: Attention) -> Iterator[Block]:
    """When every seed met every criterion, and how the arms compare."""
    names = [*dict.fromkeys(name for arm in attention.arms.values() for name in arm.samples_to)]
    line = attention.nulls.straight_line
    yield Charts(
        [
            Chart(
                f"Utterances until “{name}” alignment"
                + (" (a straight line meets it, too)" if line.get(f"meets_{name}") else ""),
                alignment_charts.samples_to(attention, name),
            )
            for name in reversed(names)
        ],
        "A mark for every seed. Hollow arrows: not met by the end of the run.",
        wide=True,
    )
    last = [*next(iter(attention.arms.values())).at][-1:] if attention.arms else []
    timed = ["error_ms", "hit"] if attention.gold_times else []
    yield Table(
        f"By text encoder; medians over seeds {', '.join(map(str, attention.seeds))}",
        ("text encoder", *(f"utterances to “{name}”" for name in names),
         *(["distance, ms", "within 50 ms"] if timed else []),
         "seeds read backwards", "encoder, MFLOP per utterance", "encoder rate"),
        [
            (
                words.arm(name),
                *(words.samples(arm.samples_to[c]["median"]) for c in names),
                *(f"{arm.at[last[0]][f]:.3g}" for f in timed if last),
                f"{len(arm.reversed_seeds)} of {len(attention.seeds)}",
                f"{arm.encoder_mflop_per_sample:.0f}",
                f"× {arm.encoder_rate:g}",
            )
            for name, arm in attention.arms.items()
        ],
    )  # fmt: skip
    if attention.ratios:
        yield Table(
            "How many utterances one text encoder needs beside another: below 1 the first needs "
            "fewer; 95% bootstrap interval over seeds. Only a bound is known where some runs never "
            "aligned",
            ("compared", "ratio", "95% interval", "seeds"),
            [
                (
                    f"{' / '.join(map(words.arm, pair.split('/')))}, {criterion}",
                    words.ratio(ratio.ratio),
                    interval(ratio.interval, " to "),
                    str(ratio.seeds),
                )
                for pair, by_criterion in attention.ratios.items()
                for criterion, ratio in by_criterion.items()
            ],
        )


def _long(attention: Attention) -> Iterator[Block]:
    if not attention.long_form:
        return
    arms = [*attention.arms]
    yield Table(
        "Utterances longer than any in training: words that are read in order (teacher forcing)",
        ("length", "seconds", *map(words.arm, arms), "a straight line"),
        [
            (
                factor,
                f"{long.seconds:.0f}",
                *(words.percent(long.arms.get(a, {}).get("words_in_order", 0.0)) for a in arms),
                words.percent(long.straight_line.get("words_in_order", 0.0)),
            )
            for factor, long in attention.long_form.items()
        ],
    )
