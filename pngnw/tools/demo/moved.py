"""How far the states of phonemes moved when some of them were changed.

Guarantees: every phoneme before and every one after is in exactly one row; phonemes of a word that
was not changed are compared one by one.

Letters: P phonemes before, Q after, H width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from torch import Tensor

from pngnw.phonemize.phonemizer import Word

Pair = tuple[int | None, int | None]


@dataclass(frozen=True)
class Moved:
    """A phoneme before and after, None where there is none, of word number `word`.

    `distance` is |after - before| / |before| of its states; None for a phoneme that is on one side
    alone.
    """

    word: int
    before: str | None
    after: str | None
    distance: float | None


def pairs(before: Sequence[str], after: Sequence[str]) -> list[Pair]:
    """Which phoneme of a word became which, in order: kept, replaced, left out or put in.

    What is kept is Ratcliff and Obershelp's match (`difflib`); between two kept ones phonemes
    replace each other one by one, and those left over stand alone.
    """
    found: list[Pair] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, i, last_i, j, last_j in matcher.get_opcodes():
        both = min(last_i - i, last_j - j)
        found += [(i + step, j + step) for step in range(both)]
        found += [(left, None) for left in range(i + both, last_i)]
        found += [(None, new) for new in range(j + both, last_j)]
    return found


def moved(
    before: Sequence[Word], after: Sequence[Word], states: Tensor, changed: Tensor
) -> list[Moved]:
    """Compare the states of the same words.

    Args:
        before: the words.
        after: the same words, some with other phonemes.
        states: [P, H], of the phonemes before.
        changed: [Q, H], of those after.
    """
    found, start, other = [], 0, 0
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        for i, j in pairs(old.phonemes, new.phonemes):
            distance = None
            if i is not None and j is not None:
                state = states[start + i]
                distance = float((changed[other + j] - state).norm() / state.norm())
            found.append(
                Moved(
                    number,
                    None if i is None else old.phonemes[i],
                    None if j is None else new.phonemes[j],
                    distance,
                )
            )
        start += len(old.phonemes)
        other += len(new.phonemes)
    return found


def apart(states: Tensor) -> float:
    """How far neighbouring phonemes of a sentence are apart, to compare distances with: the median
    of |next - this| / |this| over states [P, H]; 0 if there is one phoneme alone."""
    if len(states) < 2:
        return 0.0
    return float((states.diff(dim=0).norm(dim=1) / states[:-1].norm(dim=1)).median())
