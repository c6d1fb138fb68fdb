"""The front end on the command line: `pngnw phonemize` and `pngnw normalize`, lines to lines.

Guarantees: a line out for every line in (with --doubtful, for every doubtful word), in memory that
does not grow with their number; a line that has arrived is answered before more is waited for.
"""

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from pngnw.core.errors import UserError
from pngnw.tools.stdin import stdin_lines

if TYPE_CHECKING:
    from pngnw.normalize import NormalizeOptions

DOUBTFUL: Final = 0.8  # below it a choice among readings is worth a look


def describe_phonemize(parser: argparse.ArgumentParser) -> None:
    """The arguments of `pngnw phonemize`."""
    parser.description = (
        "Phonemes with stress for every line of stdin. A line may say itself how a word is spoken: "
        "[Worcester](/W UH1 S T ER0/)."
    )
    parser.epilog = "example: echo 'Dr. Who read 1984.' | python -m pngnw phonemize --json"
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument(
        "--json",
        action="store_true",
        help="a JSON row per line: text, words (text, phonemes, written, rule, origin, start and "
        "end in characters of the line, confidence) and silent, spans that no word comes from",
    )
    shown.add_argument(
        "--doubtful",
        metavar="P",
        type=float,
        nargs="?",
        const=DOUBTFUL,
        help="only the homographs whose reading is less likely right than P (%(const)s where P is "
        "not given): line:column, probability, word, phonemes, line",
    )
    parser.add_argument(
        "--lexicon", metavar="FILE", help="your own pronunciations, CMUdict format; they win"
    )
    parser.add_argument(
        "--alphabet",
        metavar="NAME",
        default="arpabet",
        help="arpabet, ipa, espeak or misaki; default: %(default)s",
    )
    _add_choices(parser)
    parser.set_defaults(run=_phonemize)


def describe_normalize(parser: argparse.ArgumentParser) -> None:
    """The arguments of `pngnw normalize`."""
    parser.description = "The spoken form of every line of stdin, in words and few marks."
    parser.epilog = "example: echo 'Dr. Who, 1984.' | python -m pngnw normalize"
    _add_choices(parser)
    parser.set_defaults(run=_normalize)


def _add_choices(parser: argparse.ArgumentParser) -> None:
    """The options of text normalization, as in `pngnw.normalize.NormalizeOptions`."""
    parser.add_argument("--number-and", action="store_true", help='"one hundred and five"')
    parser.add_argument("--day-first", action="store_true", help="3/4/2020 is the third of April")
    parser.add_argument("--spell-urls", action="store_true", help="read addresses by letters")


def _choices(options: argparse.Namespace) -> "NormalizeOptions":
    from pngnw.normalize import NormalizeOptions

    return NormalizeOptions(options.number_and, options.day_first, options.spell_urls)


def _normalize(options: argparse.Namespace) -> None:
    from pngnw.normalize import normalize_all

    for lines in stdin_lines():
        spoken = normalize_all(lines, _choices(options))
        sys.stdout.write("".join(f"{each.text}\n" for each in spoken))
        sys.stdout.flush()


def _phonemize(options: argparse.Namespace) -> None:
    # Of more, numpy's threads wait for each other, and on a busy machine for ages. Read on import.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from pngnw.phonemize.alphabets import ARPABET
    from pngnw.phonemize.lines import doubtful_lines, json_lines, phoneme_lines, spelled_lines
    from pngnw.phonemize.overrides import OverrideError
    from pngnw.phonemize.phonemizer import Phonemizer

    if options.doubtful is not None and not 0 < options.doubtful <= 1:
        raise UserError(f"--doubtful {options.doubtful:g}: a probability, above 0 and at most 1")
    phonemizer = Phonemizer(options.lexicon, options.alphabet, _choices(options))
    done = unpronounceable = 0
    for lines in stdin_lines():
        wrong = None
        try:
            spoken = phonemizer.receipts(lines)
        except OverrideError as error:
            wrong = error
            spoken = phonemizer.receipts(lines[: error.row])
        if options.doubtful is not None:
            out: bytes = doubtful_lines(spoken, options.doubtful, done + 1)
        elif options.json:
            out = json_lines(spoken)
        else:
            out = (phoneme_lines if options.alphabet == ARPABET else spelled_lines)(spoken)
        sys.stdout.buffer.write(out)
        sys.stdout.buffer.flush()
        if wrong:
            raise UserError(f"line {done + wrong.row + 1}, {wrong.reason}")
        done += len(lines)
        unpronounceable += spoken.unpronounceable
    if unpronounceable:
        print(
            f"pngnw phonemize: {unpronounceable} words have no phonemes: there is no reading here "
            "for their script or symbol (--json marks them 'unpronounceable')",
            file=sys.stderr,
        )
