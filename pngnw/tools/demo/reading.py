"""A sentence as it is typed to what the encoder reads, and back, with phonemes changed by hand.

Guarantees: without a change the arrays are those of `pngnw.text`; a change touches the phonemes
of its word and nothing else; what is no ARPAbet is refused by its symbol.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pngnw.align.aligner import Aligner, spread_evenly
from pngnw.align.sentences import WordAligner
from pngnw.core.errors import UserError
from pngnw.model.sentences import Sentences
from pngnw.normalize import normalize_all
from pngnw.phonemize.arpabet import SYMBOLS, VOWELS
from pngnw.phonemize.phonemizer import Word
from pngnw.phonemize.pronouncer import PUNCTUATION
from pngnw.text import Reader, as_sentences

HAND: Final = "hand"  # the origin of phonemes that were changed here
LONGEST: Final = 60  # phonemes that a word may be given: more than any word has


@dataclass(frozen=True)
class Sentence:
    """What was typed and how it is said.

    Attributes:
        text: as typed.
        words: as spoken, with phonemes and where those came from.
        spans: for each word the characters of `text` that it was spoken from, [start, end).
        unspoken: pieces of `text` that have no reading.
    """

    text: str
    words: tuple[Word, ...]
    spans: tuple[tuple[int, int], ...]
    unspoken: tuple[str, ...]


def read(reader: Reader, text: str) -> Sentence:
    """Raises `UserError` for a text with nothing to say, or with a word that is too long."""
    (words,), (unspoken,), _ = reader([text])
    (source,) = normalize_all([text])
    spans = tuple((source.starts[word.start], source.ends[word.end - 1]) for word in words)
    return Sentence(text, tuple(words), spans, tuple(unspoken))


def changed(sentence: Sentence, changes: Mapping[int, Sequence[str]]) -> Sentence:
    """The sentence with the phonemes of some words replaced, by the number of the word.

    Raises:
        UserError: there is no such word, or it is a mark.
    """
    words = list(sentence.words)
    for number, phonemes in changes.items():
        if not 0 <= number < len(words):
            raise UserError(f"no word {number}: the sentence has {len(words)}; read it again")
        word = words[number]
        if word.origin == PUNCTUATION:
            raise UserError(f"{word.text!r} is a mark and stands for itself; change a word")
        words[number] = replace(word, phonemes=tuple(phonemes), origin=HAND)
    return replace(sentence, words=tuple(words))


def parse(phonemes: str) -> tuple[str, ...]:
    """ARPAbet as people type it, "r iy1 d", in capitals.

    Raises:
        UserError: none, too many, or a symbol that is no ARPAbet; says which and what is.
    """
    symbols = tuple(phonemes.upper().split())
    if not symbols:
        raise UserError("a word needs a phoneme at least, such as AH0")
    if len(symbols) > LONGEST:
        raise UserError(f"{len(symbols)} phonemes: a word may have {LONGEST}")
    for symbol in symbols:
        if symbol in SYMBOLS:
            continue
        shown = repr(symbol if len(symbol) <= 12 else f"{symbol[:12]}…")
        if symbol in VOWELS:
            raise UserError(f"{shown} lacks its stress: {symbol}0, {symbol}1 or {symbol}2")
        if symbol[:-1] in SYMBOLS and symbol[-1].isdigit():
            raise UserError(f"{shown} is a consonant and has no stress: {symbol[:-1]}")
        raise UserError(
            f"{shown} is no ARPAbet phoneme; vowels carry a stress (AH0, IY1), consonants none (K)"
        )
    return symbols


def arrays(aligner: WordAligner, sentences: Sequence[Sentence]) -> Sentences:
    """Sentences as `assemble` takes them; raises `UserError` for a word too long to be counted."""
    try:
        rows = [aligner.align(sentence.words) for sentence in sentences]
    except ValueError as error:
        raise UserError(f"{error}; split it") from None
    return as_sentences(rows)


def letters(aligner: Aligner | None, words: Sequence[Word]) -> list[list[int]]:
    """For every word the number of the letter that each of its phonemes belongs to.

    Args:
        aligner: finds it; None where the encoder was trained on evenly spread phonemes.
        words: any words; the characters of a mark are its phonemes, too.
    """
    owners = [spread_evenly(len(word.text), len(word.phonemes)) for word in words]
    if aligner is not None:
        said = [i for i, word in enumerate(words) if word.origin != PUNCTUATION]
        found = aligner.align([words[i].text for i in said], [words[i].phonemes for i in said])
        for i, owner in zip(said, found, strict=True):
            owners[i] = owner
    return [np.asarray(owner).tolist() for owner in owners]
