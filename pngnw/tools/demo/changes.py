"""Phonemes changed by hand, and how far the states of all phonemes moved.

Guarantees: a change touches the phonemes of its word and nothing else; every phoneme before and
every one after is in exactly one row, and phonemes of a word that was not changed are compared one
by one.

Letters: P phonemes before, Q after, H width.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from torch import Tensor

from pngnw.core.errors import UserError
from pngnw.phonemize import arpabet
from pngnw.phonemize.arpabet import Phonemes
from pngnw.phonemize.phonemizer import Word
from pngnw.phonemize.pronouncer import PUNCTUATION
from pngnw.text import PronouncedText

HAND: Final = "hand"  # the origin of phonemes that were changed here


def parse(phonemes: str) -> Phonemes:
    """ARPAbet as people type it, "r iy1 d", in capitals.

    Raises:
        UserError: none, or a symbol that is no ARPAbet.
    """
    try:
        return arpabet.parse(phonemes.upper())
    except ValueError as error:
        raise UserError(error.args[1]) from None


def change(text: PronouncedText, changes: Mapping[int, Sequence[str]]) -> PronouncedText:
    """The text with the phonemes of some words replaced, by the number of the word.

    Raises:
        UserError: there is no such word, or it is a mark.
    """
    words = list(text.words)
    for number, phonemes in changes.items():
        if not 0 <= number < len(words):
            raise UserError(f"no word {number}: the sentence has {len(words)}; read it again")
        word = words[number]
        if word.origin == PUNCTUATION:
            raise UserError(f"{word.text!r} is a mark and stands for itself; change a word")
        words[number] = replace(word, phonemes=tuple(phonemes), origin=HAND)
    return replace(text, words=tuple(words))


@dataclass(frozen=True)
class Move:
    """A phoneme before and after, None where there is none, of word number `word`.

    `distance` is |after - before| / |before| of its states; None for a phoneme that is on one side
    alone.
    """

    word: int
    before: str | None
    after: str | None
    distance: float | None


def pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Which phoneme of a word became which, in order: the same, replaced, left out or put in.

    The same are Ratcliff and Obershelp's match (`difflib`); between two of them phonemes
    replace each other one by one, and those left over stand alone.
    """
    matched: list[tuple[int | None, int | None]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, i, last_i, j, last_j in matcher.get_opcodes():
        both = min(last_i - i, last_j - j)
        matched += [(i + step, j + step) for step in range(both)]
        matched += [(left, None) for left in range(i + both, last_i)]
        matched += [(None, new) for new in range(j + both, last_j)]
    return matched


def moves(
    before: Sequence[Word], after: Sequence[Word], states: Tensor, changed: Tensor
) -> list[Move]:
    """Compare the states of the same words.

    Args:
        before: the words.
        after: the same words, some with other phonemes.
        states: [P, H], of the phonemes before.
        changed: [Q, H], of those after.
    """
    rows, start, other = [], 0, 0
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        for i, j in pairs(old.phonemes, new.phonemes):
            distance = None
            if i is not None and j is not None:
                state = states[start + i]
                distance = float((changed[other + j] - state).norm() / state.norm())
            rows.append(
                Move(
                    number,
                    None if i is None else old.phonemes[i],
                    None if j is None else new.phonemes[j],
                    distance,
                )
            )
        start += len(old.phonemes)
        other += len(new.phonemes)
    return rows


def typical_distance(states: Tensor) -> float:
    """How far neighboring phonemes of a sentence are apart, to compare distances with: the median
    of |next - this| / |this| over states [P, H]; 0 if there is one phoneme alone."""
    if len(states) < 2:
        return 0.0
    return float((states.diff(dim=0).norm(dim=1) / states[:-1].norm(dim=1)).median())
