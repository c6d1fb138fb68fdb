"""The loop that is measured is the pipeline's, on its shards; figures follow from what was seen."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch

from benchmarks import pretrain_loop
from benchmarks.peers import Missing
from benchmarks.pretrain_loop import BLOCKS, ORIGINAL, OURS, _results, _speeds
from benchmarks.worker import Answer
from benchmarks.workers import loop_ours
from benchmarks.workers.loop_ours import Loop
from benchmarks.workers.steps import Size
from pngnw.align.aligner_training import fit
from pngnw.core import shards
from tests.model.synthetic import PIECES, corpus

TABLE = corpus(0, 20, ["train", "train", "train", "valid"] * 5)
SIZE = Size(width=32, layers=1, heads=2, precision="fp32")


@pytest.fixture
def loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loop:
    """20 sentences with the ids 1 to 20, of which every fourth is held out."""
    align, teach = tmp_path / "align", tmp_path / "teach"
    shards.write(align / shards.name(0), TABLE, stage="align", fingerprint="x")
    emoji = np.full(20 * 64, 1 / 64, dtype=np.float16)
    rows = {"id": TABLE["id"], "emoji": pa.FixedSizeListArray.from_arrays(pa.array(emoji), 64)}
    shards.write(teach / shards.name(0), pa.table(rows), stage="teach", fingerprint="x")
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{c}" for c in letters)]
    (align / "wordpieces.txt").write_text("\n".join(pieces[:PIECES]) + "\n")
    fit(["cat", "red"], [("K", "AE1", "T"), ("R", "EH1", "D")], 1).save(align / "aligner.json")
    monkeypatch.setattr(loop_ours, "ALIGN", align)
    monkeypatch.setattr(loop_ours, "TEACH", teach)
    return Loop(SIZE)


def test_sentences_of_the_training_split_are_taken(loop: Loop) -> None:
    taken = loop.take([(1, "A cat."), (3, "Red!"), (4, "Held out."), (99, "Not there.")])
    assert taken["ids"] == [1, 3]
    rows = TABLE.take([0, 2]).to_pylist()
    assert taken["tokens"] == sum(len(r["graphemes"]) + len(r["phonemes"]) + 3 for r in rows)


def test_as_many_sentences_as_asked_for_are_loaded_and_trained(loop: Loop) -> None:
    loop.take([(number, "A cat.") for number in range(1, 21)])
    done, seconds = loop.load(40)
    assert 40 <= done < 40 + 15
    assert seconds > 0
    before = [weight.detach().clone() for weight in loop._state.encoder.parameters()]
    done, seconds = loop.train(31)
    assert 31 <= done < 31 + 15
    assert seconds > 0
    assert loop._state.step >= 3  # 15 sentences are at most one batch
    changed = [
        not torch.equal(a, b) for a, b in zip(before, loop._state.encoder.parameters(), strict=True)
    ]
    assert all(changed)


def test_stages_are_run_on_the_text_of_the_sentences(loop: Loop) -> None:
    loop.take([(1, "A red cat."), (2, "The cat, Zorblax!"), (3, "Red.")])
    done, seconds = loop.make(0)
    assert done == 3
    assert seconds > 0


def test_the_first_epoch_has_the_time_of_stages_and_loader() -> None:
    speeds = {
        (OURS, "train"): [70.0, 80.0, 90.0],
        (OURS, "load"): [50.0, 100.0, 1000.0],
        (OURS, "make"): [25.0],
        (ORIGINAL, "train"): [4.0],
        (ORIGINAL, "load"): [2.0],
    }
    loop, loader, first = _results(speeds)
    assert (loop.ours, loader.ours, first.ours) == (80.0, 100.0, pytest.approx(20.0))
    assert loop.ratio(ORIGINAL) == 20
    assert loader.ratio(ORIGINAL) == 50
    assert loader.ratio(f"{ORIGINAL}, 1 process") is None
    assert first.ratio(ORIGINAL) == pytest.approx(10.0)


class Answers:
    """A worker that answers every job alike, or dies when it is asked to train."""

    def __init__(self, dies: bool) -> None:
        self._dies = dies

    def ask(self, block: list[str]) -> Answer:
        if self._dies and "train" in json.loads(block[0]):
            raise Missing("out of memory")
        return Answer(1.0, 1.0, [10, 2.0])


def test_an_original_that_dies_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    speeds = _speeds({OURS: Answers(dies=False), ORIGINAL: Answers(dies=True)})
    assert speeds == {(OURS, job): [5.0] * BLOCKS for job in ("make", "load", "train")}
    assert "not measured (out of memory)" in capsys.readouterr().err
    with pytest.raises(Missing):
        _speeds({OURS: Answers(dies=True)})


def test_without_shards_nothing_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert pretrain_loop.measure() == []
    assert "data/clean has no shards; run `dvc repro align teach`" in capsys.readouterr().err
