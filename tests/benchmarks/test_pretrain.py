"""Every system trains on as many tokens; what ours says of itself follows from what it did."""

import numpy as np
import pytest

from benchmarks.pretrain import BLOCKS, BUDGET, FULL, blocks
from benchmarks.workers.pretrain_ours import Trainer, invented
from benchmarks.workers.steps import PIECES, Size, lengths
from pngnw.pretrain.cost import operations


def test_blocks_are_full_and_repeat_themselves() -> None:
    found = list(blocks(3))
    assert found == list(blocks(3))
    assert [len(block) for block in found] == [3] * (BLOCKS + 1)
    for block in found:
        for batch in block:
            assert FULL < sum(lengths(batch)) <= BUDGET


def test_invented_sentences_have_the_lengths_that_all_train_on() -> None:
    words = [1, 7, 2, 30]
    sentences = invented(np.array(words)).sentences
    assert sentences.lengths("letter").tolist() == lengths(words)
    assert np.diff(sentences.word_start).tolist() == words
    assert len(sentences.pieces) == sentences.pieces_per_word.sum() == 40 + 13
    assert sentences.pieces.max() < PIECES
    for side, count in (("phoneme", 4), ("grapheme", 5)):
        of_piece = getattr(sentences, f"piece_of_{side}").reshape(-1, count)
        assert np.array_equal(of_piece.max(1) + 1, sentences.pieces_per_word)


def test_operations_are_those_since_last_asked() -> None:
    trainer = Trainer(Size(width=32, layers=1, heads=2, precision="fp32"))
    assert trainer.share(1.0) == {}
    trainer.step([3, 4])
    work = trainer._work
    done = sum(operations(work, trainer._state.encoder, trainer._state.heads).values())
    assert work.tokens == 7 * 9 + 2 * 3
    assert trainer.share(2.0)["gflops"] == pytest.approx(done / 2e9)
    assert trainer.share(1.0) == {}
