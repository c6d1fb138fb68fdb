"""Batches for the peers are of the sizes that are asked for; ours trains on them."""

import json

import pytest

from benchmarks.evaluate import BATCHES, BLOCKS, CASES, blocks
from benchmarks.workers import speak_ours
from benchmarks.workers.speak import Size
from benchmarks.workers.steps import PHONEMES


def test_blocks_are_even_and_repeat_themselves() -> None:
    found = list(blocks(8))
    assert found == list(blocks(8))
    assert [len(block) for block in found] == [BATCHES] * (BLOCKS + 1)
    for block in found:
        for batch in block:
            assert len(batch) == 8
            assert all(tokens % PHONEMES == 0 and frames > 5 * tokens for tokens, frames in batch)


@pytest.mark.parametrize("case", CASES)
def test_ours_trains_on_such_batches(
    case: tuple[str, tuple[str, ...], int, str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, reduction, attention, _ = case
    size = {"width": 16, "reduction": reduction, "attention": attention}
    monkeypatch.setenv("SPEAK_SIZE", json.dumps(size))
    assert Size.wanted() == Size(**size)
    draw, update = speak_ours.load(Size.wanted())
    batch = draw([(8, 60), (12, 71)])
    assert [len(mel) for mel in batch.mels] == [60, 71]
    assert batch.sentences.phonemes_per_word.sum() == 20
    update(batch)
