"""Aligned sentences made up for tests: real columns, invented words."""

import numpy as np
import pyarrow as pa

from pngnw.align.symbols import TOKENS
from pngnw.params import ModelConfig

PIECES = 40

MODEL = ModelConfig(
    width=32, layers=2, heads=2, feed_forward=64, activation="gelu", norm="pre", dropout=0.0,
    max_tokens=256, pos_emb="learned",
    positions=["rel_word", "rel_token", "abs_word", "abs_token", "subword", "subword_end"],
    word_values=True, word_types=True, segments=True, grapheme_unit="letter",
    attention="auto",
)  # fmt: skip

BYTES = pa.list_(pa.uint8())
SCHEMA = pa.schema(
    {
        "id": pa.uint64(), "split": pa.dictionary(pa.int32(), pa.string()),
        "graphemes": pa.list_(pa.uint16()), "phonemes": pa.list_(pa.uint16()),
        "graphemes_per_word": BYTES, "phonemes_per_word": BYTES, "pieces": pa.list_(pa.uint32()),
        "pieces_per_word": BYTES, "piece_of_grapheme": BYTES, "piece_of_phoneme": BYTES,
        "word_type": BYTES,
    }
)  # fmt: skip


def word(
    letters: list[int], phonemes: list[int], pieces: list[int], kind: int = 1
) -> dict[str, list[int]]:
    """A word of the given ids; its tokens are shared out evenly over its pieces."""
    count = len(pieces)
    return {
        "graphemes": letters,
        "phonemes": phonemes,
        "pieces": pieces,
        "piece_of_grapheme": [i * count // len(letters) for i in range(len(letters))],
        "piece_of_phoneme": [i * count // len(phonemes) for i in range(len(phonemes))],
        "word_type": [kind],
    }


def table(
    sentences: list[list[dict[str, list[int]]]], split: list[str] | None = None, first: int = 1
) -> pa.Table:
    """An align table; sentence n has the id `first` + n."""
    rows = []
    for number, words in enumerate(sentences):
        part = "train" if split is None else split[number]
        row: dict[str, object] = {"id": first + number, "split": part}
        for column in SCHEMA.names[2:]:
            if column.endswith("_per_word"):
                base = column.removesuffix("_per_word")
                row[column] = [len(w[base]) for w in words]
            else:
                row[column] = [value for w in words for value in w[column]]
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def lexicon(rng: np.random.Generator, size: int) -> list[dict[str, list[int]]]:
    """Words of 1 to 6 letters, one phoneme for each letter, plus a comma at the end."""
    words = []
    for number in range(size):
        letters = rng.integers(0, 26, int(rng.integers(1, 7)))
        graphemes = [TOKENS.letters[int(v)] for v in letters]
        phonemes = [TOKENS.phonemes[int(v)] for v in letters]
        pieces = [5 + number % (PIECES - 6)] + ([4] if number % 3 == 0 else [])
        words.append(word(graphemes, phonemes, pieces, kind=1 + number % 4))
    comma = TOKENS.id(",")
    return [*words, word([comma], [comma], [PIECES - 1], kind=0)]


def corpus(seed: int, count: int, split: list[str] | None = None, first: int = 1) -> pa.Table:
    """`count` sentences of 2 to 8 words out of 20."""
    rng = np.random.default_rng(seed)
    words = lexicon(np.random.default_rng(0), 20)
    sentences = [
        [words[int(i)] for i in rng.integers(0, len(words), int(rng.integers(2, 9)))]
        for _ in range(count)
    ]
    return table(sentences, split, first)
