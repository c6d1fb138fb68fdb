"""Sentences given as phonemes only, without their spelling: what `Encoder.from_phonemes` reads.

Guarantees: a line of `pngnw phonemize`, as it comes or with `--alphabet ipa`, gives the phonemes
that the phonemizer gave. `espeak` is read as espeak-ng writes en-us: ɾ is T, n̩ is AH0 N, and a
word without primary stress, such as "that", gets the one that CMUdict gives it. Of 6,000 sentences
in `--alphabet espeak` 97% of the phonemes come back, in 90% of the words all; espeak merges the
others. Marks are folded as in text: … is three dots. A mark is always a word of its own.

Letters: P phonemes and marks of a sentence, W its words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pngnw.align.sentences import LONGEST
from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.core.ragged import offsets
from pngnw.model.sentences import Sentences
from pngnw.normalize.folding import fold_character
from pngnw.params import ModelConfig
from pngnw.phonemize import arpabet
from pngnw.phonemize.alphabets import espeak, ipa
from pngnw.text import TextBatch

# A line in one of `ALPHABETS`; or words, of ARPAbet and marks or of their ids in `TOKENS`.
Spoken = str | Sequence[Sequence[str | int]]
Word = tuple[str, ...]

_PIECE: Final = re.compile(r"[\w\u0300-\u036f]+(?:\.[\w\u0300-\u036f]+)*|[^\w\s]")
# espeak-ng writes "of the" as one word; none of its words ends so but these.
_ESPEAK_PIECE: Final = re.compile(rf"\w+?(?=ð[əɪ](?!\w))|{_PIECE.pattern}")
_WEAK: Final = frozenset("əɐᵻɚ")
# Function words that have other sounds in CMUdict.
_FUNCTION: Final = {
    "AE1 N D": "AH0 N D", "IH1 N": "IH0 N", "DH IH1": "DH AH0", "T AH0": "T UW1", "T UH1": "T UW1",
    "AO1 N": "AA1 N", "W AH1 Z": "W AA1 Z", "AH0 N": "AE1 N", "HH AH0 Z": "HH AE1 Z",
    "HH AH0 D": "HH AE1 D", "DH AH0 N": "DH AE1 N", "Y UH1 R": "Y AO1 R",
    "IH1 N T UH0": "IH1 N T UW0",
}  # fmt: skip
_STRESS: Final = {mark: digit for digit, mark in arpabet.IPA_STRESS.items() if mark}
# Phonemes without stress, by what espeak writes; for the rest it has `espeak.SYMBOLS`.
_VARIANTS: Final = {
    "ə": "AH", "ɐ": "AH", "ᵻ": "IH", "i": "IY", "u": "UW", "ɔ": "AO", "oː": "AO", "o": "OW",
    "e": "EY", "a": "AA", "ɑ": "AA", "ɒ": "AA", "ɜ": "ER", "ɜːɹ": "ER", "ɚ": "ER", "ɚɹ": "ER",
    "əʊ": "OW", "ɾ": "T", "ʔ": "T", "n̩": "AH N", "l̩": "AH L", "ʧ": "CH", "ʤ": "JH", "g": "G",
    "r": "R", "ɫ": "L", "x": "K",
}  # fmt: skip
_ESPEAK: Final = {symbol: name for name, symbol in espeak.SYMBOLS.items()} | _VARIANTS
_SYMBOL: Final = re.compile(
    f"(?:{'|'.join(sorted(_ESPEAK, key=len, reverse=True))})[ːˑ]?|[{''.join(_STRESS)}]|."
)


@dataclass(frozen=True)
class Scan:
    """A line of espeak's symbols.

    Attributes:
        words: of phonemes, or of one mark.
        owner: for each character the number of its phoneme in the line; of one that is none, and
            of a space, the phoneme in front of it, -1 where there is none. A stress mark belongs to
            the vowel behind it.
        unknown: characters that are neither.
    """

    words: list[Word]
    owner: list[int]
    unknown: str


def scan(text: str) -> Scan:
    """Read a line as espeak-ng writes en-us, or anything near it."""
    words: list[Word] = []
    owner = [-1] * len(text)
    unknown, count = "", 0
    for piece in _ESPEAK_PIECE.finditer(text):
        found: list[str] = []
        full: list[int] = []  # vowels that may bear stress
        stress = ""
        marks: list[int] = []
        for symbol in _SYMBOL.finditer(piece[0]):
            place = range(piece.start() + symbol.start(), piece.start() + symbol.end())
            if symbol[0] in _STRESS:
                stress = _STRESS[symbol[0]]
                marks.extend(place)
                continue
            names = _names(symbol[0])
            unknown += "" if names else symbol[0]
            for name in names:
                if name in arpabet.VOWELS:
                    full += [len(found)] if stress or symbol[0] not in _WEAK else []
                    name += stress or "0"
                    for at in marks:
                        owner[at] = count + len(found)
                    stress, marks = "", []
                found.append(name)
                for at in place:
                    owner[at] = count + len(found) - 1
        count += len(found)
        is_word = bool(found) and found[0] in arpabet.SYMBOLS
        words += [_stressed(found, full)] if is_word else [(mark,) for mark in found]
    for at in range(1, len(owner)):
        if owner[at] < 0:
            owner[at] = owner[at - 1]
    return Scan(words, owner, unknown)


def _stressed(word: list[str], full: list[int]) -> Word:
    """A word with primary stress, on one of the vowels `full` if it had none."""
    if any(phoneme[-1] == "1" for phoneme in word):
        return tuple(word)
    if full:
        at = next((at for at in full if word[at][-1] == "2"), full[0])
        word[at] = f"{word[at][:-1]}1"
    text = " ".join(word)
    return tuple(_FUNCTION.get(text, text).split())


def _names(symbol: str) -> list[str]:
    """Phonemes without stress, or marks; none of a character that is neither."""
    name = _ESPEAK.get(symbol) or _ESPEAK.get(symbol.rstrip("ːˑ"))
    if name:
        return name.split()
    folded = list(_folded(symbol)) if _is_mark(symbol) else []
    return folded if all(TOKENS.mark(mark) != TOKENS.unk for mark in folded) else []


def _is_mark(symbol: str) -> bool:
    """Of what stands in a line of phonemes, where letters have diacritics and ʼ is no apostrophe.

    Of a written token `pngnw.phonemize.tokenizer.is_mark` says it.
    """
    return not any(c.isalnum() or unicodedata.category(c) == "Mn" for c in symbol)


def _marks(symbol: str) -> list[Word]:
    """Words of one mark each; ValueError of a character that text has no reading for."""
    for character in symbol:
        if fold_character(character).isspace():
            raise ValueError(0, f"{character!r} is no mark that is read; leave it out")
    return [(mark,) for mark in _folded(symbol)]


def _folded(symbol: str) -> str:
    return "".join("".join(map(fold_character, symbol)).split())


def _from_arpabet(line: str) -> list[Word]:
    return _words(part.split() for part in re.split(r"(?:^|\s)\|(?=\s|$)", line))


def _from_ipa(line: str) -> list[Word]:
    words: list[Word] = []
    for piece in _PIECE.findall(line):
        words += _marks(piece) if _is_mark(piece) else [ipa.parse(piece)]
    return words


def _from_espeak(line: str) -> list[Word]:
    read = scan(line)
    if read.unknown:
        raise ValueError(0, f"{read.unknown[0]!r} is not what espeak-ng writes for en-us")
    return read.words


ALPHABETS: Final[dict[str, Callable[[str], list[Word]]]] = {
    "arpabet": _from_arpabet,
    "ipa": _from_ipa,
    "espeak": _from_espeak,
}


def _words(given: Iterable[Sequence[str | int]]) -> list[Word]:
    """Words of ARPAbet, marks or ids; marks set apart. ValueError as `arpabet.parse`."""
    words: list[Word] = []
    for symbols in given:
        word: list[str] = []
        each = symbols.split() if isinstance(symbols, str) else symbols
        for symbol in map(_named, each):
            if _is_mark(symbol):
                words += [tuple(word)] if word else []
                words += _marks(symbol)
                word = []
            else:
                word += arpabet.parse(symbol)
        words += [tuple(word)] if word else []
    return words


def _named(symbol: str | int) -> str:
    if isinstance(symbol, str):
        return symbol
    if symbol in TOKENS.phonemes or symbol in TOKENS.punctuation:
        return TOKENS.symbols[symbol]
    raise ValueError(0, f"{symbol} is the id of no phoneme and no mark of pngnw.align.symbols")


def read_phonemes(
    sentences: Sequence[Spoken], model: ModelConfig, alphabet: str = "arpabet"
) -> TextBatch:
    """Sentences of phonemes as a model takes them.

    Args:
        sentences: lines; or words of phonemes; or words of ids.
        model: says how much it takes at once.
        alphabet: of lines: one of `ALPHABETS`.

    Raises:
        UserError: a sentence has a symbol that is none, no phoneme, or more than the model takes.
    """
    if isinstance(sentences, str):
        raise UserError("Encoder: got one string; give a list of sentences")
    if alphabet not in ALPHABETS:
        raise UserError(f"alphabet = {alphabet}: phonemes are read from {', '.join(ALPHABETS)}")
    read = ALPHABETS[alphabet]
    rows: list[list[Word]] = []
    for number, sentence in enumerate(sentences):
        try:
            words = read(sentence) if isinstance(sentence, str) else _words(sentence)
        except ValueError as error:
            raise UserError(f"sentence {number}: {error.args[1]}; in {sentence!r:.80}") from None
        if not words:
            raise UserError(f"sentence {number}: there are no phonemes in it; leave it out")
        rows.append(words)
    return as_batch(rows, model)


def as_batch(rows: Sequence[Sequence[Word]], model: ModelConfig) -> TextBatch:
    """Sentences of words, each with one piece, which `phonemes_only` hides, and without letters.

    Raises:
        UserError: one has more tokens than the model takes, or a word more than `LONGEST`.
    """
    for number, words in enumerate(rows):
        if max(map(len, words), default=0) > LONGEST:
            raise UserError(f"sentence {number}: a word has more than {LONGEST} phonemes; split it")
    flat = [word for words in rows for word in words]
    symbols = [symbol for word in flat for symbol in word]
    counts = np.array([len(word) for word in flat], dtype=np.uint8)
    word_start = offsets(np.array([len(words) for words in rows], dtype=np.int64))
    nothing, one = np.zeros(len(flat), np.uint8), np.ones(len(flat), np.uint8)
    ids = [TOKENS.phoneme(s) if s in arpabet.SYMBOLS else TOKENS.mark(s) for s in symbols]
    sentences = Sentences(
        id=np.arange(len(rows), dtype=np.uint64),
        word_start=word_start,
        phoneme_start=offsets(counts.astype(np.int64))[word_start],
        grapheme_start=np.zeros(len(rows) + 1, np.int64),
        piece_start=word_start,
        phonemes_per_word=counts,
        graphemes_per_word=nothing,
        pieces_per_word=one,
        word_type=nothing,
        phonemes=np.array(ids, dtype=np.uint16),
        piece_of_phoneme=np.zeros(len(ids), np.uint8),
        graphemes=np.zeros(0, np.uint16),
        piece_of_grapheme=np.zeros(0, np.uint8),
        pieces=nothing.astype(np.uint32),
    )
    lengths = np.diff(sentences.phoneme_start) + 2  # CLS and SEP
    for number in np.flatnonzero(lengths > model.max_tokens).tolist():
        raise UserError(
            f"sentence {number}: {lengths[number]} tokens, the model takes {model.max_tokens}; "
            "split it"
        )
    return TextBatch(
        sentences=sentences,
        lengths=lengths,
        phonemes=[[symbol for word in words for symbol in word] for words in rows],
        words=[[" ".join(word) for word in words for _ in word] for words in rows],
        word_index=[[at for at, word in enumerate(words) for _ in word] for words in rows],
        unspoken=[[] for _ in rows],
        phonemes_only=True,
    )
