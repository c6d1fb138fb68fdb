"""The command line: `pngnw phonemize | encode | teach | preset | sweep | report | export | demo |
doctor`, also as `python -m pngnw`.

Text comes in on stdin, one sentence or paragraph a line; results go to stdout line by line, as
they are ready. A mistake is one line on stderr and exit status 1, and so is a package that is not
installed: every command imports only what it needs, when it runs.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from io import BufferedIOBase
from pathlib import Path
from typing import Any, Final, cast

from pngnw.core.errors import UserError
from pngnw.tools import demo, doctor, export, presets

READ_BYTES: Final = 1 << 18  # at a time; about five thousand sentences
ENCODE_BATCH: Final = 32
# The extras of pyproject.toml, by the modules that the light install lacks.
EXTRAS: Final = {
    "encoder": ("huggingface_hub", "tokenizers", "torch"),
    "pipeline": ("dvc", "dvclive", "matplotlib", "scipy", "sklearn"),
    "report": ("altair", "jinja2", "vl_convert", "PIL", "soundfile"),
    "export": ("onnx", "onnxscript", "onnxruntime"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and run the command; see `--help`."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], None] = options.run
    try:
        command(options)
        sys.stdout.flush()
    except UserError as error:
        print(f"pngnw {options.command}: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except ImportError as error:
        module = (error.name or "").partition(".")[0]
        if module in ("", "pngnw"):
            raise
        extra = next((name for name, modules in EXTRAS.items() if module in modules), None)
        install, look = f"pip install 'pngnw[{extra}]'", "`python -m pngnw doctor` says what to do"
        remedy = install if extra else look
        print(f"pngnw {options.command}: cannot import {module}; {remedy}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        # The reader had enough (`| head`). Python would complain once more when it flushes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pngnw", description="PnGNW BERT on text.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    phonemize = commands.add_parser(
        "phonemize",
        help="ARPAbet phonemes of the lines of stdin",
        description="ARPAbet phonemes with stress for every line of stdin.",
        epilog="example: echo 'Dr. Who read 1984.' | python -m pngnw phonemize --json",
    )
    phonemize.add_argument(
        "--json",
        action="store_true",
        help="a JSON row per line: text, and words with text, start, end (characters of the line), "
        "phonemes and origin",
    )
    phonemize.add_argument(
        "--lexicon", metavar="FILE", help="your own pronunciations, CMUdict format; they win"
    )
    phonemize.set_defaults(run=_phonemize)

    encode = commands.add_parser(
        "encode",
        help="encoder states of the lines of stdin",
        description="A JSON row per line of stdin: text, phonemes, hidden (one state per phoneme), "
        "sentence (one state), emoji (64 probabilities), unspoken (pieces without a reading here).",
        epilog="example: echo 'What a lovely day!' | python -m pngnw encode",
    )
    encode.add_argument(
        "--model", metavar="FOLDER", default="models/encoder", help="default: %(default)s"
    )
    encode.set_defaults(run=_encode)

    teach = commands.add_parser(
        "teach",
        help="emoji distributions of the lines of stdin",
        description="What a teacher thinks of every line of stdin: its five likeliest emoji, or "
        "with --json the whole distribution.",
        epilog="example: echo 'I love you so much!' | python -m pngnw teach",
    )
    teach.add_argument(
        "--json",
        action="store_true",
        help="a JSON row per line: text, tokens (numbers in the vocabulary; not for the "
        "prototype), emoji (64 probabilities in the published order)",
    )
    teach.add_argument(
        "--backend",
        metavar="NAME",
        default="prototype",
        help="prototype, torchmoji or deepmoji-onnx; default: %(default)s",
    )
    teach.add_argument(
        "--weights", metavar="FILE", help="torchmoji's pytorch_model.bin, or an .onnx model"
    )
    teach.add_argument(
        "--vocabulary", metavar="FILE", help="default: the vocabulary.json beside the weights"
    )
    teach.set_defaults(run=_teach)

    preset = commands.add_parser(
        "preset",
        help="write a named set of parameters into params.yaml",
        description="Write a named set of parameters into params.yaml; comments and keys that the "
        "preset does not mention stay.",
        epilog="example: python -m pngnw preset tiny",
    )
    preset.add_argument("name", metavar="NAME", help=f"one of {', '.join(presets.names())}")
    preset.set_defaults(run=_preset)

    sweep = commands.add_parser(
        "sweep",
        help="run a named grid of experiments and compare them",
        description="Queue every run of a grid in ablations/ with every seed as a DVC experiment, "
        "wait, and print a table of means, ranges and differences to the first run; FILE.json "
        "gets all of it. Experiments that this commit has already are not run again.",
        epilog="example: python -m pngnw sweep ablations/switches.yaml",
    )
    sweep.add_argument("grid", metavar="FILE", type=Path)
    sweep.add_argument(
        "--jobs",
        metavar="N",
        type=int,
        default=os.cpu_count() or 1,
        help="experiments at a time, which share the cores; default: %(default)s",
    )
    sweep.set_defaults(run=_sweep)

    report = commands.add_parser(
        "report",
        help="a page about the last run, in one file that works offline",
        description="Write report/index.html: what was run, the corpus, losses, accuracy, emoji, "
        "attention pictures, sounds, alignment, cost and experiments. What has not been run is "
        "said there. Also makes the pages of `dvc plots` work without a network.",
        epilog="example: python -m pngnw report && xdg-open report/index.html",
    )
    report.set_defaults(run=_report)

    export.describe(commands.add_parser("export", help="a trained encoder as ONNX, or to the hub"))

    demo.describe(commands.add_parser("demo", help="a page to explore the encoder on this machine"))

    doctor.describe(commands.add_parser("doctor", help="is everything here that a run needs?"))
    return parser


def line_batches(stream: BufferedIOBase, read_bytes: int = READ_BYTES) -> Iterator[list[str]]:
    """The lines of a stream without their ends, as they arrive; bytes that are no UTF-8 are U+FFFD.

    A line that has arrived is handed on before more is waited for, so a typed one is answered at
    once. Memory holds one read and the line that is still coming in.
    """
    unfinished: list[bytes] = []
    while chunk := stream.read1(read_bytes):
        *lines, rest = chunk.split(b"\n")
        if lines:
            yield [_text(b"".join([*unfinished, lines[0]])), *map(_text, lines[1:])]
            unfinished.clear()
        unfinished.append(rest)
    if last := b"".join(unfinished):
        yield [_text(last)]


def _text(line: bytes) -> str:
    return line.decode("utf-8", errors="replace").rstrip("\r")


def _stdin_lines() -> Iterator[list[str]]:
    return line_batches(cast(BufferedIOBase, sys.stdin.buffer))


def _phonemize(options: argparse.Namespace) -> None:
    from pngnw.params import Phonemize
    from pngnw.phonemize.phonemizer import Phonemizer, phonemize_lines
    from pngnw.phonemize.pronouncer import UNPRONOUNCEABLE

    phonemizer = Phonemizer.load(Phonemize(lexicon=options.lexicon))
    show = _json if options.json else _readable
    unpronounceable = 0
    for lines in _stdin_lines():
        for row in phonemize_lines(phonemizer, lines):
            unpronounceable += sum(word["origin"] == UNPRONOUNCEABLE for word in row["words"])
            print(show(row))
        sys.stdout.flush()
    if unpronounceable:
        print(
            f"pngnw phonemize: {unpronounceable} words have no phonemes: there is no reading here "
            f"for their script or symbol (--json marks them {UNPRONOUNCEABLE!r})",
            file=sys.stderr,
        )


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _readable(row: dict[str, Any]) -> str:
    """Phonemes with spaces, words with bars: `HH AH0 L OW1 | W ER1 L D | .`"""
    return " | ".join(" ".join(word["phonemes"] or ["?"]) for word in row["words"])


def _encode(options: argparse.Namespace) -> None:
    from pngnw.encoder import Encoder

    encoder = Encoder.from_pretrained(Path(options.model))
    batches = (
        batch[start : start + ENCODE_BATCH]
        for batch in _stdin_lines()
        for start in range(0, len(batch), ENCODE_BATCH)
    )
    for lines in batches:
        out = encoder(lines)
        for row, text in enumerate(lines):
            length = int(out.lengths[row])
            print(
                _json(
                    {
                        "text": text,
                        "phonemes": out.phonemes[row],
                        "hidden": out.hidden[row, :length].tolist(),
                        "sentence": out.sentence[row].tolist(),
                        "emoji": out.emoji[row].tolist(),
                        "unspoken": out.unspoken[row],
                    }
                ),
                flush=True,
            )


def _teach(options: argparse.Namespace) -> None:
    from pngnw.params import Teach, validate
    from pngnw.teach.backends import load_teacher, teach_lines

    section = {
        "backend": options.backend,
        "features": False,
        "torchmoji": {"weights": options.weights, "vocabulary": options.vocabulary},
        "onnx": {"model": options.weights, "vocabulary": options.vocabulary},
    }
    teacher = load_teacher(validate(Teach, section, "teach"))
    for lines in _stdin_lines():
        for row in teach_lines(teacher, lines):
            print(_json(row) if options.json else _likeliest(row["emoji"]))
        sys.stdout.flush()


def _likeliest(emoji: list[float]) -> str:
    """The leading five of a distribution, likeliest first: `❤ 0.31  💕 0.12 ...`"""
    from pngnw.teach.emoji import EMOJI

    leading = sorted(zip(emoji, EMOJI, strict=True), key=lambda pair: -pair[0])[:5]
    return "  ".join(f"{name} {share:.2f}" for share, name in leading)


def _preset(options: argparse.Namespace) -> None:
    changes = presets.apply(options.name)
    print("\n".join(changes) if changes else "params.yaml: nothing to change")


def _sweep(options: argparse.Namespace) -> None:
    from pngnw.tools.sweep import sweep

    if options.jobs < 1:
        raise UserError(f"--jobs {options.jobs}: must be at least 1")
    print(sweep(options.grid, options.jobs))


def _report(_: argparse.Namespace) -> None:
    from pngnw.tools.report import write_report

    page = write_report()
    print(f"{page}: {page.stat().st_size / 1e6:.1f} MB; open it in a browser")
