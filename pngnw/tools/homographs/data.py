"""Training examples of the homograph model: labelled sentences as the model meets them.

A sentence goes through the same text normalization and the same tokenizer as in the product.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from pngnw.core.errors import UserError
from pngnw.normalize import normalize_all
from pngnw.phonemize.homographs.features import pieces
from pngnw.phonemize.homographs.labelled import Row, Table, reading_number
from pngnw.phonemize.lexicon import lookup_key
from pngnw.phonemize.tokenizer import Ints, Tokens, tokenize

EXAMPLES: Final = Path(__file__).parent / "examples.tsv"
EVERYDAY: Final = Path(__file__).parent / "everyday.tsv"
SEED: Final = "everyday"
# What speech has no sound for: all marks but apostrophes and hyphens inside words.
_MARKS: Final = re.compile(r"(?<!\w)['’-]+|['’-]+(?!\w)|[^\w\s'’-]")
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Examples:
    """N rows, and where each homograph is among the tokens of its normalized sentence.

    Attributes:
        rows: those whose homograph was found; `lost` others have none in the normalized form.
        tokens: of all sentences.
        token_N: the token that is or holds the homograph.
        piece_N: which of the token's pieces it is.
        lost: number of rows left out.
    """

    rows: list[Row]
    tokens: Tokens
    token_N: Ints
    piece_N: Ints
    lost: int


def read_examples(table: Table, file: Path = EXAMPLES) -> list[Row]:
    """Sentences of our own: `word, reading, sentence`. Raises `UserError`, naming file and line."""
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            continue
        word, name, sentence = line.split("\t")
        reading = reading_number(table, word, name, f"{file}:{number}")
        tokens = tokenize(pa.array([sentence]))
        starts = [
            start
            for token in range(len(tokens.kind_W))
            for start, piece in _piece_starts(tokens, token)
            if piece.lower() == word
        ]
        if not starts:
            raise UserError(f"{file}:{number}: {word!r} is not in the sentence")
        rows.append(Row(word, reading, sentence, starts[0], starts[0] + len(word)))
    return rows


def read_everyday(table: Table) -> tuple[list[Row], list[Row]]:
    """Everyday sentences of our own: those that may be trained on, and those held out.

    The sentences of every reading are ordered by a hash with `SEED`; every second one is held out.
    """
    groups: defaultdict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in read_examples(table, EVERYDAY):
        groups[row.word, row.reading].append(row)
    for group in groups.values():
        group.sort(key=_hash)
    shown = [row for group in groups.values() for row in group[::2]]
    return shown, [row for group in groups.values() for row in group[1::2]]


def _hash(row: Row) -> bytes:
    return hashlib.blake2b(f"{SEED}\0{row.word}\0{row.sentence}".encode()).digest()


def as_speech(row: Row) -> Row:
    """The row as a recognizer or a chat would write it: lower case without marks."""
    low = "".join(char.lower() if len(char.lower()) == 1 else char for char in row.sentence)
    bare = _MARKS.sub(lambda mark: " " * len(mark[0]), low)  # as long as the sentence
    before = _SPACE.sub(" ", bare[: row.start]).lstrip()
    word = bare[row.start : row.end]
    behind = _SPACE.sub(" ", bare[row.end :]).rstrip()
    return Row(row.word, row.reading, before + word + behind, len(before), len(before + word))


def prepare(rows: Sequence[Row]) -> Examples:
    """Normalize and tokenize the sentences, and look for the homographs."""
    normalized = normalize_all([row.sentence for row in rows])
    tokens = tokenize(pa.array([each.text for each in normalized], pa.large_string()))
    places: list[tuple[Row, int, int]] = []
    for number, (row, each) in enumerate(zip(rows, normalized, strict=True)):
        place = next(
            (
                (row, token, index)
                for token in range(tokens.bounds_R[number], tokens.bounds_R[number + 1])
                for index, (start, piece) in enumerate(_piece_starts(tokens, token))
                if each.starts[start] == row.start and lookup_key(piece) == row.word
            ),
            None,
        )
        places += [place] if place else []
    return Examples(
        [row for row, _, _ in places],
        tokens,
        np.array([token for _, token, _ in places], np.int64),
        np.array([piece for _, _, piece in places], np.int64),
        len(rows) - len(places),
    )


def _piece_starts(tokens: Tokens, token: int) -> Iterator[tuple[int, str]]:
    """The pieces of a token and where they start in its text."""
    start = int(tokens.start_W[token])
    for piece in pieces(tokens.distinct[tokens.kind_W[token]]):
        yield start, piece
        start += len(piece)
