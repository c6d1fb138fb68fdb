"""Pinned downloads: bytes from a network, once, and only with the digest that was asked for.

Guarantees: a file under its final name has its SHA-256; nothing is asked of a network once it is
there; what a broken connection or a killed run left is gone on with, where the server allows it.
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
_SILENCE = 60.0  # seconds without a byte after which a connection counts as broken
_BLOCK = 1 << 20
_ASKED_TO_WAIT = (408, 429)
_COMPLETE = 416  # what is asked for begins at the end of the file


def download(url: str, sha256: str, folder: Path, *, name: str, remedy: str) -> Path:
    """The file of an http(s) URL, as `folder/<sha256>`.

    Args:
        url: http or https.
        sha256: what the file must have, as 64 hex digits.
        folder: where finished downloads and `<sha256>.part` lie.
        name: who wants it, for errors.
        remedy: what to do when it cannot be had.

    Raises:
        UserError: no answer after several attempts, or another digest; names both digests.
    """
    target = folder / sha256
    if target.exists() and digest_of(target) == sha256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{sha256}.part"
    found = ""
    for _ in range(2 if part.exists() else 1):  # an old part may be the beginning of another file
        _complete(url, part, name, remedy)
        found = digest_of(part)
        if found == sha256:
            atomic.commit(part, target)
            return target
        part.unlink()
    raise UserError(
        f"{name}: {url} has SHA-256 {found}, not the pinned {sha256}; correct the pin only if you "
        "trust the file"
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _complete(url: str, part: Path, name: str, remedy: str) -> None:
    """Append to `part` what it lacks, with several attempts."""
    for pause in (*PAUSES, None):
        try:
            return _append(url, part)
        except HTTPError as error:
            if error.code == _COMPLETE and part.exists():
                return None
            again, reason = error.code in _ASKED_TO_WAIT or error.code >= 500, str(error)
        except (OSError, HTTPException) as error:
            again, reason = True, str(error) or type(error).__name__
        except ValueError as error:  # a URL that cannot be sent
            again, reason = False, str(error)
        if pause is None or not again:
            raise UserError(f"{name}: {url} cannot be fetched ({reason}); {remedy}")
        time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _append(url: str, part: Path) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "pngnw"} | ({"Range": f"bytes={have}-"} if have else {})
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=_SILENCE) as answer:
        if not answer.url.startswith(("http://", "https://")):
            raise ConnectionError(f"leads to {answer.url}, which is no http(s) URL")
        if answer.status != 206:  # all of it from the start, whatever was asked for
            have = 0
        elif not answer.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            part.unlink()
            raise ConnectionError("sends another range than the one asked for")
        length = answer.headers["Content-Length"]
        total = have + int(length) if length else None
        with (
            part.open("ab" if have else "wb") as file,
            tqdm(
                total=total, initial=have, unit="B", unit_scale=True,
                desc=url.rsplit("/", 1)[-1], disable=None,
            ) as bar,
        ):  # fmt: skip
            while block := answer.read(_BLOCK):
                file.write(block)
                bar.update(len(block))
            size = file.tell()
    if total is not None and size < total:  # http.client takes the end of a connection for the end
        raise ConnectionError(f"the connection broke after {size} of {total} bytes")
