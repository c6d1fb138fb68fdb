"""The prototype teacher: distributions, and sense on sentences anyone can judge."""

import json
from pathlib import Path

import numpy as np
import pytest

from pngnw.teach.emoji import names, prototypes
from pngnw.teach.prototype import PrototypeTeacher

NEUTRAL = [
    "The humerus articulates with the scapula at the shoulder.",
    "The county lies in the north of the state.",
    "The heart pumps blood to the lungs.",
    "The parish had a population of two hundred in the last census.",
    "Love's theorem concerns elastic plates.",
]
# With a text of the same words that says the contrary; the gladder one stands first.
CONTRARY = [
    ("I am happy about it.", "I am not happy about it at all."),
    ("I love you.", "I don't love you any more."),
    ("He was a good man.", "He was not a good man."),
    ("The dinner was delicious.", "The dinner was not delicious at all."),
]
MOVED = [
    "She burst into tears when her mother died.",
    "I love you so much, my darling.",
    "That was hilarious, we laughed all evening.",
    "How dare you, you miserable liar!",
]


@pytest.fixture(scope="module")
def teacher() -> PrototypeTeacher:
    return PrototypeTeacher.load()


def entropy(rows: np.ndarray) -> np.ndarray:
    rows = rows.astype(np.float64)
    return -(rows * np.log(rows)).sum(axis=1)


def leading(teacher: PrototypeTeacher, sentence: str, count: int = 5) -> list[str]:
    [row] = teacher([sentence])
    return [names()[number] for number in np.argsort(-row.astype(float))[:count]]


def test_rows_are_distributions(teacher: PrototypeTeacher) -> None:
    rows = teacher([*NEUTRAL, *MOVED, "?", "…", "x" * 3000, ""])
    assert rows.dtype == np.float16
    assert rows.shape == (len(NEUTRAL) + len(MOVED) + 4, 64)
    assert np.all(rows > 0)
    assert teacher([]).shape == (0, 64)
    assert np.abs(rows.astype(np.float64).sum(axis=1) - 1).max() < 1e-3


def test_descriptions_are_flat_and_feelings_are_not(teacher: PrototypeTeacher) -> None:
    assert entropy(teacher(NEUTRAL)).min() > 3.95  # ln 64 = 4.16
    assert teacher(NEUTRAL).max() < 0.12
    assert entropy(teacher(MOVED)).max() < 3.6
    assert teacher(MOVED).max(axis=1).min() > 0.15


@pytest.mark.parametrize(
    ("sentence", "emoji"),
    [
        (MOVED[0], "loudly crying face"),
        (MOVED[2], "face with tears of joy"),
        (MOVED[3], "pouting face"),
        ("The orchestra played a waltz.", "multiple musical notes"),
        ("The murderer shot him in the head.", "pistol"),
    ],
)
def test_sentences_that_anyone_can_judge(
    teacher: PrototypeTeacher, sentence: str, emoji: str
) -> None:
    assert emoji in leading(teacher, sentence)


def gladness(rows: np.ndarray) -> np.ndarray:
    """Mean valence of the distributions, 0 where they are flat."""
    valence = np.array([p.valence for p in prototypes()])
    return rows.astype(np.float64) @ valence - valence.mean()


def test_negation_turns_a_sentence(teacher: PrototypeTeacher) -> None:
    glad, sorry = (gladness(teacher(side)) for side in zip(*CONTRARY, strict=True))
    assert np.all(glad > 0.05)
    assert np.all(sorry < -0.02)
    assert np.all(glad - sorry > 0.15)


def test_nearer_to_deepmoji_than_an_even_guess(teacher: PrototypeTeacher) -> None:
    """By divergence from DeepMoji's published five likeliest emoji and the sum of the others."""
    published = json.loads(Path(__file__).with_name("deepmoji_outputs.json").read_text())
    divergences = []
    for row, likeliest in zip(teacher(list(published)), published.values(), strict=True):
        true = np.array([*likeliest.values(), 1 - sum(likeliest.values())])
        said = row[[int(number) for number in likeliest]].astype(float)
        guess = np.array([*[1 / 64] * 5, 59 / 64])
        ours = np.array([*said, 1 - said.sum()])
        divergences.append([(true * np.log(true / q)).sum() for q in (ours, guess)])
    ours, guess = np.mean(divergences, axis=0)
    assert ours < 0.7 * guess  # 0.45 and 0.79 where the constants were committed
