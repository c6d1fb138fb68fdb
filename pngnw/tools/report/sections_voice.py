"""The sections by which a builder of a voice decides: pronunciation, prosody, alignment, cost and
the voice.

Each reads what the stages wrote into the repository at `root`.
"""

from collections.abc import Iterator
from pathlib import Path

from pngnw.tools.report import files, media, words
from pngnw.tools.report.files import naming, record
from pngnw.tools.report.page import Bar, Bars, Block, Heading, Note, Points, Table

Z = 1.96  # standard deviations of a 95% interval


def missing(what: str, stage: str) -> Note:
    return Note(f"{what}: not run yet. Run it with: dvc repro {stage}", missing=True)


def pronunciation(root: Path) -> Iterator[Block]:
    pretrain = record(files.Pretrain, root / "metrics/pretrain.json")
    if pretrain is None:
        yield missing("Errors by task", "pretrain")
        return
    bars = [
        bar
        for task, units in pretrain.test.tasks().items()
        for unit, whole in units.items()
        for part, score in {"": whole, **whole.parts}.items()
        for bar in _answers(words.answer(task, unit) + (f", {part}" if part else ""), score)
    ]
    if bars:
        yield Bars(
            "Wrong answers on documents it never saw",
            f"{'; '.join(words.TASKS.values())}. "
            "Blue: the encoder, with a 95% interval that takes every answer for independent; "
            "answers within a word are not, so the true one is wider. Orange: what tables of the "
            f"training text answer. {'; '.join(words.CONTROLS.values())}. Spoken: words that are "
            "no punctuation marks; seen: in the training text. The error rate of letters and "
            "phonemes also counts what is left out or added.",
            bars,
        )


def _answers(name: str, score: files.Score) -> Iterator[Bar]:
    low, high = wilson(score.errors, score.count)
    yield Bar(
        name,
        score.errors,
        f"{words.percent(score.errors)} ({words.percent(low)} to {words.percent(high)}) of "
        f"{words.count(score.count)}",
    )
    for control, share in score.controls.items():
        yield Bar(f"by {words.plain(control)}", share, words.percent(share), control=True)


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share; the whole range where nothing was counted."""
    if not count:
        return 0.0, 1.0
    middle, scale = share + Z * Z / (2 * count), 1 + Z * Z / count
    reach = Z * (share * (1 - share) / count + Z * Z / (4 * count * count)) ** 0.5
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def prosody(root: Path) -> Iterator[Block]:
    measured = record(files.Prosody, root / "metrics/prosody.json")
    if measured is None:
        yield missing("Prosody", "prosody")
    else:
        yield Points([*map(words.arms_in, measured.summary)])
        for name, of_set in measured.sets.items():
            if bars := [*_predicted(of_set)]:
                yield Bars(
                    f"Error of what is predicted: {name}",
                    "Root of the mean squared error of log seconds and of log Hz on held-out "
                    "utterances, with its 95% interval; lower is better. Blue: from the states of "
                    "a text encoder; orange: what tables of the training part answer.",
                    bars,
                )
    for path in sorted((root / "plots/prosody").glob("*/contour.png")):
        yield from media.picture(
            path,
            f"Contours of held-out utterances: {path.parent.name}",
            "Black: as spoken; colored: as the first seed of each text encoder predicts.",
        )


def _predicted(of_set: files.ProsodySet) -> Iterator[Bar]:
    told = [(words.arm(name), arm, False) for name, arm in of_set.arms.items()]
    told += [(f"{name} table", null, True) for name, null in of_set.nulls.items()]
    for name, each, control in told:
        if each.duration:
            yield _estimate(f"duration: {name}", each.duration.rmse, control)
    for name, each, control in told:
        if each.log_f0:
            yield _estimate(f"F0: {name}", each.log_f0.rmse, control)


def _estimate(label: str, figure: files.Estimate, control: bool) -> Bar:
    low, high = figure.interval
    return Bar(label, figure.value, f"{figure.value:.3f} ({low:.3f} to {high:.3f})", control)


def alignment(root: Path) -> Iterator[Block]:
    evaluate = record(files.Evaluate, root / "metrics/evaluate.json")
    attentions = evaluate.attentions if evaluate else {}
    if evaluate is None:
        yield missing("Alignment", "evaluate")
    else:
        yield Points([*map(words.arms_in, evaluate.summary)])
    plots = root / "plots/evaluate"
    drawn = sorted(path.name for path in plots.glob("*") if path.is_dir())
    for name in words.in_order(dict.fromkeys([*drawn, *attentions]), [*words.ATTENTIONS]):
        yield Heading(words.attention(name))
        if name in attentions:
            yield criteria(attentions[name])
        yield from _drawn(plots / name)


def _drawn(folder: Path) -> Iterator[Block]:
    """Pictures and sounds of one attention."""
    yield from media.picture(
        folder / "curves.png",
        "Alignment of held-out utterances, as training goes on",
        "Thick lines: the median over seeds; thin lines: every seed. Broken lines: what no "
        "learning at all would score.",
    )
    path = folder / "attention.json"
    frames = record(files.Frames, path)
    if frames is None:
        yield missing("Attention pictures", "evaluate")
    else:
        with naming(path):
            slider = media.slider(folder.name, frames)
        yield slider
    players = media.players(folder, frames.texts if frames else [])
    if players:
        yield Note(
            "Utterances that no decoder was trained on. The decoders speak by themselves until "
            "they stop, after minutes of training on one core, and Griffin-Lim makes their mel "
            "spectrograms audible: the true mel through Griffin-Lim is the best that any of them "
            "could sound."
        )
    yield from players


def criteria(attention: files.Attention) -> Table:
    """When the arms met every criterion, and on how many seeds."""
    names = [*dict.fromkeys(name for arm in attention.arms.values() for name in arm.samples_to)]
    last = [*next(iter(attention.arms.values())).at][-1:] if attention.arms else []
    timed = {"error_ms": "distance, ms", "hit": "within 50 ms"} if attention.gold_times else {}
    seeds = len(attention.seeds)
    return Table(
        f"By text encoder; medians over seeds {', '.join(map(str, attention.seeds))}",
        ("text encoder", *(f"utterances to “{name}” (seeds that met it)" for name in names),
         *timed.values(), "encoder rate"),
        [
            (
                words.arm(name),
                *(
                    f"{words.samples(arm.samples_to[c]['median'])} "
                    f"({arm.seeds_that_met.get(c, 0)} of {seeds})"
                    for c in names
                ),
                *(f"{arm.at[last[0]][figure]:.3g}" for figure in timed if last),
                f"× {arm.encoder_rate:g}",
            )
            for name, arm in attention.arms.items()
        ],
    )  # fmt: skip


def cost(root: Path) -> Iterator[Block]:
    costs = root / "metrics/cost"
    evaluate = record(files.EvaluateCost, costs / "evaluate.json")
    for name, arms in (evaluate.arms if evaluate else {}).items():
        yield Bars(
            f"What a text encoder costs a synthesizer with {words.attention(name)}",
            "Milliseconds of one thread per utterance, in training; medians over runs.",
            [
                Bar(
                    words.arm(arm),
                    c.encoder_ms_per_sample,
                    f"{c.encoder_ms_per_sample:.2f} ms, {c.encoder_mflop_per_sample:.1f} MFLOP; "
                    f"{words.duration(c.seconds_per_run)} a run",
                )
                for arm, c in arms.items()
            ],
        )
    stages = {
        stage: measured
        for stage in words.STAGES
        if (measured := record(files.Cost, costs / f"{stage}.json"))
    }
    if not stages:
        yield missing("Cost, which is measured where the stages run and is not in git,", "")
        return
    yield Table(
        f"Last run of every stage; {words.duration(sum(c.seconds for c in stages.values()))} in "
        "all. Stages take from their caches what has not changed, so a first run may take longer",
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


def voice(root: Path) -> Iterator[Block]:
    measured = record(files.Voice, root / "metrics/voice.json")
    if measured is None:
        yield missing("The voice", "voice")
    else:
        yield Points([*map(words.arms_in, measured.summary)])
    yield from media.spoken(root / "plots/voice")
