"""The corpus of the scale test, and what is made of its figures."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks import data, data_corpus
from benchmarks.data import Measured, _beside, _times, megabytes
from benchmarks.data_corpus import Tokens
from benchmarks.processes import Ran
from benchmarks.result import Result
from pngnw.core.errors import UserError

TEXT = '"The old king," said Mr. Darcy, "is dead." He (who knew) left!\n\nI saw the BBC. Why?\n\n'


@pytest.fixture(autouse=True)
def _short_prose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_corpus, "prose", lambda: TEXT * 40)
    monkeypatch.setattr(data_corpus, "SMALL", (500, 2000))


def test_a_shuffle_keeps_paragraphs_words_and_marks() -> None:
    shuffled = Tokens.of(TEXT * 40).shuffled(np.random.default_rng(1))
    assert shuffled != TEXT * 40
    assert shuffled.count("\n\n") == TEXT.count("\n\n") * 40
    marks = ',!?"()'
    assert {m: shuffled.count(m) for m in marks} == {m: (TEXT * 40).count(m) for m in marks}

    def words(text: str) -> Counter[str]:
        return Counter("".join(c if c.isalpha() else " " for c in text).lower().split())

    assert words(shuffled) == words(TEXT * 40)


def test_a_shuffled_sentence_begins_with_a_capital() -> None:
    shuffled = Tokens.of("The cat sat on the mat.\n\n" * 30).shuffled(np.random.default_rng(2))
    assert all(line[0].isupper() and line.endswith(".") for line in shuffled.split("\n\n") if line)
    assert len(set(shuffled.split("\n\n"))) > 20


def test_the_corpus_has_its_size_one_big_file_and_is_always_the_same(tmp_path: Path) -> None:
    sizes = [data_corpus.write(tmp_path / name, 50_000) for name in ("a", "b")]
    files = {path.name: path.read_bytes() for path in sorted((tmp_path / "a").iterdir())}
    assert sizes[0] == sizes[1] == sum(map(len, files.values()))
    assert 49_990 <= sizes[0] <= 50_000
    assert {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()} == files
    assert 0.1 < len(files["big.txt"]) / sizes[0] < 0.3
    assert max(len(text) for name, text in files.items() if name != "big.txt") < 3000


def _measured(seconds: float, cpu: float, peak: float) -> Measured:
    ran = {stage: Ran(seconds, cpu, peak) for stage in data.STAGES}
    return Measured(ran, 1000, dict.fromkeys(data.STAGES, 50_000))


def test_times_are_without_start_up_and_beside_one_worker() -> None:
    starts = {1: _measured(2, 2, 50), 2: _measured(1, 2, 90)}
    found = {
        r.name: r for r in _times("x", 10, _measured(6, 12, 200), _measured(12, 12, 99), starts)
    }
    assert found["x.clean.seconds_per_mb"].ours == 0.5
    assert found["x.clean.seconds_per_mb"].ratio("one worker") == 2.0
    assert found["x.all.cpu_seconds_per_mb"].ours == 3.0
    assert found["x.all.gross_seconds_per_mb"].ours == pytest.approx(1.8)
    assert found["x.all.peak_memory"].ours == 200


def test_a_larger_size_stands_beside_the_first() -> None:
    before: dict[str, float] = {}
    small = Result("data.10mb.all.seconds_per_mb", "s/MB", 1.0, less_is_better=True)
    large = Result("data.1000mb.all.seconds_per_mb", "s/MB", 1.1, less_is_better=True)
    assert _beside(small, 10, 10, before) is small
    assert _beside(large, 1000, 10, before).ratio("10 MB") == pytest.approx(1 / 1.1)


def test_sizes_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_DATA_MB", "10, 1000")
    assert megabytes("BENCH_DATA_MB", "5") == [10, 1000]
    monkeypatch.setenv("BENCH_DATA_MB", "ten")
    with pytest.raises(UserError, match="BENCH_DATA_MB='ten'"):
        megabytes("BENCH_DATA_MB", "5")


def test_too_small_a_disk_is_refused_before_anything_is_written() -> None:
    with pytest.raises(UserError, match="set TMPDIR"), data._folder(10**9):
        pass
