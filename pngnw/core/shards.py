"""Parquet shards: numbered files that are complete, sealed and traceable to what made them.

Guarantees: a shard appears under its name only when it is complete; a truncated, foreign or damaged
file is refused by name, whichever bit of it changed (`pngnw.core.seal`), and so is a folder that is
half-written or lacks a shard.
"""

import hashlib
import importlib.util
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from pngnw.core import atomic, seal
from pngnw.core.errors import UserError

SCHEMA_VERSION = 2  # since 2 a shard has a seal
ROW_GROUP = 4096
_NAME = re.compile(r"part-\d{5}\.parquet")
_KEY = b"pngnw"
_REMEDY = "delete it and run `dvc repro`"

Stats = dict[str, int | float]


class ShardInfo(BaseModel):
    """Metadata of a shard: which stage wrote it, from what, and its statistics."""

    schema_version: int
    stage: str
    fingerprint: str
    rows: int
    stats: Stats


def name(index: int) -> str:
    return f"part-{index:05d}.parquet"


def paths(folder: Path) -> list[Path]:
    """The shards of a folder in order; `UserError` if any is missing or the folder unfinished."""
    atomic.refuse_unfinished(folder)
    present = sorted(p for p in folder.glob("part-*.parquet") if _NAME.fullmatch(p.name))
    if not present:
        raise UserError(f"{folder}: no part-*.parquet here; run `dvc repro` to make them")
    missing = {name(index) for index in range(len(present))} - {path.name for path in present}
    if missing:
        raise UserError(f"{folder}: {min(missing)} is missing; run `dvc repro` to make it again")
    return present


def read(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A whole shard, or some of its columns. Raises `UserError` for a file that is not ours."""
    # Group by group: pyarrow cannot concatenate lists of structs with dictionaries itself.
    return pa.concat_tables(row_groups(path, columns))


def row_groups(
    path: Path, columns: Sequence[str] | None = None, stage: str | None = None
) -> Iterator[pa.Table]:
    """The row groups of a shard one after the other: memory is bounded by one of them.

    An empty shard gives one empty table. Raises `UserError` for a file that is not ours, or, with
    `stage`, not of that stage.
    """
    wanted = None if columns is None else list(columns)
    with open_shard(path) as (file, info):
        if stage not in (None, info.stage):
            raise UserError(
                f"{path}: a shard of stage {info.stage} among those of {stage}; {_REMEDY}"
            )
        if file.num_row_groups == 0:  # an empty shard still has a schema
            yield file.read(columns=wanted)
        for index in range(file.num_row_groups):
            with _damage_as_error(path):
                table = file.read_row_group(index, columns=wanted)
            yield table


def read_info(path: Path) -> ShardInfo:
    """The metadata of a shard. Raises `UserError` for a file that is not ours."""
    with open_shard(path) as (_, info):
        return info


@contextmanager
def open_shard(path: Path) -> Iterator[tuple[pq.ParquetFile, ShardInfo]]:
    """A shard as pyarrow's file, and its metadata; `UserError` for a file that is not ours."""
    with _damage_as_error(path):
        sealed = seal.is_sealed(path)  # first: no library should have to parse damage
        file = pq.ParquetFile(path)
    with file:
        info = None
        if sealed:
            with _damage_as_error(path):
                metadata = file.metadata.metadata or {}
                info = ShardInfo.model_validate_json(metadata.get(_KEY, b""))
        if info is None or info.schema_version != SCHEMA_VERSION:
            raise UserError(f"{path}: not written by this version of pngnw; {_REMEDY}")
        yield file, info


@contextmanager
def _damage_as_error(path: Path) -> Iterator[None]:
    """Turn pyarrow's errors about a damaged file into one line with its name."""
    try:
        yield
    except FileNotFoundError:
        raise UserError(f"{path}: no such shard; run `dvc repro` to make it") from None
    except (pa.ArrowException, OSError, ValueError, KeyError, AttributeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{path}: not a readable Parquet file ({reason}); {_REMEDY}") from None


class Writer:
    """Writes one shard row group by row group; `path` appears at the end."""

    def __init__(self, path: Path, *, stage: str, fingerprint: str) -> None:
        self.path = path
        self.rows = 0
        self.stats: Stats = {}
        self._info = {"schema_version": SCHEMA_VERSION, "stage": stage, "fingerprint": fingerprint}
        self._temporary = atomic.temporary_path(path)
        self._file: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self

    def write(self, table: pa.Table) -> None:
        """Append `table` as row groups of at most `ROW_GROUP` rows."""
        with atomic.disk_full_as_error(self.path):
            if self._file is None:
                self._file = pq.ParquetWriter(self._temporary, table.schema, compression="zstd")
            self._file.write_table(table, row_group_size=ROW_GROUP)
        self.rows += table.num_rows

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._finish()
            elif self._file is not None:
                with suppress(Exception):  # the first error is the one to report
                    self._file.close()
        finally:
            self._temporary.unlink(missing_ok=True)

    def _finish(self) -> None:
        if self._file is None:
            raise ValueError(f"{self.path}: a shard needs at least one table, even an empty one")
        info = {**self._info, "rows": self.rows, "stats": self.stats, "seal": seal.NONE}
        with atomic.disk_full_as_error(self.path):
            self._file.add_key_value_metadata({_KEY: json.dumps(info, sort_keys=True).encode()})
            self._file.close()  # writes: a full disk is noticed here too
            seal.write(self._temporary)
            atomic.commit(self._temporary, self.path)


def write(path: Path, table: pa.Table, *, stage: str, fingerprint: str) -> None:
    with Writer(path, stage=stage, fingerprint=fingerprint) as writer:
        writer.write(table)


def scratch(stage: str) -> AbstractContextManager[Path]:
    """A temporary folder in the cache; those of killed processes are removed."""
    return atomic.scratch(cache_root() / "scratch" / stage)


def fingerprint(*parts: object) -> str:
    """A hex digest of JSON-able values and pydantic models: equal parts, equal digest."""
    text = json.dumps(parts, default=_plain, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(part: object) -> object:
    if isinstance(part, BaseModel):
        return part.model_dump(mode="json")
    if isinstance(part, Path):
        return part.as_posix()
    raise TypeError(f"{type(part).__name__} has no fingerprint")


def file_digest(path: Path) -> str:
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
    """The folder of all caches: in the repository of the stage or command, else the user's own."""
    repository = os.environ.get("DVC_ROOT", ".")
    if repository == "." and not Path("stages/fetch.py").is_file():  # in somebody else's folder
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pngnw"
    return Path(repository) / ".cache"
