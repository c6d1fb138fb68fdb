"""A labelled set: sentences, and questions about words of theirs that a probe has to answer.

Guarantees: every question that a set holds is either kept or counted in `dropped` by reason. A
sentence is in one part only, so that no probe is judged on a sentence that it has seen.

Letters: S sentences, Q questions.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.model.sentences import Int, Sentences

TRAIN, VALID, TEST, UNDEALT = 0, 1, 2, 3
FOLDS: Final = 5  # one fold is the test part, one the validation part
FEWEST: Final = FOLDS  # questions of an answer: with fewer it would be missing from a part
Names = NDArray[np.str_]


@dataclass(frozen=True)
class Questions:
    """Q questions about S sentences.

    Attributes:
        sentences: what the encoder reads.
        part: [S] int64, `TRAIN`, `VALID` or `TEST`, or `UNDEALT` where the set does not say.
        sentence: [Q] int64, which sentence.
        first, stop: [Q] int64, the question is about the words first to stop - 1 of the sentence.
        group: [Q], each group gets a probe of its own: the homograph, the place in the sentence.
        label: [Q], the right answer.
        value: [Q] float64, a number that a second probe has to tell, or None.
        hidden: the phonemes of the words asked about are hidden from the encoder.
        dropped: questions that were left out, by reason.
    """

    sentences: Sentences
    part: Int
    sentence: Int
    first: Int
    stop: Int
    group: Names
    label: Names
    value: NDArray[np.float64] | None = None
    hidden: bool = False
    dropped: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.sentence)

    @property
    def part_Q(self) -> Int:
        """The part of every question, [Q]."""
        return self.part[self.sentence]

    def keep(self, kept: NDArray[np.bool_], reason: str) -> "Questions":
        """Only the questions where `kept` [Q] is true; the others are counted as `reason`."""
        return replace(
            self,
            sentence=self.sentence[kept],
            first=self.first[kept],
            stop=self.stop[kept],
            group=self.group[kept],
            label=self.label[kept],
            value=None if self.value is None else self.value[kept],
            dropped=self.dropped + Counter({reason: int((~kept).sum())}),
        )

    def draw(self, count: int, rng: np.random.Generator) -> "Questions":
        """Questions about at most `count` sentences, drawn from those that any is about."""
        asked = np.unique(self.sentence)
        drawn = rng.permutation(asked)[:count]
        return self.keep(np.isin(self.sentence, drawn), "not_drawn")

    def pairs(self) -> tuple[Names, Int]:
        """Distinct pairs of group and label [K], tab between them, and that of each question."""
        joined = np.char.add(np.char.add(self.group, "\t"), self.label)
        names, index = np.unique(joined, return_inverse=True)
        return names, index.astype(np.int64)

    def rarest(self) -> Int:
        """The rarest answer that each sentence holds, an index into `pairs`, -1 for none: [S]."""
        _, index = self.pairs()
        frequency = np.bincount(index)
        rarest = np.full(len(self.sentences), -1, dtype=np.int64)
        order = np.argsort(-frequency[index], kind="stable")
        rarest[self.sentence[order]] = index[order]  # of several the last one stays
        return rarest

    def learnable(self) -> "Questions":
        """Without answers that are too rare, and groups that then have one answer only."""
        _, index = self.pairs()
        out = self.keep(np.bincount(index)[index] >= FEWEST if len(self) else index > 0, "rare")
        answers = Counter(name.partition("\t")[0] for name in out.pairs()[0].tolist())
        several = np.array([answers[group] > 1 for group in out.group.tolist()], dtype=np.bool_)
        return out.keep(several, "only_answer")

    def dealt(self, rng: np.random.Generator) -> "Questions":
        """With every sentence in a part; what the set itself calls a test stays one.

        Sentences are dealt out so that the rarest answer in each is spread evenly over the parts.
        Where the set has a test part and no validation part, a fold of the others is taken for it.
        """
        rarest, part = self.rarest(), self.part.copy()
        told = set(part[self.sentence].tolist())
        free = part == UNDEALT if UNDEALT in told else part == TRAIN
        if UNDEALT not in told and VALID in told:
            return self
        folds = np.zeros(len(part), dtype=np.int64)
        for stratum in np.unique(rarest[free]):
            of_it = np.flatnonzero(free & (rarest == stratum))
            folds[rng.permutation(of_it)] = (np.arange(len(of_it)) + rng.integers(FOLDS)) % FOLDS
        part[free] = np.where(folds[free] == 1, VALID, TRAIN)
        if TEST not in told:
            part[free & (folds == 0)] = TEST
        return replace(self, part=part)
