"""docs/embeddings.svg, drawn from the program's own answer: `python -m tests.docs.drawing`.

A picture of what a token is made of, for the sentence "Reread it." as the shipped parameters read
it; a test compares the committed file with what this writes.
"""

import argparse
from collections.abc import Iterator
from html import escape
from pathlib import Path

import numpy as np

from pngnw.align.aligner_training import train
from pngnw.align.sentences import WordAligner
from pngnw.align.symbols import TOKENS
from pngnw.align.wordpieces import Wordpieces
from pngnw.model.inputs import FIRST_PIECE, Inputs, assemble
from pngnw.model.sentences import Sentences
from pngnw.params import ModelConfig, Phonemize, load
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.text import Reader

ROOT = Path(__file__).parent.parent.parent
DRAWING = ROOT / "docs" / "embeddings.svg"
SENTENCE = "Reread it."
TYPES = ("–", "lower", "UPPER", "Title", "other")
LABEL, CELL, HEIGHT, TOP = 132, 46, 26, 34
COLOURS = ("#cfe0f7", "#fbdcb8", "#d5ecd0")  # of the words, in order; specials are white


def main() -> None:
    """Write the drawing."""
    argparse.ArgumentParser(
        prog="python -m tests.docs.drawing",
        description=__doc__,
        epilog="example: python -m tests.docs.drawing",
    ).parse_args()
    DRAWING.write_text(draw(), encoding="utf-8")


def draw() -> str:
    """The picture as SVG."""
    model = load(ROOT / "params.yaml").model
    wordpieces = Wordpieces.load(ROOT / "pngnw/align/vocab.txt")
    phonemizer = Phonemizer.load(Phonemize(lexicon=None))
    reader = Reader(phonemizer, WordAligner(wordpieces, train(), "aligned"))
    _, _, sentences = reader([SENTENCE])
    rows, inputs = _rows(sentences, model, wordpieces.pieces)
    width = LABEL + CELL * len(inputs.token) + 2
    lines = [*_sides(inputs), *_cells(rows, inputs), *_sum(len(rows), width)]
    height = TOP + HEIGHT * (len(rows) + 3) + 8
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif" font-size="12" text-anchor="middle">',
            f"<title>The embeddings of the tokens of “{SENTENCE}”</title>",
            f'<rect width="{width}" height="{height}" fill="white"/>',
            *lines,
            "</svg>\n",
        ]
    )


def _rows(
    sentences: Sentences, model: ModelConfig, pieces: tuple[str, ...]
) -> tuple[list[tuple[str, list[str], bool]], Inputs]:
    """(label, a text per token, whether the shipped model embeds it)."""
    inputs = assemble(sentences, np.array([0]), model)
    values = inputs.word_value.tolist()
    rows = [
        ("token value", [TOKENS.symbols[token] for token in inputs.token.tolist()], True),
        (
            "word value",
            ["–" if v < FIRST_PIECE else pieces[v - FIRST_PIECE] for v in values],
            model.word_values,
        ),
        ("word type", [TYPES[kind] for kind in inputs.word_type.tolist()], model.word_types),
        ("segment", ["PG"[side] for side in inputs.segment.tolist()], model.segments),
    ]
    for kind, numbers in inputs.positions.items():
        rows.append((kind, [str(n) for n in numbers.tolist()], kind in model.positions))
    return sorted(rows, key=lambda row: not row[2]), inputs


def _sides(inputs: Inputs) -> Iterator[str]:
    """What is spoken, and what is written, above the columns."""
    spoken = int(inputs.phoneme_lengths[0])
    for first, count, text in (
        (1, spoken, "phonemes"),
        (spoken + 2, len(inputs.token) - spoken - 3, "graphemes"),
    ):
        left, right = LABEL + CELL * first + 3, LABEL + CELL * (first + count) - 3
        yield f'<text x="{(left + right) / 2:g}" y="14" font-weight="bold">{text}</text>'
        yield f'<path d="M{left} 26V21H{right}V26" fill="none" stroke="#666"/>'


def _cells(rows: list[tuple[str, list[str], bool]], inputs: Inputs) -> Iterator[str]:
    words = inputs.word.tolist()
    for number, (label, texts, used) in enumerate(rows):
        y = TOP + HEIGHT * number
        look = "" if used else ' opacity="0.35"'
        yield f'<g{look}><text x="{LABEL - 8}" y="{y + 17}" text-anchor="end">{label}</text>'
        for column, (text, word) in enumerate(zip(texts, words, strict=True)):
            x = LABEL + CELL * column
            fill = "white" if word < 0 else COLOURS[word]
            yield (
                f'<rect x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{HEIGHT - 2}" '
                f'fill="{fill}" stroke="#999"/>'
                f'<text x="{x + CELL / 2:g}" y="{y + 17}">{escape(text)}</text>'
            )
        yield "</g>"


def _sum(rows: int, width: int) -> Iterator[str]:
    y = TOP + HEIGHT * rows + 10
    middle = (LABEL + width) / 2
    yield f'<text x="{LABEL - 8}" y="{y + 17}" text-anchor="end">their sum</text>'
    yield (
        f'<rect x="{LABEL + 1}" y="{y}" width="{width - LABEL - 4}" height="{HEIGHT}" rx="6" '
        'fill="#eee" stroke="#666"/>'
        f'<text x="{middle:g}" y="{y + 17}">LayerNorm of the sum of the rows in full colour, '
        "token by token, then the layers</text>"
    )
    yield (
        f'<text x="{middle:g}" y="{y + 46}" fill="#555">colours: words; white: CLS and both SEP; '
        "pale rows: positions that model.positions leaves out as shipped</text>"
    )


if __name__ == "__main__":
    main()
