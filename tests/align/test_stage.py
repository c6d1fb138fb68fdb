"""The align stage: what the folder holds, whose words shape the vocabulary, equal bytes."""

from pathlib import Path

import pyarrow as pa
import pytest

from pngnw.align.stage import align_shards, count_words, load
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Align, Run
from tests.align.test_sentences import SENTENCE, mark, phonemized, word

PARAMS = Align(vocab_size=180, vocab=None, piece_of_phoneme="aligned")


def with_splits(splits: list[str]) -> pa.Table:
    table = phonemized([SENTENCE, [word("Zebra", "Z IY1 B R AH0"), mark("!")]])
    kind = table.schema.field("split").type
    return table.set_column(1, "split", pa.array(splits, pa.string()).cast(kind))


def write(folder: Path) -> None:
    for number in range(2):
        table = with_splits(["train", "test"])
        shards.write(folder / shards.name(number), table, stage="phonemize", fingerprint="test")


def test_only_training_words_are_counted() -> None:
    counts, _ = count_words(with_splits(["train", "test"]))
    assert counts.to_pydict() == {"word": ["reader", "red-haired", "the"], "count": [1, 1, 1]}
    assert count_words(with_splits(["valid", "test"]))[0].num_rows == 0


def test_the_folder_holds_all_that_new_text_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "source"
    write(source)
    found = [align_shards(source, tmp_path / f"out{n}", PARAMS, Run(workers=n))[0] for n in (1, 2)]
    assert found[0] == found[1]
    names = sorted(path.name for path in (tmp_path / "out1").iterdir())
    assert names == ["aligner.json", "part-00000.parquet", "part-00001.parquet", "wordpieces.txt"]
    for name in names:
        assert (tmp_path / "out1" / name).read_bytes() == (tmp_path / "out2" / name).read_bytes()
    assert (found[0]["rows_in"], found[0]["rows_out"], found[0]["words"]) == (4, 4, 12)
    row = load(tmp_path / "out1").align(SENTENCE)
    stored = shards.read(tmp_path / "out1" / "part-00000.parquet")
    assert stored["pieces"][0].as_py() == row.pieces.tolist()


def test_a_missing_vocabulary_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "source")
    params = Align(vocab_size=180, vocab="none.txt", piece_of_phoneme="aligned")
    with pytest.raises(UserError, match=r"none\.txt.*align\.vocab"):
        align_shards(tmp_path / "source", tmp_path / "out", params, Run(workers=1))
