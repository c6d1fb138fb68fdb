"""Pictures and sounds of the stage, of a few held-out utterances, and what was heard in all.

`utterance-N.png` has spectrograms: the true one, and of every arm with the gold prosody and with
its own; `utterance-N-*.wav` are the source, the true mel made audible, and every arm by itself;
`heard.tsv` has a row for every utterance and way of speaking; `curves.png` has the mel's error.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from matplotlib.figure import Figure

from pngnw.core.atomic import write_text
from pngnw.params import Arm
from pngnw.speech.griffinlim import vocode
from pngnw.speech.mel import FRAME_SECONDS, SAMPLE_RATE, Floats
from pngnw.voice.dataset import Utterances
from pngnw.voice.runs import GOLD, KEPT, PREDICTED, TRUE_MEL, Result

DPI: Final = 100
NAMES: Final = {GOLD: "gold prosody", PREDICTED: "its own prosody"}


def draw(results: Mapping[Arm | None, Result], heldout: Utterances, folder: Path) -> None:
    """Write everything into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "heard.tsv", table(results))
    curves(results).savefig(folder / "curves.png", dpi=DPI)
    for number in range(min(KEPT, len(results[None]["words"]))):
        name = f"utterance-{number + 1}"
        spectrograms(results, number).savefig(folder / f"{name}.png", dpi=DPI)
        source = heldout.samples[number]
        if source is not None:
            soundfile.write(folder / f"{name}-source.wav", source, SAMPLE_RATE)
        for arm, result in results.items():
            mel = _mel(result, TRUE_MEL if arm is None else PREDICTED, number)
            path = folder / f"{name}-{'true-mel' if arm is None else arm}.wav"
            soundfile.write(path, vocode(mel), SAMPLE_RATE, subtype="PCM_16")


def table(results: Mapping[Arm | None, Result]) -> str:
    """Text, way of speaking, word errors and what was heard, where there was a recognizer."""
    rows = ["\t".join(["utterance", "voice", "prosody", "errors", "heard"])]
    for number, text in enumerate(results[None]["text"]):
        rows.append("\t".join([str(number + 1), "text", "", "", text]))
        for arm, result in results.items():
            for way, entries in result["ways"].items():
                if entries and "heard" in entries[number]:
                    entry = entries[number]
                    voice, prosody = (way, "") if arm is None else (arm, NAMES[way])
                    cells = [str(number + 1), voice, prosody, str(entry["errors"]), entry["heard"]]
                    rows.append("\t".join(cells))
    return "\n".join(rows) + "\n"


def curves(results: Mapping[Arm | None, Result]) -> Figure:
    """The mean absolute error of the standardized mel in training."""
    picture = Figure(figsize=(6.4, 4.4), layout="constrained")
    axis = picture.subplots()
    for arm, result in results.items():
        if arm is not None:
            curve = result["curve"]
            axis.plot([p["step"] for p in curve], [p["mel"] for p in curve], label=arm)
    axis.set_xlabel("step")
    axis.set_ylabel("mel error in training (deviations)")
    axis.grid(alpha=0.3)
    axis.legend()
    return picture


def spectrograms(results: Mapping[Arm | None, Result], number: int) -> Figure:
    """The mels of one utterance, one below the other."""
    rows = [("true", _mel(results[None], TRUE_MEL, number))]
    for arm, result in results.items():
        if arm is not None:
            rows += [(f"{arm}, {NAMES[w]}", _mel(result, w, number)) for w in (GOLD, PREDICTED)]
    picture = Figure(figsize=(8, 1.9 * len(rows)), layout="constrained")
    longest = max(len(mel) for _, mel in rows) * FRAME_SECONDS
    for axis, (title, mel) in zip(picture.subplots(len(rows), 1), rows, strict=True):
        axis.imshow(
            mel.T, origin="lower", aspect="auto", vmin=rows[0][1].min(), vmax=rows[0][1].max(),
            extent=(0, len(mel) * FRAME_SECONDS, 0, mel.shape[1]),
        )  # fmt: skip
        axis.set_xlim(0, longest)
        axis.set_ylabel("band")
        axis.set_title(title, fontsize=9)
    axis.set_xlabel("seconds")
    picture.suptitle(results[None]["text"][number])
    return picture


def _mel(result: Result, way: str, number: int) -> Floats:
    return np.array(result["mels"][way][number], dtype=np.float32)
