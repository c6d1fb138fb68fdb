"""Which pages of a MediaWiki dump are read, in how much memory, and which files are refused."""

import bz2
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from pngnw.clean import dumps
from pngnw.core.errors import UserError


def _dump(tmp_path: Path, pages: str) -> Path:
    path = tmp_path / "wiki.xml.bz2"
    xml = f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">{pages}</mediawiki>'
    path.write_bytes(bz2.compress(xml.encode()))
    return path


def _page(title: str, text: str, ns: int = 0, more: str = "") -> str:
    return (
        f"<page><title>{title}</title><ns>{ns}</ns>{more}"
        f"<revision><text>{text}</text></revision></page>"
    )


def test_the_last_revisions_of_articles_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "PAGE_CHARACTERS", 1000)
    new = "<revision><text>A fox.</text></revision></page>"
    path = _dump(
        tmp_path,
        _page("Fox", "Old.").replace("</page>", new)
        + _page("Foxes", "#REDIRECT [[Fox]]", more='<redirect title="Fox"/>')
        + _page("Talk:Fox", "Hello.", ns=1)
        + _page("Nothing", " ")
        + _page("Big", "A line.\n" * 200),
    )
    counts: Counter[str] = Counter()
    assert list(dumps.pages(path, counts)) == [("Fox", "A fox.")]
    reasons = ["redirect", "not_article", "empty_document", "oversized_record"]
    dropped = {f"dropped.{reason}": 1 for reason in reasons}
    assert counts == {"bytes_in": path.stat().st_size, "lines_in": 4} | dropped


def test_memory_does_not_grow_with_the_dump(tmp_path: Path) -> None:
    def peak(number: int) -> int:
        path = _dump(tmp_path, "".join(_page(f"Fox {i}", "A fox. " * 20) for i in range(number)))
        tracemalloc.start()
        assert sum(1 for _ in dumps.pages(path, Counter())) == number
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    assert peak(5_000) < peak(1_000) + 100_000


ENTITY = b'<!DOCTYPE m [<!ENTITY l SYSTEM "file:///etc/passwd">]><m>&l;</m>'


@pytest.mark.parametrize("content", [b"", b"<m><page>&unknown;</page></m>", ENTITY, None])
def test_what_is_no_whole_dump_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = _dump(tmp_path, _page("Fox", "A fox. " * 1000))
    path.write_bytes(path.read_bytes()[:-20] if content is None else bz2.compress(content))
    with pytest.raises(UserError, match=r"wiki\.xml\.bz2: (no whole|truncated|has a document)"):
        list(dumps.pages(path, Counter()))
