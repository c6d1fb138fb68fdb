"""The WAV files of the evaluate stage as players.

Guarantees: the samples are kept as they are (FLAC, which every browser plays, is lossless); an
utterance's players come in the same order.
"""

import io
import re
from pathlib import Path

import soundfile

from pngnw.core.errors import one_line_error
from pngnw.tools.report import words
from pngnw.tools.report.blocks import Player, Players
from pngnw.tools.report.pictures import url
from pngnw.tools.report.reading import REMEDY

_NAME = re.compile(r"utterance-(\d+)-(.+)")
ORIGINS = {"source": "as spoken (source)", "true-mel": "true mel through Griffin-Lim (ceiling)"}


def players(folder: Path, texts: list[str]) -> list[Players]:
    """Players by utterance of plots/evaluate/ATTENTION; `texts` are its words, where known."""
    found: dict[int, dict[str, Path]] = {}
    for path in folder.glob("utterance-*.wav"):
        if named := _NAME.fullmatch(path.stem):
            found.setdefault(int(named[1]), {})[named[2]] = path
    order = [*ORIGINS, *words.ARMS]
    return [
        Players(
            f"Utterance {number}" + (f": {texts[number - 1]}" if number <= len(texts) else ""),
            [
                Player(ORIGINS.get(name, words.arm(name)), flac(paths[name]))
                for name in sorted(paths, key=lambda n: order.index(n) if n in order else 99)
            ],
        )
        for number, paths in sorted(found.items())
    ]


def flac(path: Path) -> str:
    """A sound file as a data: URL."""
    out = io.BytesIO()
    try:
        samples, rate = soundfile.read(path, dtype="int16")
        soundfile.write(out, samples, rate, format="FLAC", subtype="PCM_16")
    except (soundfile.LibsndfileError, OSError):
        raise one_line_error(path, f"is no sound file; {REMEDY}") from None
    return url(out.getvalue(), "audio/flac")
