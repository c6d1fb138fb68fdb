"""The stage: types, balance, and the same bytes whoever does the work."""

from pathlib import Path

import pyarrow as pa
import pytest

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Params, Phonemize, load
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.stage import WORDS, run, transform

TEXTS = [
    ["The wind blew.", "中 is dropped.", "Blorpat's red-haired reader, Blorpat."],
    ["", "'Hello' he read.", "Nobody."],
]


def _params(workers: int, lexicon: Path | None = None) -> Params:
    params = load()
    phonemize = Phonemize(lexicon=None if lexicon is None else str(lexicon))
    run = params.run.model_copy(update={"workers": workers, "engine": "local"})
    return params.model_copy(update={"phonemize": phonemize, "run": run})


def _root(folder: Path) -> Path:
    for number, texts in enumerate(TEXTS):
        table = pa.table({"id": pa.array(range(len(texts)), pa.uint64()), "text": pa.array(texts)})
        path = folder / "data/clean" / shards.name(number)
        shards.write(path, table, stage="clean", fingerprint="test")
    return folder


def test_the_column_holds_what_the_phonemizer_returns(phonemizer: Phonemizer) -> None:
    table, stats = transform(phonemizer, pa.table({"text": TEXTS[0]}))
    assert table.schema.field("words").type == WORDS
    texts = [TEXTS[0][0], TEXTS[0][2]]
    assert table["text"].to_pylist() == texts
    for row, text in zip(table["words"].to_pylist(), texts, strict=True):
        assert row == [
            {"text": word.text, "phonemes": list(word.phonemes), "origin": word.origin}
            for word in phonemizer(text).words
        ]
    assert stats == {
        "dropped.unpronounceable": 1,
        "origin.lexicon": 3,
        "origin.homograph": 1,
        "origin.neural": 2,
        "origin.rule": 1,
        "origin.punctuation": 3,
    }


def test_an_empty_table_keeps_its_type(phonemizer: Phonemizer) -> None:
    table, stats = transform(phonemizer, pa.table({"text": pa.array([], pa.string())}))
    assert table.num_rows == 0
    assert table.schema.field("words").type == WORDS
    assert sum(stats.values()) == 0


def test_shards_balance_and_do_not_depend_on_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics, shard_bytes = [], []
    for workers in (1, 2):
        root = _root(tmp_path / str(workers))
        monkeypatch.setenv("DVC_ROOT", str(root))
        metrics.append(run(_params(workers), root).metrics)
        shard_bytes.append([path.read_bytes() for path in shards.paths(root / "data/phonemize")])
    assert shard_bytes[0] == shard_bytes[1]
    assert metrics[0] == metrics[1]
    assert metrics[0]["rows_in"] == 6
    assert metrics[0]["rows_in"] == metrics[0]["rows_out"] + sum(metrics[0]["dropped"].values())
    assert metrics[0]["words"] == sum(metrics[0]["origin_words"].values())
    # the wind blew | blorpat's red-haired reader blorpat | hello he read | nobody
    assert metrics[0]["distinct_words"] == 11
    assert metrics[0]["distinct_unknown_words"] == 2


def test_a_mistake_in_the_lexicon_stops_before_any_shard(tmp_path: Path) -> None:
    path = tmp_path / "own.dict"
    path.write_text("cat K AE T\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"own\.dict:1: 'cat': 'AE'"):
        run(_params(1, path), _root(tmp_path))
    assert not (tmp_path / "data/phonemize").exists()
