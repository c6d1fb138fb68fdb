"""What the prototype teacher's 64 probabilities tell about feelings: a probe on labelled sets.

`measure` fits on the train and validation parts and scores the test parts, beside random features
of the same width and the 384 numbers of the sentence encoder with VADER's, which bound what any 64
made of them can tell.

Sets: torchMoji's copies of SS-Youtube (Thelwall et al. 2012; accuracy), PsychExp (Wallbott and
Scherer 1986) and SE0714 (Strapparava and Mihalcea 2007), both macro-F1. The probe is a logistic
regression on standardized columns, its strength (and for SE0714, whose labels are rare, the weight
of the classes) chosen by cross-validation on the fitting part.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.result import Result
from pngnw.teach.prototype import PrototypeTeacher

DATA = Path(__file__).parents[2] / "shared" / "data" / "emotion"
SETS = ("SS-Youtube", "PsychExp", "SE0714")
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1)
FOLDS = 5
REPEATS = 3

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Labelled:
    """N texts with labels [N] (one class each) or [N, K] (any of K), and which are for the test."""

    name: str
    texts: list[str]
    labels: Ints
    test: npt.NDArray[np.bool_]

    def score(self, truth: Ints, said: Ints) -> float:
        """The measure that torchMoji's benchmark takes for this set."""
        from sklearn.metrics import accuracy_score, f1_score

        if self.name == "SS-Youtube":
            return float(accuracy_score(truth, said))
        return float(f1_score(truth, said, average="macro"))


def read(name: str) -> Labelled:
    """One of `SETS`."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    labels = np.array([row["label"] for row in rows]).astype(np.int64)
    if name == "PsychExp":
        labels = labels.argmax(axis=1)
    test = np.array([row["split"] == "test" for row in rows])
    return Labelled(name, [row["text"] for row in rows], labels, test)


def probed(data: Labelled, features: Floats) -> float:
    """The probe's score on the test part, fitted on the others; `features` are [N, F]."""
    fitting = ~data.test
    x, y = _standardized(features, fitting), data.labels
    _, strength, weight = _best(data, x[fitting], y[fitting])
    said = _predict(x[fitting], y[fitting], x[data.test], strength, weight)
    return data.score(y[data.test], said)


def _standardized(features: Floats, fitting: npt.NDArray[np.bool_]) -> Floats:
    seen: Floats = features[fitting]
    standard: Floats = (features - seen.mean(axis=0)) / (seen.std(axis=0) + 1e-9)
    return standard


def _best(data: Labelled, x: Floats, y: Ints) -> tuple[float, float, str]:
    """The best cross-validated score, with its strength and class weight (empty: all alike)."""
    weights = ("", "balanced") if y.ndim == 2 else ("",)
    return max(
        (_cross_validated(data, x, y, strength, weight), strength, weight)
        for strength in STRENGTHS
        for weight in weights
    )


def _cross_validated(data: Labelled, x: Floats, y: Ints, strength: float, weight: str) -> float:
    """The score on held-out folds, mean of `REPEATS` divisions; every setting gets the same."""
    scores = []
    for seed in range(REPEATS):
        said = np.zeros_like(y)
        fold = np.random.default_rng(seed).permutation(len(y)) % FOLDS
        for number in range(FOLDS):
            held = fold == number
            said[held] = _predict(x[~held], y[~held], x[held], strength, weight)
        scores.append(data.score(y, said))
    return sum(scores) / REPEATS


def _predict(x: Floats, y: Ints, unseen: Floats, strength: float, weight: str) -> Ints:
    from sklearn.linear_model import LogisticRegression

    columns = y[:, None] if y.ndim == 1 else y
    said = [
        LogisticRegression(C=strength, class_weight=weight or None, max_iter=400)
        .fit(x, column)
        .predict(unseen)
        for column in columns.T
    ]
    return said[0] if y.ndim == 1 else np.stack(said, axis=1)


def measure() -> list[Result]:
    """Test scores of the committed constants; nothing where the data are not there."""
    if not DATA.is_dir():
        print(f"emotion: not measured, there is no {DATA}")
        return []
    teacher = PrototypeTeacher.load()
    results = []
    for data in map(read, SETS):
        vectors, compound = teacher.vectors(data.texts), teacher.sentiment(data.texts)
        ours = as_stored(teacher.distributions(vectors, compound))
        noise = np.random.default_rng(0).standard_normal(ours.shape).astype(np.float32)
        peers = {"random": noise, "sentence vector + VADER": np.c_[vectors, compound]}
        results.append(
            Result(
                f"emotion.{data.name}",
                "accuracy" if data.name == "SS-Youtube" else "macro-F1",
                probed(data, ours),
                {name: probed(data, features) for name, features in peers.items()},
            )
        )
    return results


def as_stored(probabilities: Floats) -> Floats:
    """In the precision of the teach shards."""
    return probabilities.astype(np.float16).astype(np.float32)
