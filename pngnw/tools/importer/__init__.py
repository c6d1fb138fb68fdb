"""`python -m pngnw import`: a checkpoint of the first implementation as an encoder of ours.

Guarantees: nothing pickled in the checkpoint is run; a switch of its that we lack is an error that
names it; what else could not be carried over is printed, a line each.
"""

import argparse
from pathlib import Path

DESCRIPTION = (
    "Write a checkpoint of github.com/CookiePPP/pngnw_bert, of Lightning or weights alone, as a "
    "folder that Encoder.from_pretrained reads. Its states are the checkpoint's; docs/import.md "
    "says where text is read otherwise."
)


def describe(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options and the work of this command."""
    parser.description = DESCRIPTION
    parser.epilog = "example: python -m pngnw import last.ckpt --vocab vocab.txt --out models/first"
    parser.add_argument("checkpoint", metavar="FILE", type=Path)
    parser.add_argument(
        "--vocab", metavar="FILE", type=Path, required=True, help="the repository's vocab.txt"
    )
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, required=True, help="a new folder for the encoder"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from pngnw.tools.importer.folder import write

    for line in write(options.checkpoint, options.vocab, options.out):
        print(f"not carried over: {line}")
    print(f"{options.out}: the encoder")
