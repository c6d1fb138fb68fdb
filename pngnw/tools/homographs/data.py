"""Sentences whose homograph has a known reading, to train and to judge the homograph model on.

Guarantees: every row is checked: its span must be the homograph, its wordid must be in the table;
a sentence goes through the same spoken form and the same tokenizer as in the product. Which rows
are held out depends on the rows alone, by a hash of the sentence.
"""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from pngnw.core.errors import UserError
from pngnw.normalize import normalize
from pngnw.phonemize import tokenizer
from pngnw.phonemize.homographs import Reading
from pngnw.phonemize.homographs.pieces import pieces
from pngnw.phonemize.lookup_key import fold
from pngnw.phonemize.tokenizer import Ints, Tokens

EXAMPLES: Final = Path(__file__).parent / "examples.tsv"
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


@dataclass(frozen=True)
class Examples:
    """Rows as the model meets them: where each homograph is among the tokens of its sentence.

    Attributes:
        rows: those whose homograph was found; the number of the others is `lost`.
        tokens: of all sentences.
        found: the token that is or holds the homograph, for every row.
        inside: which of the token's pieces it is.
        lost: rows whose homograph is no piece of a token in the spoken form.
    """

    rows: list[Row]
    tokens: Tokens
    found: Ints
    inside: Ints
    lost: int


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
            yield Row(word, _number(table, word, name, f"{file}:{number}"), sentence, start, end)


def read_examples(table: Table, file: Path = EXAMPLES) -> list[Row]:
    """Sentences of our own: `word, reading, sentence`. Raises `UserError`, naming file and line."""
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        word, name, sentence = line.split("\t")
        reading = _number(table, word, name, f"{file}:{number}")
        start = next(
            (
                base + at
                for base, token in _tokens(sentence)
                for at, piece in _places(token)
                if piece.lower() == word
            ),
            None,
        )
        if start is None:
            raise UserError(f"{file}:{number}: {word!r} is not in the sentence")
        rows.append(Row(word, reading, sentence, start, start + len(word)))
    return rows


def _tokens(sentence: str) -> Iterator[tuple[int, str]]:
    tokens = tokenizer.tokenize(pa.array([sentence]))
    for kind, start in zip(tokens.kind_W.tolist(), tokens.start_W.tolist(), strict=True):
        yield start, tokens.distinct[kind]


def _number(table: Table, word: str, name: str, where: str) -> int:
    names = [reading.name for reading in table.get(word, ())]
    if name not in names:
        raise UserError(f"{where}: {word!r} has no reading {name!r} in readings.tsv")
    return names.index(name)


def _places(token: str) -> Iterator[tuple[int, str]]:
    """The pieces of a token and where they start in it."""
    at = 0
    for piece in pieces(token):
        yield at, piece
        at += len(piece)


def prepare(rows: Sequence[Row]) -> Examples:
    """Say and cut the sentences, and look for the homographs."""
    spoken = [normalize(row.sentence) for row in rows]
    tokens = tokenizer.tokenize(pa.array([each.text for each in spoken], pa.large_string()))
    kept, found, inside = [], [], []
    for number, (row, each) in enumerate(zip(rows, spoken, strict=True)):
        for token in range(tokens.bounds_R[number], tokens.bounds_R[number + 1]):
            base = int(tokens.start_W[token])
            places = _places(tokens.distinct[tokens.kind_W[token]])
            hit = [
                index
                for index, (at, piece) in enumerate(places)
                if each.starts[base + at] == row.start and fold(piece) == row.word
            ]
            if hit:
                kept.append(row)
                found.append(token)
                inside.append(hit[0])
                break
    return Examples(
        kept,
        tokens,
        np.array(found, np.int64),
        np.array(inside, np.int64),
        len(rows) - len(kept),
    )


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
