"""Uploading, with a hub on disk: what goes out, under which name, and what stays."""

import re
import shutil
from pathlib import Path

import pytest
import torch
from huggingface_hub import HfApi, RepoUrl
from huggingface_hub.errors import LocalEntryNotFoundError

from pngnw import Encoder
from pngnw.cli import main
from pngnw.core.errors import UserError
from tests.tools.export.made import small_encoder

FILES = {
    "README.md", "aligner.json", "config.json", "lexicon.json", "model.safetensors",
    "wordpieces.txt",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_encoder(tmp_path / "encoder")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the hub; bare names belong to the user "me"."""
    home = tmp_path / "hub"

    def create(self: HfApi, repo_id: str, *, private: bool | None, exist_ok: bool) -> RepoUrl:
        assert exist_ok
        name = repo_id if "/" in repo_id else f"me/{repo_id}"
        (home / name).mkdir(parents=True)
        (home / "told.txt").write_text(f"{private} {self.token}")
        return RepoUrl(f"https://huggingface.co/{name}")

    def upload(self: HfApi, *, repo_id: str, folder_path: str, **options: object) -> str:
        shutil.copytree(folder_path, home / repo_id, dirs_exist_ok=True)
        return f"hub://{repo_id}{options or ''}"

    def download(repo_id: str, **_: object) -> str:
        if not (home / repo_id).is_dir():
            raise LocalEntryNotFoundError(f"no {repo_id}")
        return str(home / repo_id)

    monkeypatch.setattr(HfApi, "create_repo", create)
    monkeypatch.setattr(HfApi, "upload_folder", upload)
    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    return home


def test_round_trip(folder: Path, hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(hub.parent)
    encoder = Encoder.from_pretrained(folder)
    assert encoder.push_to_hub("user/name") == "hub://user/name"
    again = Encoder.from_pretrained("user/name", revision="main")
    assert torch.equal(again(["I read."]).hidden, encoder(["I read."]).hidden)
    with pytest.raises(UserError, match="user/other: neither a folder nor a model"):
        Encoder.from_pretrained("user/other")


@pytest.mark.parametrize(
    "name",
    ["models/encoder", "no such/../name", "./encoder", "here/encoder", "encoder", "/a/b", "a/b/c"],
)
def test_what_is_a_path_is_not_asked_for_on_a_network(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object, **__: object) -> str:
        raise AssertionError("a network")

    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.snapshot_download", asked)
    with pytest.raises(UserError, match="holds no encoder") as told:
        Encoder.from_pretrained(name)
    assert str(Path(name)) in str(told.value)
    with pytest.raises(AssertionError, match="a network"):
        Encoder.from_pretrained("here/encoder", revision="main")


def test_only_what_belongs_to_an_encoder_goes_out(folder: Path, hub: Path) -> None:
    for other in (".env", "encoder.onnx", "notes.txt", "optimizer.pt", "token"):
        (folder / other).write_text("hf_secret")
    (folder / "lexicon.txt").write_text("hello  B AY1\n")
    encoder = Encoder.from_pretrained(folder)
    assert encoder.push_to_hub("me/voice", token="hf_abc") == "hub://me/voice"
    sent = {path.name: path for path in (hub / "me/voice").iterdir()}
    assert set(sent) == {*FILES, "lexicon.txt"}
    assert not any(b"hf_" in path.read_bytes() for path in sent.values())
    assert (hub / "told.txt").read_text() == "None hf_abc"


def test_the_card_names_the_model_as_the_hub_does(folder: Path, hub: Path) -> None:
    Encoder.from_pretrained(folder).push_to_hub("voice", private=True, commit_message="one")
    assert (hub / "me/voice/README.md").read_text() == 'Encoder.from_pretrained("me/voice")\n'
    assert '"models/encoder"' in (folder / "README.md").read_text()
    assert (hub / "told.txt").read_text() == "True None"


def test_command_line(folder: Path, hub: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["export", "--hub", "me/voice", "--model", str(folder)])
    listed, url = capsys.readouterr().out.splitlines()
    assert re.fullmatch(rf"me/voice: {', '.join(sorted(FILES))} \(0\.\d MB\)", listed)
    assert url == "hub://me/voice"


def test_nobody_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real client, and a port of this machine at which nobody listens."""
    encoder = Encoder.from_pretrained(folder)
    monkeypatch.setattr(
        "huggingface_hub.HfApi", lambda token: HfApi(endpoint="http://127.0.0.1:9", token="hf_abc")
    )
    with pytest.raises(UserError, match=r"me/voice: the hub did not take it \(.*refused") as told:
        encoder.push_to_hub("me/voice")
    assert "hf_abc" not in str(told.value)
    with pytest.raises(UserError, match=r"a b: the hub did not take it \(Repo id must"):
        encoder.push_to_hub("a b")
