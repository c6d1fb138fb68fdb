"""Folders and wheels: copied, checked, and refused in one line."""

import hashlib
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from pngnw.corpus import wheels
from pngnw.corpus.fetch import fetch
from pngnw.errors import UserError
from pngnw.params import Fetch, PathSource, PypiSource

WHEEL = "some_texts-1.0-py3-none-any.whl"


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("One.")
    (folder / "sub/b.TXT").write_text("Two.")
    (folder / "notes.md").write_text("Not a text.")
    return folder


def _path(folder: Path, watch: Path | None = None) -> Fetch:
    source = PathSource(kind="path", name="mine", path=str(folder))
    return Fetch(watch=str(watch or folder), sources=[source])


def test_a_folder_is_copied_with_a_manifest(tmp_path: Path) -> None:
    params = _path(_folder(tmp_path))
    out = tmp_path / "raw"
    fetch(params, out)
    assert (out / "mine/a.txt").read_text() == "One."
    manifest = json.loads((out / "manifest.json").read_text())
    files = manifest["sources"][0]["files"]
    assert [(file["name"], file["bytes"]) for file in files] == [("a.txt", 4), ("sub/b.TXT", 4)]
    assert files[0]["sha256"] == hashlib.sha256(b"One.").hexdigest()
    before = (out / "manifest.json").read_bytes()
    (out / "stale.txt").write_text("of an earlier run")
    fetch(params, out)
    assert (out / "manifest.json").read_bytes() == before
    assert not (out / "stale.txt").exists()


def _refusal(params: Fetch, out: Path) -> str:
    with pytest.raises(UserError) as caught:
        fetch(params, out)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_an_empty_and_an_unwatched_folder(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    out = tmp_path / "raw"
    assert "does not exist" in _refusal(_path(tmp_path / "absent"), out)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "notes.md").write_text("Not a text.")
    assert "no .txt file in" in _refusal(_path(empty), out)
    assert "set fetch.watch" in _refusal(_path(folder, watch=empty), out)
    assert not out.exists()


def _wheel(folder: Path, names: dict[str, str]) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / WHEEL, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return hashlib.sha256((folder / WHEEL).read_bytes()).hexdigest()


def _source(sha256: str, files: list[str], exclude: list[str] | None = None) -> PypiSource:
    return PypiSource(
        kind="pypi",
        name="books",
        package="some-texts",
        version="1.0",
        sha256=sha256,
        files=files,
        exclude=exclude or [],
    )


def test_files_come_out_of_a_cached_wheel(tmp_path: Path, own_cache: Path) -> None:
    digest = _wheel(
        own_cache / "downloads",
        {"pkg/data/a.txt": "A", "pkg/data/sub/b.txt": "B", "pkg/data/no.txt": "N", "pkg/x.py": ""},
    )
    source = _source(digest, ["pkg/data/*.txt"], ["*/no.txt"])
    fetch(Fetch(watch="texts", sources=[source]), tmp_path / "raw")
    files = sorted(path for path in (tmp_path / "raw/books").rglob("*") if path.is_file())
    names = [path.relative_to(tmp_path / "raw/books").as_posix() for path in files]
    assert names == ["a.txt", "sub/b.txt"]


def test_a_wrong_hash_names_both_and_the_file(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _wheel(tmp_path / "index", {"a.txt": "A"})

    def pip(source: PypiSource, folder: Path) -> Path:
        (tmp_path / "index" / WHEEL).rename(folder / WHEEL)
        return folder / WHEEL

    monkeypatch.setattr(wheels, "_pip_download", pip)
    message = _refusal(Fetch(watch="texts", sources=[_source("0" * 64, ["a.txt"])]), tmp_path / "r")
    assert found in message
    assert "0" * 64 in message
    assert WHEEL in message


def test_a_failed_download_is_one_line(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        assert "--no-deps" in command
        stderr = "WARNING: Retrying\nERROR: No matching distribution found for some-texts==1.0\n"
        return subprocess.CompletedProcess(command, 1, "", stderr)

    monkeypatch.setattr(wheels.subprocess, "run", run)
    message = _refusal(Fetch(watch="texts", sources=[_source("0" * 64, ["a.txt"])]), tmp_path / "r")
    assert "No matching distribution found for some-texts==1.0" in message
    assert "check the network" in message


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "x/../../a.txt", "c:\\a.txt"])
def test_no_file_is_written_outside(tmp_path: Path, own_cache: Path, name: str) -> None:
    digest = _wheel(own_cache / "downloads", {name: "A"})
    params = Fetch(watch="texts", sources=[_source(digest, ["*.txt"])])
    assert "unsafe file name" in _refusal(params, tmp_path / "out" / "raw")


def test_a_pattern_without_a_file(tmp_path: Path, own_cache: Path) -> None:
    digest = _wheel(own_cache / "downloads", {"a.txt": "A"})
    params = Fetch(watch="texts", sources=[_source(digest, ["b/*.txt"])])
    assert "matches no file" in _refusal(params, tmp_path / "raw")
