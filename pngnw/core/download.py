"""Pinned downloads: files of http(s) URLs with a known SHA-256, each fetched once.

Guarantees: a file under its final name has its SHA-256; the network is not used once it is there;
a broken or killed download is resumed, where the server allows it.
"""

import hashlib
import time
import urllib.request
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError

from tqdm import tqdm

from pngnw.core import atomic
from pngnw.core.errors import UserError

PAUSES = (1.0, 3.0, 9.0)  # seconds before each new attempt
_TIMEOUT = 60.0  # seconds without a byte after which a connection counts as broken
_BLOCK = 1 << 20
_BUSY = (408, 429)  # besides the server errors, from 500
_RANGE_AT_END = 416


def download(url: str, sha256: str, folder: Path, *, name: str, remedy: str) -> Path:
    """The file of an http(s) URL, as `folder/<sha256>`; errors begin with `name`.

    Raises:
        UserError: no response after several attempts, or another digest; names both digests.
    """
    target = folder / sha256
    if target.exists() and sha256_of(target) == sha256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{sha256}.part"
    actual = ""
    for _ in range(2 if part.exists() else 1):  # an old part may be the beginning of another file
        _complete(url, part, name, remedy)
        actual = sha256_of(part)
        if actual == sha256:
            atomic.commit(part, target)
            return target
        part.unlink()
    raise UserError(
        f"{name}: {url} has SHA-256 {actual}, not the pinned {sha256}; correct the pin only if you "
        "trust the file"
    )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _complete(url: str, part: Path, name: str, remedy: str) -> None:
    """Append to `part` what it lacks, with several attempts."""
    for pause in (*PAUSES, None):
        try:
            return _append(url, part)
        except HTTPError as error:
            if error.code == _RANGE_AT_END and part.exists():
                return None
            retry, reason = error.code in _BUSY or error.code >= 500, str(error)
        except (OSError, HTTPException) as error:
            retry, reason = True, str(error) or type(error).__name__
        except ValueError as error:  # a URL that cannot be sent
            retry, reason = False, str(error)
        if pause is None or not retry:
            raise UserError(f"{name}: {url} cannot be fetched ({reason}); {remedy}")
        time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _append(url: str, part: Path) -> None:
    size = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "pngnw"} | ({"Range": f"bytes={size}-"} if size else {})
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:
        if not response.url.startswith(("http://", "https://")):
            raise ConnectionError(f"leads to {response.url}, which is no http(s) URL")
        if response.status != 206:  # the whole file, whatever the request was
            size = 0
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {size}-"):
            part.unlink()
            raise ConnectionError("sends another range than was requested")
        length = response.headers["Content-Length"]
        total = size + int(length) if length else None
        with (
            part.open("ab" if size else "wb") as file,
            tqdm(
                total=total, initial=size, unit="B", unit_scale=True,
                desc=url.rsplit("/", 1)[-1], disable=None,
            ) as bar,
        ):  # fmt: skip
            while block := response.read(_BLOCK):
                file.write(block)
                bar.update(len(block))
            size = file.tell()
    if total is not None and size < total:  # http.client takes the end of a connection for the end
        raise ConnectionError(f"the connection broke after {size} of {total} bytes")
