"""Words with phonemes to ids: the wordpiece tokenizer and the aligner, on any word at all."""

from collections.abc import Callable, Sequence
from random import Random

import numpy as np
import pyarrow as pa

from pngnw.align import aligner_training
from pngnw.align.sentences import LONGEST, WordAligner
from pngnw.align.stage import align_table
from pngnw.align.symbols import TOKENS
from pngnw.align.wordpieces import Wordpieces, train_wordpieces
from pngnw.phonemize.arpabet import ARPABET
from pngnw.phonemize.stage import WORDS
from tests.fuzz import hostile
from tests.fuzz.target import Target, demand

VOCABULARY = 400
Word = tuple[str, list[str], bool]  # text, phonemes, is punctuation


def make(rng: Random) -> list[Word]:
    """A sentence of words: chunks of a hostile text with phonemes that may not fit them."""
    chunks = hostile.text(rng).encode("utf-8", "replace").decode().split()[:60]
    words: list[Word] = []
    for chunk in chunks:
        if rng.random() < 0.2:
            words.append((chunk[:3], [chunk[:3]], True))
        else:
            count = rng.choice([0, 1, 2, 5, 9, min(len(chunk), 300)])
            words.append((chunk, rng.choices(ARPABET, k=count), False))
    return words


def open_check() -> Callable[[Sequence[list[Word]]], None]:
    """Trains the aligner and a small vocabulary."""
    counts: dict[str, int] = {}
    for line in hostile.sentences():
        for word in line.split():
            counts[word] = counts.get(word, 0) + 1
    wordpieces = train_wordpieces(counts, VOCABULARY)
    aligner = WordAligner(wordpieces, aligner_training.train())

    def check(inputs: Sequence[list[Word]]) -> None:
        _check_pieces(wordpieces, [text for words in inputs for text, _, _ in words])
        table, stats = align_table(aligner, _table(inputs))
        dropped = int(stats["dropped.word_too_long"] + stats["dropped.no_words"])
        demand(table.num_rows + dropped == len(inputs), f"{table.num_rows} rows, {dropped} dropped")
        table.validate(full=True)
        kept = table["id"].to_pylist()
        for row, number in zip(table.drop_columns(["split"]).to_pylist(), kept, strict=True):
            _check_row(row, inputs[number], wordpieces.size)
        lost = set(range(len(inputs))) - set(kept)
        for number in lost:
            words = inputs[number]
            long = any(len(text) > LONGEST or len(said) > LONGEST for text, said, _ in words)
            demand(not words or long, f"row {number} is dropped without need")

    return check


def _check_pieces(wordpieces: Wordpieces, texts: Sequence[str]) -> None:
    pieces, owners = wordpieces.encode(texts)
    demand(bool((pieces.counts > 0).all()), "a word without pieces")
    demand(bool((pieces.values < wordpieces.size).all()), "a piece out of range")
    demand(owners.counts.tolist() == [len(text) for text in texts], "not an owner per character")
    last = np.repeat(pieces.counts, owners.counts)
    demand(bool((owners.values < last).all()), "an owner out of range")


def _check_row(row: dict[str, list[int]], words: Sequence[Word], size: int) -> None:
    demand(len(row["word_type"]) == len(words), "a word is lost")
    letters = [len(text) for text, _, _ in words]
    demand(row["graphemes_per_word"] == letters, "not a grapheme per character")
    demand(sum(letters) == len(row["graphemes"]) == len(row["piece_of_grapheme"]), "graphemes")
    spoken = [len("".join(said)) if mark else len(said) for _, said, mark in words]
    demand(row["phonemes_per_word"] == spoken, "not an id per phoneme")
    demand(sum(spoken) == len(row["phonemes"]) == len(row["piece_of_phoneme"]), "phonemes")
    demand(sum(row["pieces_per_word"]) == len(row["pieces"]), "pieces")
    demand(max(row["pieces"]) < size, "a piece out of range")
    demand(max([*row["graphemes"], *row["phonemes"]]) < len(TOKENS), "a token out of range")
    demand(max(row["word_type"]) <= 4, "a word type out of range")
    for owner, counts in (("piece_of_grapheme", letters), ("piece_of_phoneme", spoken)):
        most = np.repeat(row["pieces_per_word"], counts)
        demand(bool((np.array(row[owner]) < most).all()), f"{owner} out of range")


def _table(inputs: Sequence[list[Word]]) -> pa.Table:
    rows = [
        [
            {
                "text": text,
                "phonemes": said,
                "origin": "punctuation" if mark else "lexicon",
            }
            for text, said, mark in words
        ]
        for words in inputs
    ]
    plain = pa.list_(pa.struct([(field.name, _plain(field.type)) for field in WORDS.value_type]))
    return pa.table(
        {
            "id": pa.array(range(len(inputs)), pa.uint64()),
            "split": pa.array(["train"] * len(inputs)).dictionary_encode(),
            "words": pa.array(rows, plain),
        }
    )


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    return kind.value_type if pa.types.is_dictionary(kind) else kind


TARGET = Target("words", make, open_check, batch=200, share=0.25)
