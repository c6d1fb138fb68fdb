"""Questions are kept or counted, and sentences are split out fairly."""

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pngnw.model.sentences import Sentences
from pngnw.probe.questions import FEWEST, TEST, TRAIN, UNASSIGNED, VALID, Questions
from tests.model.synthetic import corpus


def synthetic(labels: list[str], per_sentence: int = 1, part: int = UNASSIGNED) -> Questions:
    """Questions about as many words, `per_sentence` of them in each sentence."""
    count = -(-len(labels) // per_sentence)
    first = np.zeros(len(labels), dtype=np.int64)
    return Questions(
        sentences=Sentences.from_table(corpus(0, count, ["test"] * count)),
        part=np.full(count, part), sentence=np.arange(len(labels)) // per_sentence,
        first=first, stop=first + 1, group=np.array(["all"] * len(labels)),
        label=np.array(labels),
    )  # fmt: skip


def test_rare_answers_and_lone_ones_are_counted() -> None:
    questions = synthetic(["a"] * 20 + ["b"] * FEWEST + ["c"] * (FEWEST - 1))
    learnable = questions.learnable()
    assert Counter(learnable.label.tolist()) == {"a": 20, "b": FEWEST}
    assert learnable.dropped["rare"] == FEWEST - 1
    alone = synthetic(["a"] * 20 + ["b"]).learnable()
    assert (len(alone), alone.dropped["rare"], alone.dropped["only_answer"]) == (0, 1, 20)


@given(
    counts=st.lists(st.integers(10, 40), min_size=2, max_size=4),
    per_sentence=st.integers(1, 3),
    seed=st.integers(0, 5),
)
def test_a_sentence_is_in_one_part_and_answers_in_all(
    counts: list[int], per_sentence: int, seed: int
) -> None:
    labels = [str(n) for n, count in enumerate(counts) for _ in range(count)]
    split = synthetic(labels, per_sentence).split(np.random.default_rng(seed))
    assert split.part.shape == (len(split.sentences),)
    assert set(split.part.tolist()) <= {TRAIN, VALID, TEST}
    if per_sentence == 1:
        for label in set(labels):
            parts = Counter(split.part_Q[split.label == label].tolist())
            assert min(parts[VALID], parts[TEST]) >= labels.count(label) // 5
            assert parts[TRAIN] > parts[TEST]


def test_parts_that_a_file_names_are_kept() -> None:
    questions = synthetic(["a", "b"] * 30, part=TRAIN)
    questions.part[:20] = TEST
    split = questions.split(np.random.default_rng(0))
    assert (split.part[:20] == TEST).all()
    assert Counter(split.part[20:].tolist()) == {TRAIN: 32, VALID: 8}
    valid = questions.part.copy()
    valid[20:30] = VALID
    named = replace(questions, part=valid).split(np.random.default_rng(0))
    np.testing.assert_array_equal(named.part, valid)
