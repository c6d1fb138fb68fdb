"""The meaning teacher: words by hand, what it cannot read, and which bytes may differ where."""

import numpy as np
import pyarrow as pa
import pytest
import torch

from pngnw.phonemize import tokenizer
from pngnw.teach.emoji import neutral, prototypes
from pngnw.teach.meaning import DIMENSIONS, EMOTION, LAYERS, STEPS, Bytes, MeaningTeacher
from pngnw.teach.minilm import TOKENS, MiniLM, model_folder
from pngnw.teach.phrases import Phrases

TEXT = "Unbelievably, red-haired cats don't purr."
# [CLS] un ##bel ##ie ##va ##bly , red - haired cats don ' t pu ##rr . [SEP]
WORDS = [range(1, 6), [6], range(7, 10), [10], range(11, 14), range(14, 16), [16]]
OTHERS = ["Rain.", "She read the letter twice and then burst into tears, as people do.", TEXT]


@pytest.fixture(scope="module")
def exact() -> MeaningTeacher:
    encoder = MiniLM(model_folder(), torch.float32)
    return MeaningTeacher(encoder, Phrases.read(encoder))


def rows(teacher: MeaningTeacher, *texts: str) -> list[Bytes]:
    return teacher.vectors_and_words(texts)[1]


def test_words_by_hand(exact: MeaningTeacher) -> None:
    """Directions by other algorithms, and every word's wordpieces counted off."""
    encoder = MiniLM(model_folder(), torch.float32)

    def states(text: str) -> np.ndarray:
        [encoded] = encoder.batches([text], LAYERS)
        return encoded.states[0].double().numpy()

    phrases = [phrase for prototype in prototypes() for phrase in prototype.phrases]
    tokens = np.concatenate([states(phrase)[1:-1] for phrase in (*phrases, *neutral())])
    mean = tokens.mean(0)
    # Of the emoji's mean vectors, those of the last layer, the directions of most variance.
    vectors = Phrases.read(encoder).vectors
    counts = [len(prototype.phrases) for prototype in prototypes()]
    means = [part.mean(0) for part in np.split(vectors, np.cumsum(counts)[:-1])]
    emotion = np.linalg.eigh(np.cov(np.array(means), rowvar=False))[1][:, : -EMOTION - 1 : -1].T
    emotion = np.concatenate([np.zeros_like(emotion), emotion], axis=1)
    told = (tokens - mean) @ emotion.T
    _, lengths, axes = np.linalg.svd(tokens - mean - told @ emotion, full_matrices=False)
    size = DIMENSIONS - EMOTION - 1
    scale = np.sqrt((lengths[:size] ** 2 / len(tokens)).mean())
    kept = np.concatenate([emotion / told.std(0)[:, None], axes[:size] / scale])
    kept = kept * np.sign(kept[range(len(kept)), np.abs(kept).argmax(1)])[:, None]
    projected = (states(TEXT) - mean) @ kept.T
    assert len(projected) == 18
    expected = STEPS * np.stack([projected[list(word)].mean(0) for word in WORDS])
    expected = np.column_stack([expected, np.zeros(len(WORDS))])  # no valence in any of them
    [found] = rows(exact, TEXT)
    assert found.dtype == np.int8
    assert found.shape == (7, DIMENSIONS)
    assert np.abs(found - expected).max() < 0.6  # half a step of rounding, and float32


def test_the_last_number_is_the_valence_of_the_lexicon(exact: MeaningTeacher) -> None:
    [found] = rows(exact, "A GREAT horrible table")
    assert (found[:, -1] / STEPS).tolist() == [0, 3.125, -2.5, 0]  # 3.1 and -2.5 in steps


def test_words_that_the_encoder_does_not_read_are_zero(exact: MeaningTeacher) -> None:
    [found] = rows(exact, "word " * TOKENS)
    assert found.shape == (TOKENS, DIMENSIONS)
    assert found[: TOKENS - 2].any(axis=1).all()
    assert not found[TOKENS - 2 :].any()


@pytest.mark.parametrize(
    "text", ["", "\u2603", "\u200bhi \u0301x", "\U0001f600 so", "a\u00ad-b ..."]
)
def test_any_text_has_a_row_for_each_of_its_words(exact: MeaningTeacher, text: str) -> None:
    words = tokenizer.tokenize(pa.array([text], pa.large_string()))
    assert rows(exact, text)[0].shape == (int(words.bounds_R[1]), DIMENSIONS)


def test_neighbors_move_a_byte_by_rounding_alone(exact: MeaningTeacher) -> None:
    """In float32 by one step, where the value lies between two."""
    for text, together in zip(OTHERS, rows(exact, *OTHERS), strict=True):
        apart = np.abs(together.astype(int) - rows(exact, text)[0])
        assert apart.max() <= 1
        assert (apart > 0).mean() < 0.001
