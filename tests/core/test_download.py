"""Downloads are resumed, repeated, checked, and not made when the file is there."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pngnw.core import download as download_module
from pngnw.core.download import download
from pngnw.core.errors import UserError
from tests.serving import Site, serving

CONTENT = bytes(range(256)) * 40
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(download_module, "PAUSES", (0.0, 0.0, 0.0))
    with serving(CONTENT) as site:
        yield site


def _get(site: Site, folder: Path, digest: str = DIGEST) -> Path:
    return download(f"{site.url}/a.bin", digest, folder, name="books", remedy="do it yourself")


def _refusal(site: Site, folder: Path, digest: str = DIGEST) -> str:
    with pytest.raises(UserError) as caught:
        _get(site, folder, digest)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"books: {site.url}/a.bin ")
    return str(caught.value)


def test_a_file_is_fetched_once(site: Site, tmp_path: Path) -> None:
    path = _get(site, tmp_path)
    assert path.read_bytes() == CONTENT
    site.url = "http://127.0.0.1:1"  # nobody would answer
    assert _get(site, tmp_path) == path
    assert list(tmp_path.iterdir()) == [path]
    assert len(site.asked) == 1


def test_a_broken_connection_is_gone_on_with(site: Site, tmp_path: Path) -> None:
    site.cut = 4000
    assert _get(site, tmp_path).read_bytes() == CONTENT
    assert site.asked == [None, "bytes=4000-", "bytes=8000-"]


def test_a_connection_that_breaks_again_and_again_leaves_what_came(
    site: Site, tmp_path: Path
) -> None:
    site.cut = 1000
    assert "do it yourself" in _refusal(site, tmp_path)
    site.cut = None
    assert _get(site, tmp_path).read_bytes() == CONTENT
    assert site.asked[-1] == "bytes=4000-"


@pytest.mark.parametrize(
    ("part", "ranges", "last_request"),
    [
        (CONTENT[:5000], True, "bytes=5000-"),
        (CONTENT[:5000], False, "bytes=5000-"),
        (CONTENT, True, f"bytes={len(CONTENT)}-"),
        (b"", True, None),
        (b"x" * 5000, True, None),
        (b"x" * len(CONTENT), True, None),
    ],
    ids=["half", "a server that cannot resume", "all", "empty", "another file", "as long"],
)
def test_a_part_is_resumed_unless_it_is_of_another_file(
    part: bytes, ranges: bool, last_request: str | None, site: Site, tmp_path: Path
) -> None:
    (tmp_path / f"{DIGEST}.part").write_bytes(part)
    site.ranges = ranges
    assert _get(site, tmp_path).read_bytes() == CONTENT
    assert site.asked[-1] == last_request


def test_a_wrong_digest_names_both_and_leaves_nothing(site: Site, tmp_path: Path) -> None:
    message = _refusal(site, tmp_path, "0" * 64)
    assert DIGEST in message
    assert "0" * 64 in message
    assert list(tmp_path.iterdir()) == []


def test_a_busy_server_is_asked_again_one_without_the_file_is_not(
    site: Site, tmp_path: Path
) -> None:
    site.failures = [503, 429]
    assert _get(site, tmp_path).read_bytes() == CONTENT
    site.asked = []
    site.failures = [404]
    assert "404" in _refusal(site, tmp_path, "1" * 64)
    assert len(site.asked) == 1


def test_nobody_answers(site: Site, tmp_path: Path) -> None:
    site.url = "http://127.0.0.1:1"
    assert "cannot be fetched" in _refusal(site, tmp_path)
