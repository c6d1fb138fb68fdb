"""Training examples of the homograph model: labelled sentences as the model meets them.

A sentence goes through the same text normalization and the same tokenizer as in the product.
"""

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
