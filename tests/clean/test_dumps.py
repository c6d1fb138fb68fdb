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


def test_only_articles_are_read(tmp_path: Path) -> None:
    path = _dump(
        tmp_path,
        _page("Fox", "A fox.")
        + _page("Foxes", "#REDIRECT [[Fox]]", more='<redirect title="Fox"/>')
        + _page("Talk:Fox", "Hello.", ns=1)
        + _page("Nothing", " "),
    )
    counts: Counter[str] = Counter()
    assert list(dumps.pages(path, counts)) == [("Fox", "A fox.")]
    assert counts["lines_in"] == 3
    assert {key for key in counts if key.startswith("dropped")} == {
        "dropped.redirect",
        "dropped.not_article",
        "dropped.empty_document",
    }


def test_a_truncated_dump_is_named(tmp_path: Path) -> None:
    path = _dump(tmp_path, _page("Fox", "A fox. " * 1000))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match=r"wiki\.xml\.bz2"):
        list(dumps.pages(path, Counter()))


def test_a_piece_of_a_dump_under_its_own_name_and_the_last_revision(tmp_path: Path) -> None:
    twice = _page("Fox", "Old.").replace("</page>", "<revision><text>New.</text></revision></page>")
    assert list(dumps.pages(_dump(tmp_path, twice), Counter())) == [("Fox", "New.")]


def test_memory_does_not_grow_with_the_dump(tmp_path: Path) -> None:
    def peak(number: int) -> int:
        path = _dump(tmp_path, "".join(_page(f"Fox {i}", "A fox. " * 20) for i in range(number)))
        tracemalloc.start()
        assert sum(1 for _ in dumps.pages(path, Counter())) == number
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    assert peak(20_000) < peak(2_000) + 100_000


def test_an_oversized_page_is_dropped_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "PAGE_CHARACTERS", 1000)
    path = _dump(tmp_path, _page("Big", "A line.\n" * 200) + _page("Fox", "A fox."))
    counts: Counter[str] = Counter()
    assert list(dumps.pages(path, counts)) == [("Fox", "A fox.")]
    assert counts["dropped.oversized_record"] == counts["lines_in"] == 1


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "entities", [f'<!ENTITY l0 "lol">{LAUGHS}', '<!ENTITY l9 SYSTEM "file:///etc/passwd">', ""]
)
def test_entities_of_its_own_are_refused(tmp_path: Path, entities: str) -> None:
    path = tmp_path / "bomb.xml.bz2"
    xml = f"<!DOCTYPE m [{entities}]><m>{_page('Fox', '&l9;' if entities else 'A fox.')}</m>"
    path.write_bytes(bz2.compress(xml.encode()))
    with pytest.raises(UserError, match=r"bomb\.xml\.bz2: has a document type"):
        list(dumps.pages(path, Counter()))


@pytest.mark.parametrize("content", [b"", b"no XML", b"<m><page>&unknown;</page></m>"])
def test_what_is_no_dump_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xml.bz2"
    path.write_bytes(bz2.compress(content))
    with pytest.raises(UserError, match=r"x\.xml\.bz2: no whole MediaWiki dump"):
        list(dumps.pages(path, Counter()))
