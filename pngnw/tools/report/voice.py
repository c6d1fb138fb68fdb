"""The sections by which a builder of a voice decides: pronunciation, prosody, alignment, cost and
the voice.

Each reads what the stages wrote into the repository at `root`.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pngnw.tools.report.page import (
    Bar,
    Bars,
    Block,
    Note,
    Points,
    Table,
    count,
    duration,
    missing,
    percent,
    picture,
    players,
    read,
)

Z: Final = 1.96  # standard deviations of a 95% interval
ARMS: Final = (
    "pretrained is ours, random the same untrained, frozen the same not trained on; tacotron2 is "
    "Tacotron 2’s own encoder, composite a sentence encoder, an emoji teacher and phonemes."
)
STAGES: Final = (
    "fetch", "clean", "phonemize", "align", "teach", "pretrain", "speech", "evaluate", "prosody",
    "voice",
)  # fmt: skip


def pronunciation(root: Path) -> Iterator[Block]:
    pretrain = read(root / "metrics/pretrain.json")
    if pretrain is None:
        yield missing("Errors by task", "pretrain")
        return
    bars = [
        bar
        for task in ("g2p", "p2g", "mlm")
        for unit, whole in pretrain["test"].get(task, {}).items()
        for part in ("", "seen", "unseen")
        if (score := whole.get(part) if part else whole)
        for bar in _answers(" ".join(filter(None, (f"{task}:", unit, part))), score)
    ]
    if bars:
        yield Bars(
            "Wrong answers on documents it never saw",
            "g2p: the phonemes of a word are hidden, its spelling is shown; p2g: its spelling is "
            "hidden; mlm: both are. Blue: the encoder, with a 95% interval that takes every answer "
            "for independent; answers within a word are not, so the true one is wider. Orange: "
            "tables of the training text: lookup, the commonest answer for the same spelling or "
            "phonemes; neighbors, the commonest word between the two beside it; same shape, of as "
            "many phonemes and letters. Seen: words that are in the training text.",
            bars,
        )


def errors(score: Mapping[str, Any]) -> dict[str, float]:
    """Share of wrong answers: of the encoder under "", of every control under its name."""
    told = "error_rate" if "error_rate" in score else "accuracy"  # tokens have both
    return {
        key.removesuffix(told).strip("_"): value if told == "error_rate" else 1 - value
        for key, value in score.items()
        if key.endswith(told)
    }


def _answers(name: str, score: Mapping[str, Any]) -> Iterator[Bar]:
    number = score["tokens"] if "tokens" in score else score["words"]
    for control, share in errors(score).items():
        if control:
            label = f"{name} by {control.replace('_', ' ')}"
            yield Bar(label, share, percent(share), control=True)
        else:
            low, high = wilson(share, number)
            told = f"{percent(share)} ({percent(low)} to {percent(high)}) of {count(number)}"
            yield Bar(name, share, told)


def wilson(share: float, number: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share; the whole range where nothing was counted."""
    if not number:
        return 0.0, 1.0
    middle, scale = share + Z * Z / (2 * number), 1 + Z * Z / number
    reach = Z * (share * (1 - share) / number + Z * Z / (4 * number * number)) ** 0.5
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def prosody(root: Path) -> Iterator[Block]:
    measured = read(root / "metrics/prosody.json")
    if measured is None:
        yield missing("Prosody", "prosody")
        return
    yield Points(measured.pop("summary"))
    yield Note(ARMS)
    for name, of_set in measured.items():
        bars = [
            _estimate(f"{figure}: {label}", each[figure]["rmse"], control)
            for figure in ("duration", "log_f0")
            for control, group in ((False, of_set["arms"]), (True, of_set["nulls"]))
            for label, each in group.items()
            if each.get(figure)
        ]
        if bars:
            yield Bars(
                f"Error of what is predicted: {name}",
                "Root of the mean squared error of log seconds and of log Hz on held-out "
                "utterances, with its 95% interval; lower is better. Blue: from the states of a "
                "text encoder; orange: what tables of the training part answer.",
                bars,
            )
        yield from picture(
            root / f"plots/prosody/{name}/contour.png",
            f"Contours of held-out utterances: {name}",
            "Black: as spoken; colored: as the first seed of each text encoder predicts.",
        )


def _estimate(label: str, figure: Mapping[str, Any], control: bool) -> Bar:
    value, (low, high) = figure["value"], figure["interval"]
    return Bar(label, value, f"{value:.3f} ({low:.3f} to {high:.3f})", control)


def alignment(root: Path) -> Iterator[Block]:
    measured = read(root / "metrics/evaluate.json")
    if measured is None:
        yield missing("Alignment", "evaluate")
        return
    yield Points(measured.pop("summary"))
    for name, attention in measured.items():
        yield _criteria(name.upper(), attention)
        folder = root / "plots/evaluate" / name
        yield from picture(
            folder / "curves.png",
            f"Alignment of held-out utterances with {name.upper()}, as training goes on",
            "Thick lines: the median over seeds; thin lines: every seed. Broken lines: what no "
            "learning at all would score.",
        )
        for arm in ("pretrained", "tacotron2"):
            yield from picture(
                folder / f"attention-{arm}.png",
                f"Where the decoder looks with {arm}",
                "Attention that has learned to read is a stair from bottom left to top right.",
            )
        drawn = read(folder / "attention.json") or {"texts": []}
        sounds = [*players(folder, drawn["texts"])]
        if sounds:
            yield Note(
                "Utterances that no decoder was trained on, after minutes of training on one core. "
                "source is as spoken; true-mel, its spectrogram through Griffin-Lim, is the best "
                "that any of them could sound."
            )
        yield from sounds


def _criteria(name: str, attention: Mapping[str, Any]) -> Table:
    """When the arms met every criterion, and on how many seeds."""
    arms, seeds = attention["arms"], attention["seeds"]
    names = [*dict.fromkeys(name for arm in arms.values() for name in arm["samples_to"])]
    return Table(
        f"{name} by text encoder: utterances until a criterion is met, medians over seeds "
        f"{', '.join(map(str, seeds))}, and on how many it was met",
        ("text encoder", *names, "encoder rate"),
        [
            (
                label,
                *(
                    f"{arm['samples_to'][each]['median']} "
                    f"({arm['seeds_that_met'][each]} of {len(seeds)})"
                    for each in names
                ),
                f"× {arm['encoder_rate']:g}",
            )
            for label, arm in arms.items()
        ],
    )


def cost(root: Path) -> Iterator[Block]:
    costs = root / "metrics/cost"
    stages = {stage: each for stage in STAGES if (each := read(costs / f"{stage}.json"))}
    if not stages:
        yield missing("Cost, which is measured where the stages run and is not in git", "")
        return
    for name, arms in stages.get("evaluate", {}).get("arms", {}).items():
        yield Bars(
            f"What a text encoder costs a synthesizer with {name.upper()}",
            "Milliseconds of one thread per utterance, in training; medians over runs.",
            [
                Bar(
                    arm,
                    each["encoder_ms_per_sample"],
                    f"{each['encoder_ms_per_sample']:.2f} ms, "
                    f"{each['encoder_mflop_per_sample']:.1f} MFLOP; "
                    f"{duration(each['seconds_per_run'])} a run",
                    control=arm == "tacotron2",
                )
                for arm, each in arms.items()
            ],
        )
    yield Table(
        f"Last run of every stage; {duration(sum(each['seconds'] for each in stages.values()))} in "
        "all. Stages take from their caches what has not changed, so a first run may take longer",
        ("stage", "time", "peak memory, MiB"),
        [
            (stage, duration(each["seconds"]), count(each["peak_memory_mib"]))
            for stage, each in stages.items()
        ],
    )


def voice(root: Path) -> Iterator[Block]:
    measured = read(root / "metrics/voice.json")
    if measured is None:
        yield missing("The voice", "voice")
        return
    yield Points(measured["summary"])
    folder = root / "plots/voice"
    path, rows = folder / "heard.tsv", []
    if path.is_file():
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = [*csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]
    sounds = [*players(folder, [row["heard"] for row in rows if row["voice"] == "text"])]
    for number, each in enumerate(sounds, 1):
        yield from picture(
            folder / f"utterance-{number}.png",
            f"Spectrograms of utterance {number}",
            "The true one, and those of each voice with the true prosody and with its own.",
        )
        yield each
    if rows:
        yield Table(
            "What a recognizer heard, and how many words of it are wrong",
            ("utterance", "voice", "prosody", "errors", "heard"),
            [[*row.values()] for row in rows if int(row["utterance"]) <= len(sounds)],
            words=True,
            folded=True,
        )
