"""Ours: the training step of the pipeline with its loader, on sentences made up.

Besides the seconds of a block it says which share of the measured peak of matrix products it had.
"""

import numpy as np
import torch

from benchmarks.workers import Speak
from benchmarks.workers.steps import LETTERS, PHONEMES, PIECES, timed_steps
from pngnw import params
from pngnw.align.symbols import TOKENS
from pngnw.core.ragged import offsets
from pngnw.model.sentences import Sentences
from pngnw.pretrain.checkpoint import State
from pngnw.pretrain.cost import Work, matrix_peak, operations
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import Step, make_batch
from pngnw.pretrain.loop import train_step


def load(width: int, layers: int, heads: int, precision: str) -> Speak:
    """A model with the width, depth and precision that are measured, and what trains it."""
    read = params.load()
    shape = {"width": width, "layers": layers, "heads": heads, "feed_forward": 4 * width}
    # Invented sentences: nobody knows what their words mean. They stay whole, as the peer's do.
    whole = {"meaning_weight": 0.0, "unmarked": 0.0, "phonemes_only": 0.0}
    wanted = read.model_copy(
        update={
            "model": read.model.model_copy(update=shape),
            "pretrain": read.pretrain.model_copy(update={"precision": precision, **whole}),
        }
    )
    state = State.start(wanted, PIECES)
    work = Work()

    def update(words: list[int]) -> None:
        split = invented(np.array(words))
        step = Step([make_batch(split, np.arange(len(words)), PIECES, state.step, wanted)])
        _, counts = train_step(state, step, wanted)
        work.add(step.size, counts)

    def share(seconds: float) -> dict[str, float]:
        """Operations a second of a block, and the peak measured right now."""
        nonlocal work
        done, work = work, Work()
        if not done.steps:
            return {}
        count = sum(operations(done, state.encoder, state.heads).values())
        peak = matrix_peak(precision, torch.device("cpu"))
        return {"gflops": count / seconds / 1e9, "peak": peak / 1e9}

    return timed_steps(update, share)


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
