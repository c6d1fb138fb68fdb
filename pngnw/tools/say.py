"""`pngnw say`: text to a WAV file, or to a player, with the voice of the last run.

Guarantees: what is spoken of a sentence is written before the next one is begun.
"""

import argparse
import sys
import wave
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from pngnw.core.errors import UserError
from pngnw.tools.stdin import stdin_lines

if TYPE_CHECKING:
    from pngnw.speech.mel import Floats  # numpy, which other commands set up before it is read

STDOUT: Final = "-"
LEAST, MOST = 0.25, 4.0  # of rate and pitch


def describe(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options and the work of this command."""
    parser.description = (
        "Speak a text, or the lines of stdin, with the voice of the last run (models/voice), "
        "sentence by sentence."
    )
    parser.epilog = "example: python -m pngnw say 'Mr. Darcy read the record.' -o out.wav"
    parser.add_argument("text", metavar="TEXT", nargs="?", help="default: the lines of stdin")
    parser.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        required=True,
        help="a WAV file; - for bare samples on stdout (16 bit, mono, 22,050 Hz), for a player: "
        "| aplay -f S16_LE -r 22050",
    )
    for name, meaning in (("rate", "as fast"), ("pitch", "as high")):
        parser.add_argument(
            f"--{name}",
            metavar="TIMES",
            type=float,
            default=1.0,
            help=f"how many times {meaning}, {LEAST} to {MOST}; default: %(default)s",
        )
    parser.add_argument("--arm", metavar="NAME", help="default: the first of voice.arms in the run")
    parser.add_argument(
        "--voice", metavar="FOLDER", type=Path, help="default: models/voice, of the last run"
    )
    parser.set_defaults(run=_say)


def _say(options: argparse.Namespace) -> None:
    for name in ("rate", "pitch"):
        value = getattr(options, name)
        if not LEAST <= value <= MOST:
            raise UserError(f"--{name} {value:g}: must lie between {LEAST} and {MOST}")
    from pngnw.voice.speaker import FOLDER, Speaker

    speaker = Speaker.load(options.voice or FOLDER, options.arm)
    texts = (
        [options.text]
        if options.text is not None
        else (line for lines in stdin_lines() for line in lines)
    )
    spoken = (
        samples for text in texts for samples in speaker.speak(text, options.rate, options.pitch)
    )
    seconds = _play(spoken) if options.out == STDOUT else _write(Path(options.out), spoken)
    if not seconds:
        raise UserError("nothing to say: the text has no word with a reading")


def _play(spoken: "Iterable[Floats]") -> float:
    from pngnw.speech.mel import SAMPLE_RATE

    count = 0
    for samples in spoken:
        sys.stdout.buffer.write(_sixteen_bit(samples))
        sys.stdout.buffer.flush()
        count += len(samples)
    return count / SAMPLE_RATE


def _write(path: Path, spoken: "Iterable[Floats]") -> float:
    try:
        file = path.open("wb")
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror})") from None
    with file:
        return write_wav(file, spoken)


def write_wav(file: BinaryIO, spoken: "Iterable[Floats]") -> float:
    """Write samples, each piece as it comes, as a WAV file of 16 bit; gives its seconds."""
    from pngnw.speech.mel import SAMPLE_RATE

    count = 0
    with closing(wave.open(file, "wb")) as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        for samples in spoken:
            out.writeframes(_sixteen_bit(samples))  # the header tells the length so far
            file.flush()
            count += len(samples)
    return count / SAMPLE_RATE


def _sixteen_bit(samples: "Floats") -> bytes:
    return (samples.clip(-1, 1) * 32767).round().astype("<i2").tobytes()
