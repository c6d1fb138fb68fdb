"""The align stage: what the folder holds, whose words shape the vocabulary, equal bytes."""

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from pngnw.align import LEXICON, stage
from pngnw.align.sentences import WordAligner
from pngnw.align.stage import count_words, run
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.params import Align, Params, Run, load
from tests.align.test_sentences import SENTENCE, mark, phonemized, word

ROOT = Path(__file__).parents[2]


def with_splits(splits: list[str]) -> pa.Table:
    table = phonemized([SENTENCE, [word("Zebra", "Z IY1 B R AH0"), mark("!")]])
    kind = table.schema.field("split").type
    return table.set_column(1, "split", pa.array(splits, pa.string()).cast(kind))


def test_only_training_words_are_counted() -> None:
    counts, _ = count_words(with_splits(["train", "test"]))
    assert counts.to_pydict() == {"word": ["reader", "red-haired", "the"], "count": [1, 1, 1]}


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Params:
    """Phonemized shards in the current folder, and parameters that fit them."""
    monkeypatch.chdir(tmp_path)
    for number in range(2):
        table = with_splits(["train", "test"])
        path = Path("data/phonemize") / shards.name(number)
        shards.write(path, table, stage="phonemize", fingerprint="test")
    Path("lexicon.dict").write_text("zebra Z EH1 B R AH0\n")  # as the British say it
    monkeypatch.setattr(stage, "load_cmudict", lambda: {"reader": "R IY1 D ER0", "zebra": "Z"})
    align = Align(vocab="", vocab_size=180, piece_of_phoneme="aligned")
    return load(ROOT / "params.yaml").model_copy(update={"align": align})


def test_the_folder_holds_all_that_new_text_needs(params: Params, tmp_path: Path) -> None:
    metrics, files = [], []
    for workers in (1, 2):
        shutil.rmtree("data/align", ignore_errors=True)
        chosen = params.model_copy(update={"run": Run(workers=workers)})
        metrics.append(run(chosen, tmp_path).metrics)
        files.append({path.name: path.read_bytes() for path in Path("data/align").iterdir()})
    assert metrics[0] == metrics[1]
    assert files[0] == files[1]
    assert sorted(files[0]) == [
        "aligner.json", "lexicon.parquet", "part-00000.parquet", "part-00001.parquet",
        "wordpieces.txt",
    ]  # fmt: skip
    assert [metrics[0][name] for name in ("rows_in", "rows_out", "words")] == [4, 4, 12]
    row = WordAligner.load(Path("data/align")).align(SENTENCE)
    stored = shards.read(Path("data/align/part-00000.parquet"))
    assert stored["pieces"][0].as_py() == row.pieces.tolist()


def test_the_lexicon_is_aligned_too_and_the_users_words_win(params: Params, tmp_path: Path) -> None:
    run(params, tmp_path)
    words = shards.read(Path("data/align") / LEXICON).to_pylist()
    align = WordAligner.load(Path("data/align")).align
    expected = [
        align([word(text, phonemes)])
        for text, phonemes in (
            ("reader", "R IY1 D ER0"), ("zebra", "Z EH1 B R AH0"), ("zebra's", "Z EH1 B R AH0 Z"),
        )
    ]  # fmt: skip
    for row, right in zip(words, expected, strict=True):
        for name in ("graphemes", "phonemes", "pieces", "piece_of_phoneme", "word_type"):
            assert row[name] == getattr(right, name).tolist()


def test_a_missing_vocabulary_is_named(params: Params, tmp_path: Path) -> None:
    missing = params.align.model_copy(update={"vocab": "none.txt", "vocab_size": None})
    with pytest.raises(UserError, match=r"none\.txt.*align\.vocab"):
        run(params.model_copy(update={"align": missing}), tmp_path)


@pytest.mark.usefixtures("own_cache")
def test_a_damaged_lexicon_in_the_cache_is_made_anew(params: Params, tmp_path: Path) -> None:
    run(params, tmp_path)
    whole = (Path("data/align") / LEXICON).read_bytes()
    (kept,) = (shards.cache_root() / "lexicon").iterdir()
    kept.write_bytes(whole[:-100])
    run(params, tmp_path)
    assert (Path("data/align") / LEXICON).read_bytes() == kept.read_bytes() == whole
