"""What can be said of attention where nobody knows when a phoneme is spoken: not that it is right.

Guarantees: pure functions of the attention and of which tokens are spoken; the nulls go through the
same functions. All of these saturate on wrong attention: a straight line has the best value of
each. They tell attention that points nowhere from attention that moves through the text, no more.
All steps count, since nobody knows which of them are silent.

Letters: S decoder steps, P tokens (phonemes, or words).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from pngnw.evaluate.measure import COVERED, TOLERANCE, Bools, Floats, correlation

BAND = 0.1  # of the text on either side of the straight line


@dataclass(frozen=True)
class Score:
    """Averages over utterances.

    Attributes:
        focus: largest weight of a step ("focus rate" of FastSpeech, Ren et al. 2019, 1905.09263).
        monotonicity: share of steps at which the centroid does not fall back by half a token.
        coverage: share of spoken tokens that get a weight of 0.1 at least once.
        diagonality: share of attention within a tenth of the text of the straight line (as the
            diagonal rate of MultiSpeech, Chen et al. 2020, 2006.04664).
        direction: correlation of step and centroid; below 0 the alignment is reversed.
    """

    focus: float
    monotonicity: float
    coverage: float
    diagonality: float
    direction: float

    @property
    def reversed(self) -> bool:
        """Whether attention runs from the last phoneme to the first."""
        return self.direction < 0


def tally(attention: Floats, spoken: Bools) -> Score:
    """Measure one utterance: attention [S, P], rows sum to 1; spoken [P]."""
    steps, tokens = attention.shape
    centroid = attention @ np.arange(tokens)
    moves = np.diff(centroid) >= -TOLERANCE
    along = (np.arange(steps) + 0.5)[:, None] / steps - (np.arange(tokens) + 0.5) / tokens
    covered = (attention.max(axis=0) >= COVERED)[spoken]
    return Score(
        focus=float(attention.max(axis=1).mean()),
        monotonicity=float(moves.mean()) if len(moves) else 1.0,
        coverage=float(covered.mean()) if len(covered) else 1.0,
        diagonality=float((attention * (np.abs(along) <= BAND)).sum() / steps),
        direction=correlation(np.arange(steps, dtype=np.float64), centroid),
    )


def pool(scores: Sequence[Score]) -> Score:
    """Averages over at least one utterance."""
    return Score(
        **{f.name: float(np.mean([getattr(s, f.name) for s in scores])) for f in fields(Score)}
    )
