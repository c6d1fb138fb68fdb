"""Attention as training goes on, as frames for a slider.

Guarantees: with attention.json beside them the frames are the weights themselves, a pixel each,
with the gold times drawn over; without it they are cut out of the stage's own pictures, along the
frames of their panels, and a picture that cannot be cut is shown whole. No picture at all is None.
"""

import base64
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from pngnw.core.errors import one_line_error
from pngnw.tools.report import words
from pngnw.tools.report.aligned import ArmFrames, Frames, Utterance
from pngnw.tools.report.blocks import Drawing, Frame, Slider, Strip
from pngnw.tools.report.reading import REMEDY, measured

FRAMES = "attention.json"
READING = (
    "Shading is where the decoder looks: time runs to the right, the text from bottom to top. "
    "Red: when each sound is really spoken; grey bands: nothing is spoken. Attention that has "
    "learned to read lies on the red lines."
)
WIDTH, HEIGHT, LEFT, BELOW = 300.0, 200.0, 30.0, 16.0
_DARK, _LONG = 60, 0.6  # how dark and how long (of the picture) the line around a panel is
_TITLE = 24  # pixels above a panel that hold its title

Grey = npt.NDArray[np.uint8]


def url(data: bytes, kind: str) -> str:
    """A file as a data: URL."""
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def png(image: Image.Image) -> str:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return url(out.getvalue(), "image/png")


def frames(folder: Path) -> Frames | None:
    """The weights that the stage wrote into plots/evaluate/ATTENTION; None if it did not.

    Raises:
        UserError: the file is foreign, or its parts do not fit together.
    """
    found = measured(Frames, folder / FRAMES)
    for arm in found.arms.values() if found else []:
        for utterance in arm.utterances:
            if not _fits(utterance, len(arm.moments)):
                raise one_line_error(folder / FRAMES, f"its parts do not fit together; {REMEDY}")
    return found


def _fits(utterance: Utterance, moments: int) -> bool:
    symbols = len(utterance.symbols)
    return (
        symbols > 0
        and moments == len(utterance.frames) > 0
        and {len(utterance.start), len(utterance.end), len(utterance.spoken)} == {symbols}
        and all(rows and {len(row) for row in rows} == {symbols} for rows in utterance.frames)
        and all(0 <= w <= 255 for rows in utterance.frames for row in rows for w in row)
    )


def slider(folder: Path, found: Frames | None) -> Slider | None:
    """The attention pictures of plots/evaluate/ATTENTION; None if there are none."""
    if found is not None:
        return _drawn(found, folder.name)
    strips = [_cut(path) for path in sorted(folder.glob("attention-*.png"), key=_place)]
    if not strips:
        return None
    most = max(len(strip.pictures) for strip in strips)
    return Slider(
        name=folder.name,
        moments=[f"picture {moment} of {most}" for moment in range(1, most + 1)],
        strips=strips,
        caption=READING,
    )


def _place(path: Path) -> int:
    arm = path.stem.removeprefix("attention-")
    return list(words.ARMS).index(arm) if arm in words.ARMS else len(words.ARMS)


def _drawn(found: Frames, name: str) -> Slider:
    moments = sorted({moment for arm in found.arms.values() for moment in arm.moments})
    texts = ": " + " · ".join(found.texts) if found.texts else ""
    return Slider(
        name=name,
        moments=[f"{words.count(moment)} utterances" for moment in moments],
        strips=[
            Strip(words.arm(arm), drawings=[*_drawings(arm, of_arm, moments, found)])
            for arm, of_arm in found.arms.items()
        ],
        caption=f"Seed {found.seed}, held-out utterances{texts} — {READING}",
    )


def _drawings(
    name: str, arm: ArmFrames, moments: Sequence[int], found: Frames
) -> Iterator[Drawing]:
    for number, utterance in enumerate(arm.utterances, 1):
        at = {
            moment: _weights(rows)
            for moment, rows in zip(arm.moments, utterance.frames, strict=True)
        }
        # An arm that has no picture of a moment shows the one before.
        frames = [
            at.get(moment) or at[max((m for m in at if m < moment), default=min(at))]
            for moment in moments
        ]
        alt = f"Attention of {words.arm(name)} on utterance {number}, {' '.join(utterance.symbols)}"
        yield _drawing(alt, frames, utterance, found.seconds_per_step)


def _drawing(
    alt: str, frames: Sequence[Frame], utterance: Utterance, seconds_per_step: float
) -> Drawing:
    symbols = len(utterance.symbols)
    seconds = len(utterance.frames[0]) * seconds_per_step
    row, scale = HEIGHT / symbols, WIDTH / seconds
    spans = [
        (start, end, HEIGHT - (place + 0.5) * row)
        for place, (start, end, spoken) in enumerate(
            zip(utterance.start, utterance.end, utterance.spoken, strict=True)
        )
        if spoken and start is not None and end is not None
    ]
    step = 0.5 if seconds < 4 else 1.0
    return Drawing(
        alt=alt,
        frames=frames,
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        labels=[(HEIGHT - (n + 0.5) * row, symbol) for n, symbol in enumerate(utterance.symbols)],
        ticks=[(t * scale, f"{t:g} s") for t in np.arange(0, seconds - step / 4, step).tolist()],
        gold=[(start * scale, end * scale, y) for start, end, y in spans],
        silences=[(x * scale, wide * scale) for x, wide in _silences(spans, seconds)],
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


def _weights(rows: Sequence[Sequence[int]]) -> Frame:
    """Weights [T, P] in 255ths as a picture of P rows, the first below: black is 255."""
    weights = np.array(rows, dtype=np.uint8).T[::-1]
    pixels = np.zeros((*weights.shape, 2), dtype=np.uint8)
    pixels[..., 1] = weights
    return Frame(png(Image.fromarray(pixels, "LA")))


def _cut(path: Path) -> Strip:
    """The panels of a picture by column: all utterances at one moment."""
    try:
        with Image.open(path) as file:
            image = file.convert("RGB")
    except OSError:
        raise one_line_error(path, f"is no picture; {REMEDY}") from None
    alt = f"Attention of {words.arm(path.stem.removeprefix('attention-'))} on held-out utterances"
    boxes = panels(np.asarray(image.convert("L")))
    parts = [image.crop(box) for box in boxes] or [image]
    return Strip(
        words.arm(path.stem.removeprefix("attention-")),
        pictures=[Frame(png(part.quantize(64, dither=Image.Dither.NONE))) for part in parts],
        alt=alt,
    )


def panels(grey: Grey) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of every column of panels with its labels; [] if none are found.

    A panel is framed by black lines. Columns are those whose left and right lines run along most
    of the picture's height; what lies between two panels belongs to the right one, whose labels
    it holds.
    """
    dark = grey < _DARK
    lines = _runs(dark.mean(axis=0) > _LONG)
    if len(lines) < 2 or len(lines) % 2:
        return []
    lefts, rights = lines[::2], lines[1::2]
    top = int(np.argmax(dark[:, lefts[0] : rights[0]].mean(axis=1) > _LONG))
    gap = lefts[1] - rights[0] if len(lefts) > 1 else lefts[0]
    return [
        (max(0, left - gap + 3), max(0, top - _TITLE), right + 3, len(grey))
        for left, right in zip(lefts, rights, strict=True)
    ]


def _runs(flags: npt.NDArray[np.bool_]) -> list[int]:
    """Where each run of true values begins."""
    return np.flatnonzero(flags & ~np.concatenate([[False], flags[:-1]])).tolist()
