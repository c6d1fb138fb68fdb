"""A labelled set: sentences, and questions about their words that a probe has to answer.

Guarantees: every question of a set is either kept or counted in `dropped` by reason. A sentence is
in one part only, so that no probe is tested on a sentence that it was fitted on.

Letters: S sentences, Q questions, K answers.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.model.sentences import Int, Sentences

TRAIN, VALID, TEST, UNASSIGNED = 0, 1, 2, 3
FOLDS: Final = 5  # one fold is the test part, one the validation part
FEWEST: Final = FOLDS  # questions of an answer: with fewer it would be missing from a part
Names = NDArray[np.str_]


@dataclass(frozen=True)
class Questions:
    """Q questions about S sentences. An answer is a pair of group and label.

    Attributes:
        sentences: what the encoder reads.
        part: [S] int64, `TRAIN`, `VALID` or `TEST`, or `UNASSIGNED` where the set does not say.
        sentence: [Q] int64, which sentence.
        first, stop: [Q] int64, the question is about the words first to stop - 1 of the sentence.
        group: [Q], each group gets a probe of its own: the homograph, the place in the sentence.
        label: [Q], the right answer.
        value: [Q] float64, a number that a second probe has to predict, or None.
        hide_phonemes: the phonemes of the words asked about are hidden from the encoder.
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
    hide_phonemes: bool = False
    dropped: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.sentence)

    @property
    def part_Q(self) -> Int:
        """The part of every question, [Q]."""
        return self.part[self.sentence]

    def filter(self, mask: NDArray[np.bool_], reason: str) -> "Questions":
        """Only the questions where `mask` [Q] is true; the others are counted as `reason`."""
        return replace(
            self,
            sentence=self.sentence[mask],
            first=self.first[mask],
            stop=self.stop[mask],
            group=self.group[mask],
            label=self.label[mask],
            value=None if self.value is None else self.value[mask],
            dropped=self.dropped + Counter({reason: int((~mask).sum())}),
        )

    def draw(self, count: int, rng: np.random.Generator) -> "Questions":
        """Questions about at most `count` sentences, drawn from those that any is about."""
        drawn = rng.permutation(np.unique(self.sentence))[:count]
        return self.filter(np.isin(self.sentence, drawn), "not_drawn")

    def asked(self) -> "Questions":
        """Without the sentences that no question is about."""
        rows, sentence = np.unique(self.sentence, return_inverse=True)
        return replace(
            self,
            sentences=self.sentences.select(rows),
            part=self.part[rows],
            sentence=sentence.astype(np.int64),
        )

    def answers(self) -> tuple[Names, Int]:
        """The distinct answers [K], a tab between group and label, and that of each question."""
        joined = np.char.add(np.char.add(self.group, "\t"), self.label)
        names, index = np.unique(joined, return_inverse=True)
        return names, index.astype(np.int64)

    def rarest(self) -> Int:
        """The rarest answer in each sentence, an index into `answers`, -1 for none: [S]."""
        _, index = self.answers()
        frequency = np.bincount(index)
        rarest = np.full(len(self.sentences), -1, dtype=np.int64)
        order = np.argsort(-frequency[index], kind="stable")
        rarest[self.sentence[order]] = index[order]  # of several the last one stays
        return rarest

    def learnable(self) -> "Questions":
        """Without answers that are too rare, and groups that then have one answer only."""
        _, index = self.answers()
        out = self.filter(np.bincount(index)[index] >= FEWEST if len(self) else index > 0, "rare")
        labels = Counter(name.partition("\t")[0] for name in out.answers()[0].tolist())
        several = np.array([labels[group] > 1 for group in out.group.tolist()], dtype=np.bool_)
        return out.filter(several, "only_answer")

    def split(self, rng: np.random.Generator) -> "Questions":
        """With every sentence in a part; what the set itself calls a test stays one.

        Sentences are assigned so that the rarest answer in each is spread evenly over the parts.
        Where the set has a test part and no validation part, a fold of the others is taken for it.
        """
        rarest, part = self.rarest(), self.part.copy()
        given = set(part[self.sentence].tolist())
        free = part == UNASSIGNED if UNASSIGNED in given else part == TRAIN
        if UNASSIGNED not in given and VALID in given:
            return self
        folds = np.zeros(len(part), dtype=np.int64)
        for stratum in np.unique(rarest[free]):
            rows = np.flatnonzero(free & (rarest == stratum))
            folds[rng.permutation(rows)] = (np.arange(len(rows)) + rng.integers(FOLDS)) % FOLDS
        part[free] = np.where(folds[free] == 1, VALID, TRAIN)
        if TEST not in given:
            part[free & (folds == 0)] = TEST
        return replace(self, part=part)
