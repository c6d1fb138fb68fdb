"""The stage: types, balance, and the same bytes whoever does the work."""

from pathlib import Path

import pyarrow as pa
import pytest

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Phonemize, Run
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.stage import WORDS, phonemize, transform

TEXTS = [
    ["The wind blew.", "中 is dropped.", "Blorpat's red-haired reader, Blorpat."],
    ["", "'Hello' he read.", "Nobody."],
]


def _clean(folder: Path) -> Path:
    for number, texts in enumerate(TEXTS):
        table = pa.table({"id": pa.array(range(len(texts)), pa.uint64()), "text": pa.array(texts)})
        shards.write(folder / shards.name(number), table, stage="clean", fingerprint="test")
    return folder


def test_the_column_holds_what_the_phonemizer_says() -> None:
    phonemizer = Phonemizer.load(Phonemize(lexicon=None))
    table, stats = transform(phonemizer, pa.table({"text": TEXTS[0]}))
    assert table.schema.field("words").type == WORDS
    kept = [TEXTS[0][0], TEXTS[0][2]]
    assert table["text"].to_pylist() == kept
    for row, words in zip(table["words"].to_pylist(), phonemizer(kept), strict=True):
        assert [tuple(word.values()) for word in row] == [
            (word.text, word.start, word.end, list(word.phonemes), word.origin) for word in words
        ]
    assert stats == {
        "dropped.unpronounceable": 1,
        "origin.lexicon": 3,
        "origin.homograph": 1,
        "origin.neural": 2,
        "origin.rule": 1,
        "origin.punctuation": 3,
    }


def test_an_empty_table_keeps_its_type() -> None:
    table, stats = transform(
        Phonemizer.load(Phonemize(lexicon=None)), pa.table({"text": pa.array([], pa.string())})
    )
    assert table.num_rows == 0
    assert table.schema.field("words").type == WORDS
    assert sum(stats.values()) == 0


def test_shards_balance_and_do_not_depend_on_workers(own_cache: Path, tmp_path: Path) -> None:
    clean = _clean(tmp_path / "clean")
    made = {}
    for workers in (1, 2):
        out = tmp_path / f"out{workers}"
        made[workers], _ = phonemize(clean, out, Phonemize(lexicon=None), Run(workers=workers))
        for path in sorted((own_cache / "shards").glob("*")):
            path.unlink()
    one, two = (sorted((tmp_path / f"out{workers}").glob("part-*")) for workers in (1, 2))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert made[1] == made[2]
    metrics = made[1]
    assert metrics["rows_in"] == metrics["rows_out"] + sum(metrics["dropped"].values()) == 6
    assert metrics["words"] == sum(metrics["origin_words"].values())
    # the wind blew | blorpat's red-haired reader blorpat | hello he read | nobody
    assert metrics["distinct_words"] == 11
    assert metrics["distinct_unknown_words"] == 2


def test_a_mistake_in_the_lexicon_stops_before_any_shard(tmp_path: Path) -> None:
    path = tmp_path / "own.dict"
    path.write_text("cat K AE T\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"own\.dict:1: 'AE' in 'cat'"):
        phonemize(
            _clean(tmp_path / "clean"),
            tmp_path / "out",
            Phonemize(lexicon=str(path)),
            Run(workers=1),
        )
    assert not (tmp_path / "out").exists()
