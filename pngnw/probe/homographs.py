"""Homographs: does a sentence's state say which reading is meant? WikipediaHomographData.

Guarantees: the answer is not among the inputs. Our phonemes of a homograph are themselves a guess
at its reading, and an apt one, so they are hidden as in the task g2p, and so that not even their
number tells, the word gets those of its first reading in `readings.tsv` before. The test part is
that of `make bench ONLY=homographs`, a tenth of every reading.
"""

import csv
from pathlib import Path
from typing import Final

from pngnw.core.errors import UserError
from pngnw.phonemize.homographs import read_table
from pngnw.phonemize.homographs.labelled import held_out, read_wikipedia
from pngnw.probe.questions import TEST, TRAIN
from pngnw.probe.texts import Span, Text

_COLUMNS: Final = ("homograph", "wordid", "sentence", "start", "end")


def read_homographs(folder: Path) -> tuple[list[Text], dict[str, tuple[str, ...]]]:
    """Sentences with the reading of one word, and the phonemes that every homograph gets.

    Args:
        folder: with the `*.tsv` of WikipediaHomographData.

    Raises:
        UserError: there is no file, or a row is not as it should be; names file and line.
    """
    for file in sorted(folder.glob("*.tsv")):
        _check(file)
    table = read_table()
    rows = read_wikipedia(folder, table)
    held = held_out(rows)
    texts = [
        Text(
            row.sentence,
            (Span(row.start, row.end, row.word, table[row.word][row.reading].name),),
            TEST if row in held else TRAIN,
        )
        for row in rows
    ]
    return texts, {word: readings[0].phonemes for word, readings in table.items()}


def _check(file: Path) -> None:
    """Refuse what the reader of the homograph model's own training takes for granted."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            table = csv.reader(lines, delimiter="\t", quotechar='"')
            if tuple(next(table, ())) != _COLUMNS:
                raise UserError(f"{file}:1: the columns are not {', '.join(_COLUMNS)}")
            for row in table:
                if len(row) != len(_COLUMNS) or not all(at.isdecimal() for at in row[3:]):
                    raise UserError(f"{file}:{table.line_num}: not {', '.join(_COLUMNS)}")
    except UnicodeDecodeError:
        raise UserError(f"{file}: not UTF-8; convert the file") from None
    except csv.Error as error:
        raise UserError(f"{file}: no table ({error})") from None
