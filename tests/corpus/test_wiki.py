"""What of a MediaWiki page is prose, and that the rest is counted."""

import bz2
from collections import Counter
from pathlib import Path

import pytest

from pngnw.corpus import wiki
from pngnw.errors import UserError

PAGE = """{{Infobox|name=Fox}}
[[File:fox.jpg|thumb|A [[fox]]]]
A '''fox''' is a [[canid|small animal]]<ref name="a">Smith.</ref> of 5&nbsp;kg ({{IPA|x}}; a pet).
It runs {{convert|5|km|mi}} a day.<!-- really -->
{| class="wikitable"
! Name !! Size
|-
| red || 5
|}
== Habits ==
* It sleeps.
* Short item
[http://example.org A link] remains.

== References ==
{{reflist}}
Smith, A book.
[[Category:Foxes]]
"""


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


def test_prose_is_kept_and_markup_is_counted() -> None:
    counts: Counter[str] = Counter()
    assert wiki.lines(PAGE, counts) == [
        "A fox is a small animal of 5 kg (a pet).",
        "It runs 5 km a day.",
        "= Habits",
        "It sleeps.",
        "A link remains.",
        "= References",
    ]
    assert counts["dropped.list"] == 1
    assert counts["dropped.back_matter"] == 1
    # infobox, file, ref, IPA, comment, table, reflist, category
    assert counts["dropped.markup"] == 8
    assert counts["lines_in"] == sum(n for key, n in counts.items() if key.startswith("dropped"))


def test_only_articles_are_read(tmp_path: Path) -> None:
    path = _dump(
        tmp_path,
        _page("Fox", "A fox.")
        + _page("Foxes", "#REDIRECT [[Fox]]", more='<redirect title="Fox"/>')
        + _page("Talk:Fox", "Hello.", ns=1)
        + _page("Nothing", " "),
    )
    counts: Counter[str] = Counter()
    assert list(wiki.pages(path, counts)) == [("Fox", "A fox.")]
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
        list(wiki.pages(path, Counter()))
