"""The command line: `pngnw phonemize | normalize | say | encode | teach | preset | sweep | probe |
report | export | import | demo | doctor`, also as `python -m pngnw`.

Text comes in on stdin, one sentence or paragraph a line; results go to stdout line by line, as
they are ready. A mistake is one line on stderr and exit status 1, and so is a package that is not
installed: every command imports only what it needs, when it runs.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pngnw.core.errors import UserError
from pngnw.tools import demo, doctor, export, front_end, importer, presets, probes, say
from pngnw.tools.stdin import stdin_lines

if TYPE_CHECKING:
    from pngnw.encoder import EncoderOutput

ENCODE_BATCH: Final = 32
# The extras of pyproject.toml, by the modules that the light install lacks.
EXTRAS: Final = {
    "encoder": ("huggingface_hub", "tokenizers", "torch"),
    "pipeline": ("dvc", "dvclive", "matplotlib", "nupunkt", "scipy", "sklearn"),
    "report": ("jinja2", "vl_convert", "soundfile"),
    "export": ("onnx", "onnx_ir", "onnxscript", "onnxruntime"),
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

    front_end.describe_phonemize(
        commands.add_parser("phonemize", help="phonemes of the lines of stdin")
    )
    front_end.describe_normalize(
        commands.add_parser("normalize", help="the spoken form of the lines of stdin")
    )

    say.describe(commands.add_parser("say", help="speak a text with the voice of the last run"))

    encode = commands.add_parser(
        "encode",
        help="encoder states of the lines of stdin",
        description="A JSON row per line of stdin: line (its number, from 1), text, phonemes, "
        "hidden (one state per phoneme), sentence (one state), emoji (64 probabilities), unspoken "
        "(pieces without a reading here); or line, text and error, for a line that cannot be "
        "encoded, such as an empty one.",
        epilog="example: echo 'What a lovely day!' | python -m pngnw encode",
    )
    encode.add_argument(
        "--model",
        metavar="FOLDER",
        help="default: models/encoder if it is there, else the encoder in the package",
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

    probes.describe(commands.add_parser("probe", help="what an encoder's states know"))

    report = commands.add_parser(
        "report",
        help="a page about the last run, in one file that works offline",
        description="Write report/index.html: what was run, the corpus, losses, accuracy, emoji, "
        "attention pictures, sounds, alignment and cost. What has not been run is said there. "
        "Also makes the pages of `dvc plots` work without a network.",
        epilog="example: python -m pngnw report && xdg-open report/index.html",
    )
    report.set_defaults(run=_report)

    export.describe(commands.add_parser("export", help="a trained encoder as ONNX, or to the hub"))

    importer.describe(
        commands.add_parser("import", help="a checkpoint of CookiePPP/pngnw_bert as an encoder")
    )

    demo.describe(commands.add_parser("demo", help="a page to explore the encoder on this machine"))

    doctor.describe(commands.add_parser("doctor", help="is everything here that a run needs?"))
    return parser


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _encode(options: argparse.Namespace) -> None:
    from pngnw.encoder import Encoder, chosen_folder

    encoder = Encoder.from_pretrained(chosen_folder(options.model))
    batches = (
        batch[start : start + ENCODE_BATCH]
        for batch in stdin_lines()
        for start in range(0, len(batch), ENCODE_BATCH)
    )
    number, not_encoded = 0, 0
    for lines in batches:
        refused = encoder.refused(lines)
        not_encoded += len(refused)
        out = encoder([line for at, line in enumerate(lines) if at not in refused])
        rows = iter(range(len(out.lengths)))
        for at, text in enumerate(lines):
            number += 1
            answer = {"error": refused[at]} if at in refused else _states(out, next(rows))
            print(_json({"line": number, "text": text, **answer}), flush=True)
    if not_encoded:
        print(
            f"pngnw encode: {not_encoded} of {number} lines were not encoded; their rows have "
            "an error in the place of states",
            file=sys.stderr,
        )


def _states(out: "EncoderOutput", row: int) -> dict[str, Any]:
    return {
        "phonemes": out.phonemes[row],
        "hidden": out.hidden[row, : int(out.lengths[row])].tolist(),
        "sentence": out.sentence[row].tolist(),
        "emoji": out.emoji[row].tolist(),
        "unspoken": out.unspoken[row],
    }


def _teach(options: argparse.Namespace) -> None:
    from pngnw.params import Teach, validate
    from pngnw.teach.backends import load_teacher, teach_lines

    section = {
        "backend": options.backend,
        "features": False,
        "meaning": False,
        "torchmoji": {"weights": options.weights, "vocabulary": options.vocabulary},
        "onnx": {"model": options.weights, "vocabulary": options.vocabulary},
    }
    teacher = load_teacher(validate(Teach, section, "teach"))
    for lines in stdin_lines():
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
