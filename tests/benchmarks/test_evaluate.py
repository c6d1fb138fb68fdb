"""Batches are of the sizes that are asked for; ours trains on them; a peer may die half way."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import evaluate, peers
from benchmarks.evaluate import (
    BATCHES,
    BLOCKS,
    CASES,
    MODULES,
    NO_POSTNET,
    NVIDIA,
    OURS,
    blocks,
)
from benchmarks.peers import Missing
from benchmarks.worker import Answer
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


@pytest.mark.parametrize("dying", [NO_POSTNET, OURS])
def test_a_peer_that_dies_half_way_costs_no_other_figure(
    dying: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Fake:
        """Each block takes a second; the dying one stops at the third."""

        def __init__(self, _: Path, module: str, settings: dict[str, str], answers: bool) -> None:
            self.dies = (
                module == MODULES[dying][0] and MODULES[dying][1].items() <= settings.items()
            )
            self.asked = 0

        def __enter__(self) -> "Fake":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def ask(self, _: list[str]) -> Answer:
            self.asked += 1
            if self.dies and self.asked > 2:
                raise Missing("it died")
            return Answer(1.0, 1.0, 1.0)

    def checkout(*_: Any) -> Path:
        return Path()

    monkeypatch.setattr(evaluate, "Worker", Fake)
    monkeypatch.setattr(peers, "checkout", checkout)
    if dying == OURS:
        with pytest.raises(Missing, match="it died"):
            evaluate._measure("x", (NVIDIA, NO_POSTNET), 1, "lsa", 8)
        return
    found = evaluate._measure("x", (NVIDIA, NO_POSTNET), 1, "lsa", 8)
    assert found.ours == BATCHES * 8
    assert found.peers == {NVIDIA: BATCHES * 8, NO_POSTNET: None}
