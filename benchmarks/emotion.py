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

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

from benchmarks.result import Result
from benchmarks.systems import ROOT
from pngnw.teach.prototype import PrototypeTeacher

DATA = ROOT.parent / "shared" / "data" / "emotion"
SETS = {"SS-Youtube": "accuracy", "PsychExp": "macro-F1", "SE0714": "macro-F1"}  # as torchMoji has
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1)
FOLDS = 5
REPEATS = 3

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def measure() -> list[Result]:
    """Test scores of the committed constants; nothing where the data are not there."""
    if not DATA.is_dir():
        print(f"emotion: not measured, there is no {DATA}")
        return []
    teacher = PrototypeTeacher.load()
    results = []
    for name, figure in SETS.items():
        lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        texts = [row["text"] for row in rows]
        labels = np.array([row["label"] for row in rows]).astype(np.int64)
        if name == "PsychExp":
            labels = labels.argmax(axis=1)
        test = np.array([row["split"] == "test" for row in rows])
        vectors, compound = teacher.vectors(texts), teacher.sentiment(texts)
        ours = teacher.distributions(vectors, compound)
        ours = ours.astype(np.float16).astype(np.float32)  # as the teach shards have them
        noise = np.random.default_rng(0).standard_normal(ours.shape).astype(np.float32)
        peers = {"random": noise, "sentence vector + VADER": np.c_[vectors, compound]}
        scores = {peer: probed(figure, each, labels, test) for peer, each in peers.items()}
        own = probed(figure, ours, labels, test)
        results.append(Result(f"emotion.{name}", figure, own, scores))
    return results


def probed(figure: str, features: Floats, labels: Ints, test: npt.NDArray[np.bool_]) -> float:
    """The probe's score on the test part, fitted on the others.

    Args:
        figure: one of `SETS`.
        features: [N, F].
        labels: [N], one class each; or [N, K], any of K.
        test: [N], which texts are of the test part.
    """
    seen = features[~test]
    x, y = (features - seen.mean(axis=0)) / (seen.std(axis=0) + 1e-9), labels
    weights = ("", "balanced") if y.ndim == 2 else ("",)
    _, strength, weight = max(
        (_cross_validated(figure, x[~test], y[~test], strength, weight), strength, weight)
        for strength in STRENGTHS
        for weight in weights
    )
    said = _predict(x[~test], y[~test], x[test], strength, weight)
    return _score(figure, y[test], said)


def _score(figure: str, truth: Ints, said: Ints) -> float:
    if figure == "accuracy":
        return float(accuracy_score(truth, said))
    return float(f1_score(truth, said, average="macro"))


def _cross_validated(figure: str, x: Floats, y: Ints, strength: float, weight: str) -> float:
    """The score on held-out folds, mean of `REPEATS` divisions; every setting gets the same."""
    scores = []
    for seed in range(REPEATS):
        said = np.zeros_like(y)
        fold = np.random.default_rng(seed).permutation(len(y)) % FOLDS
        for held in (fold == number for number in range(FOLDS)):
            said[held] = _predict(x[~held], y[~held], x[held], strength, weight)
        scores.append(_score(figure, y, said))
    return sum(scores) / REPEATS


def _predict(x: Floats, y: Ints, unseen: Floats, strength: float, weight: str) -> Ints:
    said = [
        LogisticRegression(C=strength, class_weight=weight or None, max_iter=400)
        .fit(x, column)
        .predict(unseen)
        for column in (y[:, None] if y.ndim == 1 else y).T
    ]
    return said[0] if y.ndim == 1 else np.stack(said, axis=1)
