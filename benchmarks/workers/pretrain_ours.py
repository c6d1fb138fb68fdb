"""Ours: the training step of the pipeline with its loader, on sentences made up.

Besides the seconds of a block it says which share of the measured peak of matrix products it had.
"""

from collections.abc import Callable

import numpy as np
import torch

from benchmarks.workers.steps import LETTERS, PHONEMES, PIECES, Size, serve_steps
from pngnw import params
from pngnw.align.symbols import TOKENS
from pngnw.core.ragged import offsets
from pngnw.model.sentences import Sentences
from pngnw.params import Params
from pngnw.pretrain.checkpoint import State
from pngnw.pretrain.cost import Work, matrix_peak, operations
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import Step, make_batch
from pngnw.pretrain.loop import train_step


class Trainer:
    """A model in training, and what it has done since it was last asked."""

    def __init__(self, size: Size) -> None:
        self._params = sized(size)
        self._state = State.start(self._params, PIECES)
        self._work = Work()

    def step(self, words: list[int]) -> None:
        """One update."""
        split = invented(np.array(words))
        number = self._state.step
        step = Step([make_batch(split, np.arange(len(words)), PIECES, number, self._params)])
        _, counts = train_step(self._state, step, self._params)
        self._work.add(step.size, counts)

    def share(self, seconds: float) -> dict[str, float]:
        """Operations a second since last asked, as a share of the peak measured right now."""
        done = sum(operations(self._work, self._state.encoder, self._state.heads).values())
        self._work = Work()
        peak = matrix_peak(self._params.pretrain.precision, torch.device("cpu"))
        return {"gflops": done / seconds / 1e9, "peak": peak / 1e9} if done else {}


def sized(size: Size) -> Params:
    """The parameters of params.yaml with the width, depth and precision that are measured."""
    read = params.load()
    shape = {"width": size.width, "layers": size.layers, "heads": size.heads}
    model = read.model.model_copy(update={**shape, "feed_forward": 4 * size.width})
    # Invented sentences: nobody knows what their words mean. They stay whole, as the peer's do.
    whole = {"meaning_weight": 0.0, "unmarked": 0.0, "phonemes_only": 0.0}
    pretrain = read.pretrain.model_copy(update={"precision": size.precision, **whole})
    return read.model_copy(update={"model": model, "pretrain": pretrain})


def invented(words: np.ndarray) -> Split:
    """Sentences of so many words; every third word has two wordpieces."""
    rng = np.random.default_rng(int(words.sum()))
    total = int(words.sum())
    pieces = np.where(np.arange(total) % 3 == 2, 2, 1)
    word_start = offsets(words)

    def of_piece(count: int) -> np.ndarray:
        second = np.arange(count) >= (count + 1) // 2
        return (second & (pieces[:, None] == 2)).ravel().astype(np.uint8)

    def drawn(ids: range, count: int) -> np.ndarray:
        return rng.integers(ids.start, ids.stop, count).astype(np.uint16)

    def same(value: int) -> np.ndarray:
        return np.full(total, value, dtype=np.uint8)

    sentences = Sentences(
        id=np.arange(1, len(words) + 1, dtype=np.uint64),
        word_start=word_start,
        phoneme_start=word_start * PHONEMES,
        grapheme_start=word_start * LETTERS,
        piece_start=offsets(pieces)[word_start],
        phonemes_per_word=same(PHONEMES),
        graphemes_per_word=same(LETTERS),
        pieces_per_word=pieces.astype(np.uint8),
        word_type=same(1),
        phonemes=drawn(TOKENS.phonemes, total * PHONEMES),
        piece_of_phoneme=of_piece(PHONEMES),
        graphemes=drawn(TOKENS.letters, total * LETTERS),
        piece_of_grapheme=of_piece(LETTERS),
        pieces=rng.integers(0, PIECES, int(pieces.sum())).astype(np.uint32),
    )
    return Split(sentences, rng.dirichlet(np.ones(64), len(words)).astype(np.float16))


def main() -> None:
    """Train until stdin ends."""
    trainers: list[Trainer] = []

    def load() -> tuple[Callable[[list[int]], list[int]], Callable[[list[int]], None]]:
        trainers.append(Trainer(Size.wanted()))
        return (lambda words: words), trainers[0].step

    serve_steps(load, lambda seconds: trainers[0].share(seconds))


if __name__ == "__main__":
    main()
