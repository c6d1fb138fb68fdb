"""Parquet shards: named, written whole or not at all, and traceable to what made them.

Guarantees: a shard appears under its name only when it is complete (temporary file, fsync,
rename); it carries the stage, the fingerprint and the statistics of the run that wrote it; a
truncated, foreign or damaged file is refused by name (every page has a checksum), and so is a
folder in which a shard between others is missing. Costs one extra rename per shard.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from pngnw.errors import UserError

SCHEMA_VERSION = 1
ROW_GROUP = 4096
_NAME = re.compile(r"part-\d{5}\.parquet")
_KEY = b"pngnw"
_REMEDY = "delete it and run `dvc repro`"

Stats = dict[str, int | float]


def name(index: int) -> str:
    """File name of shard `index`."""
    return f"part-{index:05d}.parquet"


def paths(folder: Path) -> list[Path]:
    """The shards of a folder in order. Raises `UserError` when there is none, or one is missing."""
    found = sorted(p for p in folder.glob("part-*.parquet") if _NAME.fullmatch(p.name))
    if not found:
        raise UserError(f"{folder}: no part-*.parquet here; run `dvc repro` to make them")
    missing = {name(index) for index in range(len(found))} - {path.name for path in found}
    if missing:
        raise UserError(f"{folder}: {min(missing)} is missing; run `dvc repro` to make it again")
    return found


def read(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A whole shard, or some of its columns. Raises `UserError` for a file that is not ours."""
    # Group by group: pyarrow cannot put a list of structs with dictionaries together itself.
    return pa.concat_tables(row_groups(path, columns))


def row_groups(path: Path, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The row groups of a shard one after the other: memory is bounded by one of them.

    An empty shard gives one empty table.
    """
    wanted = None if columns is None else list(columns)
    with open_shard(path) as file:
        if file.num_row_groups == 0:  # an empty shard still has a schema
            yield file.read(columns=wanted)
        for index in range(file.num_row_groups):
            with _named(path):
                table = file.read_row_group(index, columns=wanted)
            yield table


def stats(path: Path) -> Stats:
    """The statistics that the writing stage left in the shard."""
    with open_shard(path) as file, _named(path):
        found = json.loads(file.metadata.metadata[_KEY])["stats"]
        return {str(key): value for key, value in found.items()}


@contextmanager
def open_shard(path: Path) -> Iterator[pq.ParquetFile]:
    """A shard as pyarrow's file, closed afterwards. Raises `UserError` for one that is not ours."""
    with _named(path):
        file = pq.ParquetFile(path, page_checksum_verification=True)
    with file:
        with _named(path):
            about = json.loads((file.metadata.metadata or {}).get(_KEY, b"{}"))
        if about.get("schema_version") != SCHEMA_VERSION:
            raise UserError(
                f"{path}: not written by this version of pngnw; delete it and run `dvc repro`"
            )
        if about["rows"] != file.metadata.num_rows:
            raise UserError(f"{path}: its number of rows is damaged; {_REMEDY}")
        yield file


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn what pyarrow says of a damaged file into one line with its name."""
    try:
        yield
    except FileNotFoundError:
        raise UserError(f"{path}: no such shard; run `dvc repro` to make it") from None
    except (pa.ArrowException, OSError, ValueError, KeyError, AttributeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{path}: not a readable Parquet file ({reason}); {_REMEDY}") from None


class Writer:
    """Writes one shard row group by row group; nothing is seen under `path` before the end.

    Args:
        path: where the finished shard goes.
        stage: the stage that writes it.
        fingerprint: what it was made from, see `fingerprint`.
    """

    def __init__(self, path: Path, *, stage: str, fingerprint: str) -> None:
        self.path = path
        self.rows = 0
        self.stats: Stats = {}
        self._about = {"schema_version": SCHEMA_VERSION, "stage": stage, "fingerprint": fingerprint}
        self._temporary = temporary_of(path)
        self._file: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self

    def write(self, table: pa.Table, group_rows: int = ROW_GROUP) -> None:
        """Append `table` as row groups of at most `group_rows` rows."""
        if self._file is None:
            self._file = pq.ParquetWriter(
                self._temporary, table.schema, compression="zstd", write_page_checksum=True
            )
        self._file.write_table(table, row_group_size=group_rows)
        self.rows += table.num_rows

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is None:
            if kind is None:
                raise ValueError(
                    f"{self.path}: a shard needs at least one table, even an empty one"
                )
            return
        about = {**self._about, "rows": self.rows, "stats": self.stats}
        self._file.add_key_value_metadata({_KEY: json.dumps(about, sort_keys=True).encode()})
        try:
            self._file.close()  # writes: a full disk is noticed here too
            if kind is None:
                publish(self._temporary, self.path)
        finally:
            self._temporary.unlink(missing_ok=True)


def write(path: Path, table: pa.Table, *, stage: str, fingerprint: str) -> None:
    """Write one table as one shard."""
    with Writer(path, stage=stage, fingerprint=fingerprint) as writer:
        writer.write(table)


def temporary_of(path: Path) -> Path:
    """Where this process writes what `publish` makes appear as `path`: in the same folder."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def publish(temporary: Path, path: Path) -> None:
    """Make `temporary` appear as `path`, complete and on disk, or not at all."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def sweep(folder: Path) -> None:
    """Remove the temporary files in `folder` whose process was killed before it could."""
    for path in folder.glob(".*.tmp"):
        if not _is_alive(path.suffixes[-2].removeprefix(".")):
            path.unlink(missing_ok=True)


@contextmanager
def scratch(stage: str) -> Iterator[Path]:
    """A folder in the cache for the time of a stage; those of killed processes are removed."""
    root = cache_root() / "scratch"
    root.mkdir(parents=True, exist_ok=True)
    for other in root.iterdir():
        if not _is_alive(other.suffix.removeprefix(".")):
            shutil.rmtree(other, ignore_errors=True)
    folder = root / f"{stage}.{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def write_text(path: Path, text: str) -> None:
    """Write a small text file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_of(path)
    temporary.write_text(text, encoding="utf-8")
    publish(temporary, path)


def fingerprint(*parts: object) -> str:
    """A hex digest of JSON-able values and pydantic models: equal parts, equal digest."""
    plain = [_plain(part) for part in parts]
    text = json.dumps(plain, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(part: object) -> object:
    if isinstance(part, BaseModel):
        return part.model_dump(mode="json")
    if isinstance(part, Mapping):
        return {str(key): _plain(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_plain(value) for value in part]
    if isinstance(part, Path):
        return part.as_posix()
    return part


def file_digest(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


@lru_cache
def code_digest(*names: str) -> str:
    """Hex digest of the source files of modules and packages, found without importing them."""
    digest = hashlib.blake2b(digest_size=16)
    for module in names:
        spec = importlib.util.find_spec(module)
        if spec is None or spec.origin is None:
            raise ValueError(f"no module {module!r}")
        origin = Path(spec.origin)
        root = origin.parent
        files = sorted(root.rglob("*")) if origin.name == "__init__.py" else [origin]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{module}/{file.relative_to(root).as_posix()}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def cache_root() -> Path:
    """Where caches live: under the root of the DVC repository that the stage runs in."""
    return Path(os.environ.get("DVC_ROOT", ".")) / ".cache"
