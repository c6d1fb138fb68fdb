"""Which letter of a word spells which phoneme: the many-to-many aligner of Jiampojamarn et al.

Guarantees: an alignment is monotone, exists for every word of at least one letter, and depends on
the word alone (not on what is aligned beside it). Hyphens, apostrophes and dots spell nothing, as
long as there is a letter. Units are 1 letter to 0, 1 or 2 phonemes, 2 letters to 1 phoneme, and, at
a fixed high cost, a phoneme that no letter spells; 2 to 2 is left out, because a product of unit
probabilities would prefer to glue neighbors together.

Source: S. Jiampojamarn, G. Kondrak, T. Sherif, "Applying Many-to-Many Alignments and Hidden
Markov Models to Letter-to-Phoneme Conversion", NAACL-HLT 2007, section 2.

Dimension letters: N words, L letters of each of them, P phonemes (padded).
"""

import json
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pngnw.align.symbols import TWINS
from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import CONSONANTS, VOWELS

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
# Small alphabets: accents, case and stress do not count. Class 0 of the phonemes pads.
LETTER_CLASSES = (*string.ascii_lowercase, "'", "-", "other")
PHONEME_CLASSES = ("pad", *VOWELS, *CONSONANTS, "other")
LETTERS = len(LETTER_CLASSES)
PHONEMES = len(PHONEME_CLASSES)
VOWEL_LETTERS = np.isin(LETTER_CLASSES, list("aeiouy"))
VOWEL_PHONEMES = np.isin(PHONEME_CLASSES, VOWELS)
UNSPELLED = 1e-9  # probability of a phoneme that no letter spells
# Probability of a unit that was not seen in training: rather silent than oddly pronounced.
FLOORS = {"silent": 1e-4, "one_one": 1e-8, "one_two": 1e-16, "two_one": 1e-16}
LONGEST = 48  # letters or phonemes; beyond that, evenly spread
BATCH = 4096
# The steps of the search, numbered in the order in which ties are decided.
ONE_ONE, TWO_ONE, ONE_TWO, SILENT, INSERTED = range(5)
_SILENT_MARKS = frozenset("'-.")
_LETTER = {letter: number for number, letter in enumerate(LETTER_CLASSES)}
_PHONEME = {phoneme: number for number, phoneme in enumerate(PHONEME_CLASSES)}
# Letters that Unicode does not take apart into a base letter and an accent.
_BASE = {"æ": "a", "œ": "o", "ø": "o", "ß": "s", "ð": "d", "þ": "t", "ł": "l", "đ": "d", "ı": "i"}


@dataclass(frozen=True)
class Units:
    """Joint probabilities of units.

    silent [L'], one_one [L', P'], one_two [L', P' * P'], two_one [L' * L', P'] with
    L' = LETTERS and P' = PHONEMES.
    """

    silent: Floats
    one_one: Floats
    one_two: Floats
    two_one: Floats


def encode(words: Sequence[str], phonemes: Sequence[Sequence[str]]) -> tuple[Ids, Ids, Ids]:
    """Classes of words that have the same number of letters.

    Returns:
        letters [N, L]; phonemes [N, P] padded with 0 to the longest; phoneme counts [N].
    """
    letters = np.array([[_letter_class(c) for c in word] for word in words], dtype=np.int64)
    counts = np.array([len(symbols) for symbols in phonemes], dtype=np.int64)
    padded = np.zeros((len(words), int(counts.max(initial=0))), dtype=np.int64)
    for row, symbols in zip(padded, phonemes, strict=True):
        row[: len(symbols)] = [
            _PHONEME.get(symbol.rstrip("012"), _PHONEME["other"]) for symbol in symbols
        ]
    return letters.reshape(len(words), -1), padded, counts


def _letter_class(character: str) -> int:
    character = TWINS.get(character, character)
    if character in _LETTER:
        return _LETTER[character]
    base = unicodedata.normalize("NFKD", character)[:1].lower()
    return _LETTER.get(_BASE.get(base, base), _LETTER["other"])


def spread_evenly(letters: int, phonemes: int) -> Ids:
    """Letter of every phoneme when both are laid evenly over the word (nearest neighbor)."""
    return np.arange(phonemes, dtype=np.int64) * letters // max(phonemes, 1)


def _letter_indices(word: str) -> Ids:
    """Indices of all characters but the inner marks; of all of them if there are only marks."""
    indices = [i for i, char in enumerate(word) if TWINS.get(char, char) not in _SILENT_MARKS]
    return np.array(indices or range(len(word)), dtype=np.int64)


def _rounded(table: Floats, floor: float) -> Floats:
    """Probabilities above the floor to four significant digits, 0 elsewhere."""
    rounded = np.zeros_like(table)
    above = np.flatnonzero(table > floor)
    rounded.reshape(-1)[above] = [
        float(f"{value:.4g}") for value in table.reshape(-1)[above].tolist()
    ]
    return rounded


class Aligner:
    """Finds the likeliest alignment under trained unit probabilities.

    Probabilities are rounded as `save` writes them, to four significant digits, so that a saved
    aligner gives the results of the one that was trained.
    """

    def __init__(self, trained: Units) -> None:
        units = Units(**{n: _rounded(table, FLOORS[n]) for n, table in vars(trained).items()})
        self.units = units
        self._log = Units(
            **{name: np.log(np.maximum(table, FLOORS[name])) for name, table in vars(units).items()}
        )

    def align(self, words: Sequence[str], phonemes: Sequence[Sequence[str]]) -> list[Ids]:
        """For every word, the index of the letter that each of its phonemes belongs to.

        Words longer than `LONGEST` and words without phonemes are spread evenly.
        """
        letters = [_letter_indices(word) for word in words]
        aligned = [
            indices[spread_evenly(len(indices), len(symbols))]
            for indices, symbols in zip(letters, phonemes, strict=True)
        ]
        by_length: dict[int, list[int]] = {}
        for number, (indices, symbols) in enumerate(zip(letters, phonemes, strict=True)):
            if len(indices) <= LONGEST and 0 < len(symbols) <= LONGEST:
                by_length.setdefault(len(indices), []).append(number)
        for numbers in by_length.values():
            for start in range(0, len(numbers), BATCH):
                batch = numbers[start : start + BATCH]
                bare = ["".join(words[n][i] for i in letters[n]) for n in batch]
                letters_NL, phonemes_NP, counts_N = encode(bare, [phonemes[n] for n in batch])
                steps = self._best_steps(letters_NL, phonemes_NP)
                rows = self._trace(steps, letters_NL, phonemes_NP, counts_N)
                for n, row in zip(batch, rows, strict=True):
                    aligned[n] = letters[n][row[: len(phonemes[n])]]
        return aligned

    def _best_steps(self, letters_NL: Ids, phonemes_NP: Ids) -> npt.NDArray[np.int8]:
        """Viterbi search: the last step of the best path to each cell [L + 1, N, P + 1]."""
        words, length = letters_NL.shape
        width = phonemes_NP.shape[1] + 1
        pairs = phonemes_NP[:, :-1] * PHONEMES + phonemes_NP[:, 1:]
        log = self._log
        steps = np.full((length + 1, words, width), INSERTED, dtype=np.int8)
        score = np.full((length + 1, words, width), -np.inf)
        score[0, :, 0] = 0
        for i in range(length + 1):
            if i:
                here = letters_NL[:, i - 1]
                options = np.full((4, words, width), -np.inf)
                options[ONE_ONE, :, 1:] = (
                    score[i - 1, :, :-1] + log.one_one[here[:, None], phonemes_NP]
                )
                options[ONE_TWO, :, 2:] = score[i - 1, :, :-2] + log.one_two[here[:, None], pairs]
                options[SILENT] = score[i - 1] + log.silent[here, None]
                if i > 1:
                    both = letters_NL[:, i - 2] * LETTERS + here
                    options[TWO_ONE, :, 1:] = (
                        score[i - 2, :, :-1] + log.two_one[both[:, None], phonemes_NP]
                    )
                steps[i] = options.argmax(axis=0)
                score[i] = options.max(axis=0)
            for j in range(1, width):  # an inserted phoneme stays in the row: one after the other
                inserted = score[i, :, j - 1] + np.log(UNSPELLED)
                better = inserted > score[i, :, j]
                score[i, better, j] = inserted[better]
                steps[i, better, j] = INSERTED
        return steps

    def _trace(
        self,
        steps: npt.NDArray[np.int8],
        letters_NL: Ids,
        phonemes_NP: Ids,
        counts_N: Ids,
    ) -> Ids:
        """Walk the best paths backwards: the letter of every phoneme [N, P], 0 in the padding."""
        words, length = letters_NL.shape
        owner = np.zeros_like(phonemes_NP)
        row = np.arange(words)
        i = np.full(words, length)
        j = counts_N.copy()
        while (active := (i > 0) | (j > 0)).any():
            step = np.where(active, steps[i, row, j], SILENT)
            spells = active & (step != SILENT)
            # A phoneme without a letter goes to the letter before it.
            letter = np.maximum(i - 1, 0)
            letter = np.where(
                step == TWO_ONE, self._spelling_letter(letters_NL, phonemes_NP, i, j), letter
            )
            owner[row[spells], j[spells] - 1] = letter[spells]
            two = active & (step == ONE_TWO)
            owner[row[two], j[two] - 2] = letter[two]
            i = i - np.where(active, np.array([1, 2, 1, 1, 0])[step], 0)
            j = j - np.where(active, np.array([1, 1, 2, 0, 1])[step], 0)
        return owner

    def _spelling_letter(self, letters_NL: Ids, phonemes_NP: Ids, i: Ids, j: Ids) -> Ids:
        """Of the two letters that end at i, the one that spells phoneme j.

        That is the only vowel letter for a vowel, the only consonant letter for a consonant, else
        the letter that spells this phoneme more often alone.
        """
        row = np.arange(len(i))
        phoneme = phonemes_NP[row, np.maximum(j - 1, 0)]
        one = letters_NL[row, np.maximum(i - 2, 0)]
        two = letters_NL[row, np.maximum(i - 1, 0)]
        table = self.units.one_one
        fits_one = VOWEL_LETTERS[one] == VOWEL_PHONEMES[phoneme]
        fits_two = VOWEL_LETTERS[two] == VOWEL_PHONEMES[phoneme]
        commoner = table[two, phoneme] > table[one, phoneme]
        later = np.where(fits_one == fits_two, commoner, fits_two)
        return np.where(later, i - 1, np.maximum(i - 2, 0))

    def save(self, path: Path) -> None:
        """Write the units that were seen as JSON."""
        content: dict[str, object] = {"letters": LETTER_CLASSES, "phonemes": PHONEME_CLASSES}
        for name, table in vars(self.units).items():
            flat = table.ravel()
            content[name] = {str(i): float(flat[i]) for i in np.flatnonzero(flat).tolist()}
        write_text(path, json.dumps(content, separators=(",", ":")) + "\n")

    @classmethod
    def load(cls, path: Path) -> "Aligner":
        """Read what `save` wrote. Raises `UserError` naming a file that is missing or foreign."""
        shapes = {
            "silent": (LETTERS,),
            "one_one": (LETTERS, PHONEMES),
            "one_two": (LETTERS, PHONEMES * PHONEMES),
            "two_one": (LETTERS * LETTERS, PHONEMES),
        }
        tables = {name: np.zeros(shape) for name, shape in shapes.items()}
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if (content["letters"], content["phonemes"]) != (
                list(LETTER_CLASSES),
                list(PHONEME_CLASSES),
            ):
                raise ValueError("other symbols")
            for name, table in tables.items():
                flat = table.reshape(-1)
                for index, probability in content[name].items():
                    flat[int(index)] = probability
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise UserError(
                f"{path}: not an aligner of this version ({type(error).__name__}); run `dvc repro`"
            ) from None
        return cls(Units(**tables))
