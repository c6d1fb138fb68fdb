"""Whether the encoder helps a synthesiser: what its attention does, looks like and sounds like."""

from collections.abc import Iterator

from pngnw.tools.report import alignment_charts, interval_charts, pictures, words
from pngnw.tools.report.about import missing
from pngnw.tools.report.aligned import Alignment, Attention
from pngnw.tools.report.blocks import (
    Block,
    Chart,
    Charts,
    Heading,
    Note,
    Picture,
    Points,
    Section,
    Table,
)
from pngnw.tools.report.gather import Gathered, Looks


def attention(found: Gathered) -> Section:
    return Section("attention", "Attention, as training goes on", [*_attention(found)])


def _attention(found: Gathered) -> Iterator[Block]:
    shown = {name: looks.slider for name, looks in found.looks.items() if looks.slider}
    if not shown:
        yield missing("Attention pictures", "evaluate")
    for name, slider in shown.items():
        yield Heading(words.attention(name))
        yield slider


def sounds(found: Gathered) -> Section:
    return Section("sounds", "Listen", [*_sounds(found)])


def _sounds(found: Gathered) -> Iterator[Block]:
    if not any(looks.players for looks in found.looks.values()):
        yield missing("Sounds", "evaluate")
        return
    yield Note(
        "Utterances that no decoder was trained on. The decoders speak by themselves until they "
        "stop, after minutes of training on one core, and Griffin-Lim makes their mel spectrograms "
        "audible: the true mel through Griffin-Lim is the best that any of them could sound."
    )
    for name, looks in found.looks.items():
        if looks.players:
            yield Heading(words.attention(name))
            yield from looks.players


def curves(found: Gathered) -> Section:
    return Section("alignment", "How soon attention aligns", [*_curves(found)])


def _curves(found: Gathered) -> Iterator[Block]:
    if found.alignment is None:
        yield missing("Alignment", "evaluate")
    else:
        yield _said(found.alignment)
    names = [*(found.alignment.attentions if found.alignment else {})]
    for name in dict.fromkeys([*found.looks, *names]):
        yield Heading(words.attention(name))
        if name in found.looks:
            yield from _over_training(found.looks[name])
        if found.alignment and name in found.alignment.attentions:
            yield from criteria(found.alignment.attentions[name])
            yield from _long(found.alignment.attentions[name])


def _said(found: Alignment) -> Points:
    return Points([*map(words.arms_in, found.summary)])


def _over_training(looks: Looks) -> Iterator[Block]:
    if not looks.curves:
        return
    banded = any(curve.seeds for curve in looks.curves)
    drawn = "thin lines: every seed; bands: the range over seeds"
    spread = drawn if banded else "every seed: in the picture below"
    yield Charts(
        [
            Chart(words.CURVES.get(curve.figure, curve.figure), alignment_charts.curve(curve))
            for curve in looks.curves
            if curve.medians
        ],
        f"On held-out utterances. Thick lines: the median over seeds; {spread}. Dotted: what no "
        "learning at all would score.",
    )
    if looks.every_seed and not banded:
        yield Picture(
            pictures.url(looks.every_seed.read_bytes(), "image/png"),
            "The same curves with a thin line for every seed",
            "The same with a thin line for every seed, as the stage drew it.",
        )


def criteria(found: Attention) -> Iterator[Block]:
    """When every seed met every criterion, and how the arms compare."""
    names = [*dict.fromkeys(name for arm in found.arms.values() for name in arm.samples_to)]
    line = found.nulls.straight_line
    yield Charts(
        [
            Chart(
                f"Utterances until “{name}” alignment"
                + (" (a straight line meets it, too)" if line.get(f"meets_{name}") else ""),
                alignment_charts.samples_to(found, name),
            )
            for name in reversed(names)
        ],
        "A mark for every seed. Hollow arrows: not met by the end of the run.",
        wide=True,
    )
    last = [*next(iter(found.arms.values())).at][-1:] if found.arms else []
    timed = ["error_ms", "hit"] if found.gold_times else []
    yield Table(
        f"By text encoder; medians over seeds {', '.join(map(str, found.seeds))}",
        ("text encoder", *(f"utterances to “{name}”" for name in names),
         *(["distance, ms", "within 50 ms"] if timed else []),
         "seeds read backwards", "encoder, MFLOP per utterance", "encoder rate"),
        [
            (
                words.arm(name),
                *(words.samples(arm.samples_to[c]["median"]) for c in names),
                *(f"{arm.at[last[0]][f]:.3g}" for f in timed if last),
                f"{len(arm.reversed_seeds)} of {len(found.seeds)}",
                f"{arm.encoder_mflop_per_sample:.0f}",
                f"× {arm.encoder_rate:g}",
            )
            for name, arm in found.arms.items()
        ],
    )  # fmt: skip
    if ratios := interval_charts.ratios(found):
        yield Chart(
            "How many utterances one text encoder needs beside another",
            ratios,
            "Left of 1 (dotted) the first needs fewer. Grey: 95% bootstrap interval over seeds, to "
            "the edge where it has no bound. Arrows: only a bound is known, since some runs never "
            "aligned.",
        )
        yield Table(
            "The same in numbers",
            ("compared", "ratio", "95% interval", "seeds"),
            [
                (
                    f"{' / '.join(map(words.arm, pair.split('/')))}, {criterion}",
                    interval_charts.ratio_words(ratio.ratio),
                    interval_charts.interval_words(ratio.interval),
                    str(ratio.seeds),
                )
                for pair, by_criterion in found.ratios.items()
                for criterion, ratio in by_criterion.items()
            ],
        )


def _long(found: Attention) -> Iterator[Block]:
    if not found.long_form:
        return
    arms = [*found.arms]
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
            for factor, long in found.long_form.items()
        ],
    )


def kept(name: str, found: Alignment) -> Iterator[Block]:
    """An alignment report that was kept in ablations/."""
    yield Heading(f"Alignment, kept in ablations/{name}.json")
    yield _said(found)
    for attention_name, of_attention in found.attentions.items():
        yield Heading(words.attention(attention_name))
        yield from criteria(of_attention)
