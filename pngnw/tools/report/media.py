"""Attention as frames for a slider, pictures, and sounds as players, in data: URLs.

A frame is the weights themselves, a pixel each. FLAC is lossless, and every browser plays it.
"""

import base64
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile
from PIL import Image

from pngnw.tools.report import words
from pngnw.tools.report.files import ArmFrames, Frames, Utterance, naming, table
from pngnw.tools.report.page import Block, Drawing, Picture, Player, Players, Slider, Strip

READING = (
    "Shading is where the decoder looks: time runs to the right, the text from bottom to top. "
    "Red: when each sound is really spoken; gray bands: nothing is spoken. Attention that has "
    "learned to read lies on the red lines."
)
SOUNDS = {"source": "as spoken (source)", "true-mel": "true mel through Griffin-Lim (ceiling)"}
_NAME = re.compile(r"utterance-(\d+)-(.+)")


def slider(name: str, frames: Frames) -> Slider:
    """Attention of all arms and utterances at every moment of training.

    Raises ValueError, IndexError or OverflowError where the parts do not fit together.
    """
    moments = sorted({moment for arm in frames.arms.values() for moment in arm.moments})
    texts = " · ".join(frames.texts)
    return Slider(
        name=name,
        moments=[f"{words.count(moment)} utterances" for moment in moments],
        strips=[
            Strip(words.arm(arm), [*_drawings(arm, of_arm, moments, frames.seconds_per_step)])
            for arm, of_arm in frames.arms.items()
        ],
        caption=f"Seed {frames.seed}, held-out utterances: {texts} — {READING}",
    )


def _drawings(
    name: str, arm: ArmFrames, moments: Sequence[int], seconds_per_step: float
) -> Iterator[Drawing]:
    for number, utterance in enumerate(arm.utterances, 1):
        pictures = {
            moment: _frame(weights)
            for moment, weights in zip(arm.moments, utterance.frames, strict=True)
        }
        # An arm that has no picture of a moment shows the one before.
        shown = [max((m for m in pictures if m <= at), default=min(pictures)) for at in moments]
        alt = f"Attention of {words.arm(name)} on utterance {number}, {' '.join(utterance.symbols)}"
        yield _drawing(alt, [pictures[moment] for moment in shown], utterance, seconds_per_step)


def _drawing(
    alt: str, frames: Sequence[str], utterance: Utterance, seconds_per_step: float
) -> Drawing:
    seconds = len(utterance.frames[0]) * seconds_per_step
    height, scale = Drawing.height, Drawing.width / seconds
    row = height / len(utterance.symbols)
    times = zip(utterance.start, utterance.end, utterance.spoken, strict=True)
    spans = [
        (start, end, height - (number + 0.5) * row)
        for number, (start, end, spoken) in enumerate(times)
        if spoken and start is not None and end is not None
    ]
    step = 0.5 if seconds < 4 else 1.0
    return Drawing(
        alt=alt,
        frames=frames,
        labels=[(height - (n + 0.5) * row, symbol) for n, symbol in enumerate(utterance.symbols)],
        ticks=[(t * scale, f"{t:g} s") for t in np.arange(0, seconds - step / 4, step).tolist()],
        gold=[(start * scale, end * scale, y) for start, end, y in spans],
        silences=[(x * scale, length * scale) for x, length in _silences(spans, seconds)],
    )


def _silences(
    spans: Sequence[tuple[float, float, float]], seconds: float
) -> Iterator[tuple[float, float]]:
    """Beginning and length of what lies between the spans, where gold times are known."""
    last = 0.0
    for start, end, _ in spans:
        if start - last > 1e-3:
            yield last, start - last
        last = max(last, end)
    if spans and seconds - last > 1e-3:
        yield last, seconds - last


def _frame(weights: Sequence[Sequence[int]]) -> str:
    """Weights [T, P] in 255ths as a picture of P rows, the first below: black is 255."""
    alpha = np.array(weights, dtype=np.uint8).T[::-1]
    out = io.BytesIO()
    Image.fromarray(np.stack([np.zeros_like(alpha), alpha], axis=-1), "LA").save(
        out, "PNG", optimize=True
    )
    return _url(out.getvalue(), "image/png")


def players(folder: Path, texts: Sequence[str]) -> list[Players]:
    """Players by utterance of plots/evaluate/ATTENTION or plots/voice; `texts` are its words, where
    known."""
    by_utterance: dict[int, dict[str, Path]] = {}
    for path in folder.glob("utterance-*.wav"):
        if match := _NAME.fullmatch(path.stem):
            by_utterance.setdefault(int(match[1]), {})[match[2]] = path
    return [
        Players(
            f"Utterance {number}" + (f": {texts[number - 1]}" if number <= len(texts) else ""),
            [
                Player(SOUNDS.get(name, words.arm(name)), _flac(paths[name]))
                for name in words.in_order(paths, [*SOUNDS, *words.ARMS])
            ],
        )
        for number, paths in sorted(by_utterance.items())
    ]


def spoken(folder: Path) -> list[Block]:
    """The pictures and sounds of plots/voice: each utterance, and how it was heard."""
    path = folder / "heard.tsv"
    texts: list[str] = []
    wrong: dict[str, list[str]] = {}
    with naming(path):
        for row in table(path):
            if row["voice"] == "text":
                texts.append(row["heard"])
            else:
                name = SOUNDS.get(plain := row["voice"].replace("_", "-"), words.arm(plain))
                way = f", {row['prosody']}" if row["prosody"] else ""
                errors = f"{name}{way}: {row['errors']}"
                wrong.setdefault(row["utterance"], []).append(errors)
    blocks: list[Block] = []
    for number, heard in enumerate(players(folder, texts), 1):
        line = "; ".join(wrong.get(str(number), []))
        blocks += picture(
            folder / f"utterance-{number}.png",
            f"Spectrograms of utterance {number}",
            f"Words that a recognizer heard wrongly: {line}." if line else "No words were counted.",
        )
        blocks.append(heard)
    return blocks


def picture(path: Path, title: str, caption: str) -> list[Block]:
    """A PNG that a stage drew; none if there is no file."""
    if not path.is_file():
        return []
    with naming(path), Image.open(path) as image:
        image.verify()
    return [Picture(title, _url(path.read_bytes(), "image/png"), caption)]


def _flac(path: Path) -> str:
    out = io.BytesIO()
    with naming(path):
        samples, rate = soundfile.read(path, dtype="int16")
        soundfile.write(out, samples, rate, format="FLAC", subtype="PCM_16")
    return _url(out.getvalue(), "audio/flac")


def _url(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
