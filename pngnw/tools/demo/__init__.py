"""A page on this machine that shows what the encoder makes of a sentence: `pngnw demo`."""

import argparse
from pathlib import Path
from typing import Final

PORT: Final = 8017


def describe(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options and the work of this command."""
    parser.description = (
        "Serve a page to this machine: type a sentence and see its words, phonemes and where each "
        "came from, letters and phonemes aligned, and emoji; change a phoneme and see what "
        "follows; where a voice has been trained, listen. Ctrl-C ends it."
    )
    parser.epilog = "example: python -m pngnw demo --port 0"
    parser.add_argument(
        "--model", metavar="FOLDER", type=Path, default=Path("models/encoder"),
        help="default: %(default)s",
    )  # fmt: skip
    parser.add_argument(
        "--voice", metavar="FOLDER", type=Path, help="default: models/voice, of the last run"
    )
    parser.add_argument(
        "--port", metavar="N", type=int, default=PORT,
        help="of 127.0.0.1; 0 is any free one; default: %(default)s",
    )  # fmt: skip
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from pngnw.tools.demo.server import serve

    serve(options.model, options.voice, options.port)
