"""Words with phonemes to ids: the wordpiece tokenizer and the aligner, on any word at all."""

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

import numpy as np

from pngnw.align import aligner_training
from pngnw.align.sentences import LONGEST, WordAligner
from pngnw.align.stage import align_table
from pngnw.align.symbols import TOKENS
from pngnw.align.wordpieces import Wordpieces, train_wordpieces
from pngnw.phonemize.arpabet import ARPABET
from tests.align.test_sentences import Word, phonemized
from tests.fuzz import hostile

VOCABULARY = 400
Entry = tuple[str, list[str], bool]  # text, phonemes, is punctuation


def make(rng: Random) -> list[Entry]:
    """A sentence of words: chunks of a hostile text with phonemes that may not fit them."""
    chunks = hostile.text(rng).encode("utf-8", "replace").decode().split()[:60]
    words: list[Entry] = []
    for chunk in chunks:
        if rng.random() < 0.2:
            words.append((chunk[:3], [chunk[:3]], True))
        else:
            count = rng.choice([0, 1, 2, 5, 9, min(len(chunk), 300)])
            words.append((chunk, rng.choices(ARPABET, k=count), False))
    return words


def open_check() -> Callable[[Sequence[list[Entry]]], None]:
    """Trains the aligner and a small vocabulary."""
    counts = Counter(word for line in hostile.sentences() for word in line.split())
    wordpieces = train_wordpieces(counts, VOCABULARY)
    aligner = WordAligner(wordpieces, aligner_training.train())

    def check(inputs: Sequence[list[Entry]]) -> None:
        _check_pieces(wordpieces, [text for words in inputs for text, _, _ in words])
        sentences = [[_word(entry) for entry in words] for words in inputs]
        table, stats = align_table(aligner, phonemized(sentences))
        dropped = int(stats["dropped.word_too_long"] + stats["dropped.no_words"])
        assert table.num_rows + dropped == len(inputs), f"{table.num_rows} rows, {dropped} dropped"
        assert stats["words_monotone"] == stats["words"], "a word whose pieces go back"
        table.validate(full=True)
        rows = table["id"].to_pylist()
        for row, number in zip(table.drop_columns(["split"]).to_pylist(), rows, strict=True):
            _check_row(row, inputs[number], wordpieces.size)
        for number in set(range(len(inputs))) - set(rows):
            words = inputs[number]
            long = any(max(len(text), len(phonemes)) > LONGEST for text, phonemes, _ in words)
            assert not words or long, f"row {number} is dropped without need"

    return check


def _check_pieces(wordpieces: Wordpieces, texts: Sequence[str]) -> None:
    pieces, owners = wordpieces.encode(texts)
    assert (pieces.counts > 0).all(), "a word without pieces"
    assert (pieces.values < wordpieces.size).all(), "a piece out of range"
    assert owners.counts.tolist() == [len(text) for text in texts], "not an owner per character"
    last = np.repeat(pieces.counts, owners.counts)
    assert (owners.values < last).all(), "an owner out of range"


def _check_row(row: dict[str, list[int]], words: Sequence[Entry], size: int) -> None:
    assert len(row["word_type"]) == len(words), "a word is lost"
    letters = [len(text) for text, _, _ in words]
    assert row["graphemes_per_word"] == letters, "not a grapheme per character"
    assert sum(letters) == len(row["graphemes"]) == len(row["piece_of_grapheme"]), "graphemes"
    spoken = [len("".join(phonemes)) if mark else len(phonemes) for _, phonemes, mark in words]
    assert row["phonemes_per_word"] == spoken, "not an id per phoneme"
    assert sum(spoken) == len(row["phonemes"]) == len(row["piece_of_phoneme"]), "phonemes"
    assert sum(row["pieces_per_word"]) == len(row["pieces"]), "pieces"
    assert max(row["pieces"]) < size, "a piece out of range"
    assert max([*row["graphemes"], *row["phonemes"]]) < len(TOKENS), "a token out of range"
    assert max(row["word_type"]) <= 4, "a word type out of range"
    for owner, counts in (("piece_of_grapheme", letters), ("piece_of_phoneme", spoken)):
        most = np.repeat(row["pieces_per_word"], counts)
        assert (np.array(row[owner]) < most).all(), f"{owner} out of range"


def _word(entry: Entry) -> Word:
    text, phonemes, is_mark = entry
    return Word(text, tuple(phonemes), "punctuation" if is_mark else "lexicon")
