"""Pictures of the evaluation, the data of every picture for `dvc plots` and the report, and sound.

Tables are tab-separated with one header line, one file per figure, one column per arm and null;
seeds.tsv has a row for every arm, seed and evaluation. attention.json has the same runs, utterances
and moments as the pictures; weights in 255ths, gold times in seconds (null where unknown). WAV
files have its utterances: the source, its true mel made audible, which says what Griffin-Lim costs,
and what every arm says by itself, without true frames, until its stop token.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import soundfile
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pngnw.align.symbols import TOKENS
from pngnw.arms.text import spelled
from pngnw.core import shards
from pngnw.core.atomic import write_text
from pngnw.evaluate.dataset import load
from pngnw.evaluate.report import Result, grouped
from pngnw.params import Evaluate
from pngnw.speech.griffinlim import vocode
from pngnw.speech.mel import FRAME_SECONDS, SAMPLE_RATE
from pngnw.speech.utterance import HELDOUT, step_times

FIGURES = {
    "error_ms": "E: attention's distance to gold (ms)",
    "boundary_ms": "boundary error (ms)",
    "hit": "hit: attention within 50 ms of gold",
}
# Drawn where gold times are unknown; the straight line is perfect in all of them.
GOLD_FREE = {
    "focus": "focus (no gold times)",
    "coverage": "coverage (no gold times)",
    "monotonicity": "monotonicity (no gold times)",
    "diagonality": "diagonality (no gold times)",
}
NULLS = {"uniform": "uniform attention", "diagonal": "straight line"}
COLORS = {"tacotron2": "tab:blue", "random": "tab:orange", "pretrained": "tab:green",
           "letters": "tab:cyan", "frozen": "tab:olive", "phoneme-only": "tab:brown"}  # fmt: skip
DPI = 110
_MARK = re.compile(r" ([.,!?;:])")


def draw(results: Sequence[Result], speech: Path, folder: Path, settings: Evaluate) -> None:
    """Write curves.png, attention-ARM.png, FIGURE.tsv and seeds.tsv of the reported runs into
    `folder`, and attention.json and utterance-N-*.wav of the first seed's runs."""
    folder.mkdir(parents=True, exist_ok=True)
    by_arm = grouped(results, "arm")
    curves(by_arm, settings).savefig(folder / "curves.png", dpi=DPI)
    for arm, runs in by_arm.items():
        grid(runs[0], settings).savefig(folder / f"attention-{arm}.png", dpi=DPI)
    for figure in figures(results):
        write_text(folder / f"{figure}.tsv", table(by_arm, figure))
    first = grouped(results, "seed")[results[0]["spec"]["seed"]]
    wanted = [entry["id"] for entry in first[0]["free_running"]]
    data = {
        "seed": first[0]["spec"]["seed"],
        "seconds_per_step": settings.reduction * FRAME_SECONDS,
        "texts": spellings(speech, wanted),
        "arms": {run["spec"]["arm"]: attention_data(run) for run in first},
    }
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    write_text(folder / "attention.json", text + "\n")
    write_text(folder / "seeds.tsv", by_seed(results))
    for number, row in enumerate(sounds(speech, wanted)):
        heard: dict[str, Any] = {"source": np.array(row["samples"], dtype=np.int16)}
        spoken = {run["spec"]["arm"]: run["free_running"][number]["mel"] for run in first}
        for name, mel in {"true-mel": row["mel"], **spoken}.items():
            if len(mel) > 2:
                heard[name] = vocode(np.array(mel, dtype=np.float32))
        for name, samples in heard.items():
            path = folder / f"utterance-{number + 1}-{name}.wav"
            soundfile.write(path, samples, SAMPLE_RATE, subtype="PCM_16")


def figures(results: Sequence[Result]) -> dict[str, str]:
    """What is drawn of these runs, with its label."""
    return FIGURES if "error_ms" in results[0]["nulls"]["uniform"] else GOLD_FREE


def table(by_arm: Mapping[str, Sequence[Result]], figure: str) -> str:
    """Samples against the median over seeds of one figure, a column per arm and per null."""
    some = next(iter(by_arm.values()))[0]
    nulls = {name: some["nulls"][name][figure] for name in NULLS}
    rows = ["\t".join(["samples", *by_arm, *nulls])]
    medians = {arm: _median(runs, figure) for arm, runs in by_arm.items()}
    for index, samples in enumerate(_samples(some)):
        values = [*(median[index] for median in medians.values()), *nulls.values()]
        rows.append("\t".join([str(samples), *(f"{value:.6g}" for value in values)]))
    return "\n".join(rows) + "\n"


def curves(by_arm: Mapping[str, Sequence[Result]], settings: Evaluate) -> Figure:
    """Every figure against samples: thin lines are seeds, thick ones medians, dashes nulls."""
    some = next(iter(by_arm.values()))[0]
    drawn = figures([some])
    picture = Figure(figsize=(5 * len(drawn), 4.8), layout="constrained")
    axes = picture.subplots(1, len(drawn))
    for axis, (figure, title) in zip(axes, drawn.items(), strict=True):
        for arm, runs in by_arm.items():
            samples, color = _samples(runs[0]), COLORS.get(arm)
            for run in runs:
                values = [entry[figure] for entry in run["evaluations"]]
                axis.plot(samples, values, color=color, alpha=0.35, linewidth=1)
            label = f"{arm} (encoder rate × {runs[0]['spec']['multiplier']:g})"
            axis.plot(samples, _median(runs, figure), color=color, linewidth=2.5, label=label)
        for (null, name), style in zip(NULLS.items(), (":", "--"), strict=True):
            if figure == "boundary_ms" and null == "uniform":
                continue  # a path through equal weights is arbitrary
            axis.axhline(some["nulls"][null][figure], color="black", linestyle=style, label=name)
        axis.set_xlabel("samples seen (utterances)")
        axis.set_ylabel(f"{title}, by {settings.level}")
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
    picture.legend(
        *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5, fontsize=8
    )
    seeds = ", ".join(str(run["spec"]["seed"]) for run in next(iter(by_arm.values())))
    picture.suptitle(
        f"{'Alignment' if drawn is FIGURES else 'Attention'} on held-out speech, "
        f"{some['spec']['attention'].upper()} attention, teacher forcing; "
        f"seeds {seeds} (thin), median (thick)"
    )
    return picture


def grid(result: Result, settings: Evaluate) -> Figure:
    """Attention of some held-out utterances (rows) as training goes on (columns)."""
    pictures = result["pictures"]
    rows, columns = len(pictures[0]["attention"]), len(pictures)
    picture = Figure(figsize=(4.2 * columns, 3.6 * rows), layout="constrained")
    axes = picture.subplots(rows, columns, squeeze=False)
    for column, moment in enumerate(pictures):
        for row, utterance in enumerate(moment["attention"]):
            _alignment(axes[row][column], utterance, settings.reduction)
            if row == 0:
                axes[row][column].set_title(f"after {moment['samples']} samples")
    for line in axes:
        line[0].set_ylabel("letter" if result["spec"]["arm"] == "letters" else "phoneme")
    for axis in axes[-1]:
        axis.set_xlabel("time (seconds)")
    spec = result["spec"]
    legend = "gold times are unknown"
    if _timed(pictures[0]["attention"][0]):
        legend = "red: gold time of each phoneme (for a letter, its word); gray: nothing is spoken"
    picture.suptitle(
        f"arm {spec['arm']}, seed {spec['seed']}, {spec['attention'].upper()} attention, "
        f"encoder rate × {spec['multiplier']:g}. Dark: attention; {legend}"
    )
    return picture


def _alignment(axis: Axes, utterance: Mapping[str, Any], reduction: int) -> None:
    weights = np.array(utterance["weights"])
    half = reduction * FRAME_SECONDS / 2
    times = step_times(len(weights), reduction)
    tokens = len(utterance["start"])
    axis.imshow(
        weights.T, cmap="Greys", vmin=0.0, vmax=1.0, interpolation="nearest",
        origin="lower", aspect="auto",
        extent=(times[0] - half, times[-1] + half, -0.5, tokens - 0.5),
    )  # fmt: skip
    if _timed(utterance):
        _gold(axis, utterance, float(times[-1]) + half)
    symbols = [TOKENS.symbols[token] for token in utterance["tokens"]]
    axis.set_yticks(range(tokens), symbols, fontsize=7 if tokens <= 30 else 5)


def _timed(utterance: Mapping[str, Any]) -> bool:
    return not np.isnan(utterance["start"]).any()


def _gold(axis: Axes, utterance: Mapping[str, Any], last: float) -> None:
    """Gold times in red, and gray bands where nothing is spoken."""
    spans = zip(utterance["start"], utterance["end"], utterance["spoken"], strict=True)
    end = 0.0
    for row, (start, stop, spoken) in enumerate(spans):
        if spoken:
            axis.plot([start, stop], [row, row], color="red", linewidth=1.6)
            if start > end + 1e-3:
                axis.axvspan(end, start, color="tab:gray", alpha=0.25, linewidth=0)
            end = stop
    axis.axvspan(end, last, color="tab:gray", alpha=0.25, linewidth=0)


def _samples(result: Result) -> list[int]:
    return [entry["samples"] for entry in result["evaluations"]]


def _median(runs: Sequence[Result], figure: str) -> list[float]:
    values = [[entry[figure] for entry in run["evaluations"]] for run in runs]
    return [float(value) for value in np.median(values, axis=0)]


def attention_data(run: Result) -> dict[str, Any]:
    pictures = run["pictures"]
    return {
        "encoder_rate": run["spec"]["multiplier"],
        "moments": [moment["samples"] for moment in pictures],
        "utterances": [
            {
                "symbols": [TOKENS.symbols[token] for token in utterance["tokens"]],
                "start": [_seconds(time) for time in utterance["start"]],
                "end": [_seconds(time) for time in utterance["end"]],
                "spoken": [bool(spoken) for spoken in utterance["spoken"]],
                "frames": [
                    [
                        [round(255 * w) for w in row]
                        for row in moment["attention"][number]["weights"]
                    ]
                    for moment in pictures
                ],
            }
            for number, utterance in enumerate(pictures[0]["attention"])
        ],
    }


def by_seed(results: Sequence[Result]) -> str:
    names = list(figures(results))
    lines = ["\t".join(["arm", "seed", "samples", *names])]
    for run in results:
        spec = run["spec"]
        for entry in run["evaluations"]:
            values = [f"{entry[name]:.6g}" for name in names]
            lines.append(
                "\t".join([spec["arm"], str(spec["seed"]), str(entry["samples"]), *values])
            )
    return "\n".join(lines) + "\n"


def spellings(speech: Path, wanted: Sequence[int]) -> list[str]:
    """The held-out utterances with these ids as they are spelled, a space between words."""
    sentences = load(speech, HELDOUT).sentences
    place = {key: number for number, key in enumerate(sentences.id.tolist())}
    texts = spelled(sentences.select(np.array([place[key] for key in wanted])))
    return [_MARK.sub(r"\1", " ".join(words)) for words in texts]


def sounds(speech: Path, wanted: Sequence[int]) -> list[dict[str, Any]]:
    """The mels and samples of the utterances with these ids."""
    rows: dict[int, dict[str, Any]] = {}
    chosen = pa.array(wanted, type=pa.uint64())
    for path in shards.paths(speech):
        table = shards.read(path, ["id", "mel", "samples"])
        rows |= {r["id"]: r for r in table.filter(pc.is_in(table["id"], chosen)).to_pylist()}
    return [rows[key] for key in wanted]


def _seconds(seconds: float) -> float | None:
    return None if math.isnan(seconds) else round(seconds, 4)
