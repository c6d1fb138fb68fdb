"""Training of the grapheme-phoneme aligner: expectation maximization, vectorized over words.

Guarantees: the same lexicon gives the same probabilities; the likelihood never falls.
Source: Jiampojamarn et al. 2007 (see `pngnw.align.aligner`), algorithms 1 to 4, with joint
probabilities. An unspelled phoneme (insertion) takes no part in training: the few words that need
one are left out. Beyond the paper, a unit never lets consonant letters spell a vowel (but r spells
ER) nor vowel letters a consonant (but W and Y): without that, rare words are learned by heart
("rc" for the vowel of Worcester).

Dimension letters: N words, L letters of each of them, P phonemes (padded).
"""

from collections.abc import Sequence

import numpy as np

from pngnw.align.aligner import (
    LETTER_CLASSES,
    LETTERS,
    PHONEME_CLASSES,
    PHONEMES,
    VOWEL_LETTERS,
    VOWEL_PHONEMES,
    Aligner,
    Floats,
    Ids,
    Units,
    encode,
)
from pngnw.core.errors import UserError
from pngnw.phonemize.lexicon import load_cmudict

ITERATIONS = 10
SAMPLE = 5  # every fifth word: the alignments of the whole lexicon differ in few words
LETTERS_AT_MOST = 14


def train(iterations: int = ITERATIONS) -> Aligner:
    """An aligner trained on a fixed sample of CMUdict's first entries."""
    lexicon = load_cmudict()
    letters = sorted(word for word in lexicon if len(word) <= LETTERS_AT_MOST and word.isalpha())
    words = letters[::SAMPLE]
    return fit(words, [lexicon[word].split() for word in words], iterations)


def fit(
    words: Sequence[str], phonemes: Sequence[Sequence[str]], iterations: int = ITERATIONS
) -> Aligner:
    """An aligner trained on the given pronunciations, from uniform unit probabilities.

    Raises:
        UserError: no word can be aligned with its phonemes.
    """
    batches = _batches(words, phonemes)
    one_one = _plausible()
    units = Units(
        silent=np.full(LETTERS, 1.0),
        one_one=one_one,
        one_two=np.full((LETTERS, PHONEMES * PHONEMES), 1.0),
        two_one=np.maximum(one_one[:, None], one_one).reshape(LETTERS * LETTERS, PHONEMES),
    )
    units = _normalized(units)
    for _ in range(iterations):
        counts = Units(*(np.zeros_like(table) for table in vars(units).values()))
        for letters_NL, phonemes_NP, lengths_N in batches:
            _expect(units, letters_NL, phonemes_NP, lengths_N, counts)
        units = _normalized(counts)
    return Aligner(units)


def _plausible() -> Floats:
    """1 where a letter may spell a phoneme [L', P']; what starts at 0 stays at 0."""
    allowed: Floats = (VOWEL_LETTERS[:, None] == VOWEL_PHONEMES).astype(np.float64)
    allowed[LETTER_CLASSES.index("r"), PHONEME_CLASSES.index("ER")] = 1
    for glide in ("W", "Y"):
        allowed[:, PHONEME_CLASSES.index(glide)] = 1
    return allowed


def _batches(words: Sequence[str], phonemes: Sequence[Sequence[str]]) -> list[tuple[Ids, Ids, Ids]]:
    """Letters [N, L], phonemes [N, P] and their counts [N] of the words of each length."""
    by_length: dict[int, list[int]] = {}
    for index, (word, symbols) in enumerate(zip(words, phonemes, strict=True)):
        if 0 < len(symbols) <= 2 * len(word):
            by_length.setdefault(len(word), []).append(index)
    return [
        encode([words[i] for i in indices], [phonemes[i] for i in indices])
        for _, indices in sorted(by_length.items())
    ]


def _normalized(units: Units) -> Units:
    total = sum(float(table.sum()) for table in vars(units).values())
    if not total > 0:
        raise UserError(
            "aligner: no word of the lexicon can be spelled by its phonemes; check that each word "
            "stands beside its own pronunciation"
        )
    return Units(**{name: table / total for name, table in vars(units).items()})


def _expect(units: Units, letters_NL: Ids, phonemes_NP: Ids, lengths_N: Ids, counts: Units) -> None:
    """Add the expected number of uses of every unit to `counts`."""
    words, length = letters_NL.shape
    width = phonemes_NP.shape[1] + 1
    letter_pairs = letters_NL[:, :-1] * LETTERS + letters_NL[:, 1:]
    phoneme_pairs = phonemes_NP[:, :-1] * PHONEMES + phonemes_NP[:, 1:]
    silent = units.silent[letters_NL]
    one_one = units.one_one[letters_NL[:, :, None], phonemes_NP[:, None, :]]
    one_two = units.one_two[letters_NL[:, :, None], phoneme_pairs[:, None, :]]
    two_one = units.two_one[letter_pairs[:, :, None], phonemes_NP[:, None, :]]

    forward = np.zeros((length + 1, words, width))
    forward[0, :, 0] = 1
    for i in range(1, length + 1):
        forward[i] = forward[i - 1] * silent[:, i - 1, None]
        forward[i, :, 1:] += forward[i - 1, :, :-1] * one_one[:, i - 1]
        forward[i, :, 2:] += forward[i - 1, :, :-2] * one_two[:, i - 1]
        if i > 1:
            forward[i, :, 1:] += forward[i - 2, :, :-1] * two_one[:, i - 2]

    backward = np.zeros_like(forward)
    backward[length, np.arange(words), lengths_N] = 1
    for i in range(length - 1, -1, -1):
        backward[i] = backward[i + 1] * silent[:, i, None]
        backward[i, :, :-1] += backward[i + 1, :, 1:] * one_one[:, i]
        backward[i, :, :-2] += backward[i + 1, :, 2:] * one_two[:, i]
        if i < length - 1:
            backward[i, :, :-1] += backward[i + 2, :, 1:] * two_one[:, i]

    total = forward[length, np.arange(words), lengths_N]
    scale = np.divide(1, total, out=np.zeros_like(total), where=total > 0)[:, None]
    for i in range(length):
        here = letters_NL[:, i]
        before = forward[i] * scale
        after = backward[i + 1]
        _add(counts.silent, here, (before * after).sum(axis=1) * silent[:, i])
        _add(
            counts.one_one,
            here[:, None] * PHONEMES + phonemes_NP,
            before[:, :-1] * after[:, 1:] * one_one[:, i],
        )
        _add(
            counts.one_two,
            here[:, None] * PHONEMES**2 + phoneme_pairs,
            before[:, :-2] * after[:, 2:] * one_two[:, i],
        )
        if i < length - 1:
            _add(
                counts.two_one,
                letter_pairs[:, i, None] * PHONEMES + phonemes_NP,
                before[:, :-1] * backward[i + 2, :, 1:] * two_one[:, i],
            )


def _add(table: Floats, index: Ids, weight: Floats) -> None:
    table.reshape(-1)[:] += np.bincount(index.ravel(), weight.ravel(), minlength=table.size)
