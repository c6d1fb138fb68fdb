"""Labelled sentences: WikipediaHomographData, whose homographs have a known reading.

Guarantees: every row is checked: its span must be the homograph, its wordid must be in the table.
Which rows are held out depends on the rows alone, by a hash of the sentence.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pngnw.core.errors import UserError
from pngnw.phonemize.homographs import Reading

_PLAIN_NAME: Final = "base"  # the reading whose wordid is the word itself
Table = Mapping[str, Sequence[Reading]]


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence as written: `sentence[start:end]` is the homograph `word`, in code points."""

    word: str
    reading: int
    sentence: str
    start: int
    end: int


def read_wikipedia(folder: Path, table: Table) -> list[Row]:
    """The rows of WikipediaHomographData: `*.tsv` in `folder`, offsets in bytes of UTF-8.

    Raises:
        UserError: there is no file, or a row whose span or wordid is wrong; names file and row.
    """
    files = sorted(folder.glob("*.tsv"))
    if not files:
        raise UserError(f"{folder}: no *.tsv here; give the train folder of WikipediaHomographData")
    return [row for file in files for row in _wikipedia_rows(file, table)]


def _wikipedia_rows(file: Path, table: Table) -> Iterator[Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quotechar='"'), start=2):
            word, sentence = row["homograph"], row["sentence"]
            data = sentence.encode()
            first, last = int(row["start"]), int(row["end"])
            name = row["wordid"].removeprefix(word).removeprefix("_") or _PLAIN_NAME
            if data[first:last].decode(errors="replace").lower() != word:
                raise UserError(f"{file}:{number}: bytes {first}:{last} are not {word!r}")
            start = len(data[:first].decode())
            end = start + len(data[first:last].decode())
            yield Row(
                word, reading_number(table, word, name, f"{file}:{number}"), sentence, start, end
            )


def reading_number(table: Table, word: str, name: str, where: str) -> int:
    """Which reading of a word has a name. Raises `UserError`, which begins with `where`."""
    names = [reading.name for reading in table.get(word, ())]
    if name not in names:
        raise UserError(f"{where}: {word!r} has no reading {name!r} in readings.tsv")
    return names.index(name)


def held_out(rows: Iterable[Row]) -> set[Row]:
    """A tenth of the rows of every reading, those with the lowest hashes; one of two to nine."""
    groups: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.word, row.reading].append(row)
    held: set[Row] = set()
    for group in groups.values():
        group.sort(key=_hash)
        held.update(group[: len(group) // 10 or len(group) > 1])
    return held


def _hash(row: Row) -> bytes:
    return hashlib.blake2b(f"{row.word}\0{row.sentence}".encode()).digest()
