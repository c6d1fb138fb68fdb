"""Probes find what is in the states, and nothing where nothing is."""

from dataclasses import replace

import numpy as np
import pytest

from pngnw.probe.probe import classify, majority, regress
from pngnw.probe.questions import TEST, Questions
from pngnw.probe.score import correlations
from tests.probe.test_questions import synthetic


@pytest.fixture
def questions() -> Questions:
    labels = np.random.default_rng(0).choice(["a", "b", "c"], 600, p=[0.7, 0.2, 0.1])
    return synthetic(labels.tolist()).split(np.random.default_rng(0))


def _right(questions: Questions, predicted: np.ndarray) -> float:
    test = questions.part_Q == TEST
    return float((predicted == questions.label)[test].mean())


def test_an_answer_written_into_the_states_is_found(questions: Questions) -> None:
    rng = np.random.default_rng(1)
    states = rng.normal(size=(600, 8)).astype(np.float32)
    states[:, 0] += 8 * (questions.label == "b")
    states[:, 1] += 8 * (questions.label == "c")
    answers = classify(states, questions)
    assert _right(questions, answers.likeliest) > 0.97
    assert _right(questions, answers.prior_corrected) > 0.97
    null, test = majority(questions), questions.part_Q == TEST
    assert (answers.log_likelihood - null.log_likelihood)[test].mean() > 0.6


def test_the_majority_by_hand(questions: Questions) -> None:
    null, test, fit = majority(questions), questions.part_Q == TEST, questions.part_Q != TEST
    assert set(null.likeliest[test].tolist()) == {"a"}
    share = float((questions.label[fit] == "c").mean())
    of_c = test & (questions.label == "c")
    np.testing.assert_allclose(null.log_likelihood[of_c], np.log(share))


def test_each_group_has_a_probe_of_its_own(questions: Questions) -> None:
    """The same state means one thing in one group and the opposite in the other."""
    rng = np.random.default_rng(3)
    group, sign = np.where(rng.random(600) < 0.5, "x", "y"), rng.random(600) < 0.5
    label = np.where((group == "x") == sign, "yes", "no")
    states = np.where(sign, 3.0, -3.0)[:, None] + rng.normal(size=(600, 4))
    grouped = replace(questions, group=group, label=label)
    answers = classify(states.astype(np.float32), grouped)
    assert _right(grouped, answers.likeliest) > 0.97


def test_the_test_part_teaches_nothing(questions: Questions) -> None:
    """Other labels in the test part change no answer."""
    rng = np.random.default_rng(4)
    states = rng.normal(size=(600, 8)).astype(np.float32)
    states[:, 0] += questions.label == "b"
    test = questions.part_Q == TEST
    label = questions.label.copy()
    label[test] = rng.permutation(label[test])
    one, two = (classify(states, each) for each in (questions, replace(questions, label=label)))
    assert one.strengths == two.strengths
    np.testing.assert_array_equal(one.likeliest, two.likeliest)


def test_a_number_is_found(questions: Questions) -> None:
    rng = np.random.default_rng(5)
    states = rng.normal(size=(600, 8)).astype(np.float32)
    value = states[:, 0] - 2 * states[:, 1] + 0.5 * rng.normal(size=600)
    predicted, _ = regress(states, replace(questions, value=value.astype(np.float64)))
    test = questions.part_Q == TEST
    times = np.ones((1, int(test.sum())), dtype=np.int64)
    assert correlations(value[test], predicted[test], times)[0] > 0.95
