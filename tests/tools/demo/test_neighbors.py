import re
from pathlib import Path

import pyarrow as pa
import pytest
import torch
from torch.nn import functional

from pngnw import Encoder
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.tools.demo import neighbors
from pngnw.tools.demo.neighbors import BUILT_IN, Index, held_out, load_index

TEXTS = ["Hello, world.", "日本", "Never again shall we speak. " * 40, "I am here.", "Oh!"]


def test_nearest_by_hand() -> None:
    states = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [-1.0, 0.0]])
    found = Index("by hand", ("a", "b", "c", "d"), states, 0)
    assert found.nearest(torch.tensor([0.0, 5.0]), 2) == [("b", 1.0), ("c", pytest.approx(0.8))]
    assert [text for text, _ in found.nearest(torch.tensor([2.0, 0.0]), 9)] == ["a", "c", "b", "d"]
    # Pairs half the list apart: a c 0.6, b d 0, c a 0.6, d b 0; torch's median is the lower middle.
    assert found.typical() == 0.0


def test_what_the_encoder_cannot_take_is_left_out_and_counted(
    encoder: Encoder, folder: Path, own_cache: Path
) -> None:
    found = load_index(encoder, folder, "five", TEXTS)
    assert found.texts == ("Hello, world.", "I am here.", "Oh!")
    assert found.left_out == 2
    expected = functional.normalize(encoder([*found.texts]).sentence, dim=1)
    torch.testing.assert_close(found.states, expected, atol=1e-5, rtol=0)
    with pytest.raises(UserError, match="none of its 1 sentences"):
        load_index(encoder, folder, "one", ["日本"])


def test_it_is_made_once(
    encoder: Encoder, folder: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    real = neighbors._encoded
    monkeypatch.setattr(neighbors, "_encoded", lambda *a: calls.append(a[1]) or real(*a))
    first = load_index(encoder, folder, "s", TEXTS)
    again = load_index(encoder, folder, "s", TEXTS)
    assert len(calls) == 1
    assert torch.equal(first.states, again.states)
    assert again.left_out == 2
    load_index(encoder, folder, "s", TEXTS[:1])
    assert len(calls) == 2


@pytest.mark.parametrize("cache", ["/dev/null", "/proc"])
def test_it_needs_no_cache(
    cache: str, encoder: Encoder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_ROOT", cache)
    assert load_index(encoder, folder, "s", TEXTS).left_out == 2


def test_a_damaged_one_is_made_anew(encoder: Encoder, folder: Path, own_cache: Path) -> None:
    first = load_index(encoder, folder, "s", TEXTS)
    (kept,) = (own_cache / "demo").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-5])
    assert torch.equal(load_index(encoder, folder, "s", TEXTS).states, first.states)
    assert kept.read_bytes() == whole


def clean(folder: Path, splits: list[str]) -> None:
    """A clean shard with sentences s0, s1, … of these splits."""
    folder.mkdir(parents=True)
    table = pa.table(
        {
            "split": pa.array(splits).dictionary_encode(),
            "source_text": [f"s{n}" for n in range(len(splits))],
        }
    )
    shards.write(folder / shards.name(0), table, stage="clean", fingerprint="f")


def test_sentences_are_held_out_ones(tmp_path: Path) -> None:
    clean(tmp_path / "a", ["train", "test", "valid", "test", "test", "train", "test"])
    source, found = held_out(tmp_path / "a")
    assert found == ["s1", "s3", "s4", "s6"]
    assert re.fullmatch("the test split of .*/a", source)
    assert held_out(tmp_path / "a", wanted=2)[1] == ["s1", "s4"]
    clean(tmp_path / "b", ["train", "valid"])
    assert held_out(tmp_path / "b")[1] == ["s1"]


def test_without_data_there_is_a_list(tmp_path: Path) -> None:
    assert held_out(tmp_path / "none") == ("a built-in list", [*BUILT_IN])
    clean(tmp_path / "train", ["train"])
    assert held_out(tmp_path / "train")[0] == "a built-in list"


def test_damaged_data_is_named(tmp_path: Path) -> None:
    clean(tmp_path / "a", ["test"])
    path = tmp_path / "a" / shards.name(0)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(UserError, match="part-00000"):
        held_out(tmp_path / "a")
