"""MediaWiki dumps to pages.

Guarantees: memory is bounded by one page, whatever the dump (no tree is built); what makes XML
dangerous, a document type with entities of its own, is refused.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from pngnw.clean import streams
from pngnw.core.errors import UserError

BLOCK = 1 << 16
PAGE_CHARACTERS = 64 << 20


def pages(path: Path, counts: Counter[str]) -> Iterator[tuple[str, str]]:
    """(title, markup) of every article of a .xml.bz2 dump; of several revisions the last.

    Redirects, pages outside the article namespace, empty and oversized pages are dropped and
    counted.

    Raises:
        UserError: the file is truncated or no dump.
    """
    target = _Pages(path)
    parser = ElementTree.XMLParser(target=target)
    try:
        with streams.opened(path, counts) as file:
            while block := file.read(BLOCK):
                parser.feed(block)
                for fields in target.taken():
                    reason = _refusal(fields)
                    if reason:
                        counts.update({"lines_in": 1, f"dropped.{reason}": 1})
                    else:
                        yield fields.get("title", ""), fields["text"]
            parser.close()
    except ElementTree.ParseError as error:
        raise UserError(f"{path}: no whole MediaWiki dump ({error}); fetch it again") from None


def _refusal(fields: dict[str, str]) -> str:
    if "redirect" in fields:
        return "redirect"
    if fields.get("ns", "0") != "0":
        return "not_article"
    if "oversized" in fields:
        return "oversized_record"
    return "" if fields.get("text", "").strip() else "empty_document"


class _Pages:
    """Target of the XML parser: keeps the text of each element of the open page, no more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._finished: list[dict[str, str]] = []
        self._page: dict[str, str] | None = None
        self._text: list[str] = []
        self._size = 0

    def taken(self) -> list[dict[str, str]]:
        """The pages that were finished since the last call."""
        finished, self._finished = self._finished, []
        return finished

    def doctype(self, *_: object) -> None:
        """Dumps have none; its entities could expand to any size (billion laughs)."""
        raise UserError(
            f"{self._path}: has a document type (<!DOCTYPE>), so it is no MediaWiki dump"
        )

    def start(self, tag: str, _: dict[str, str]) -> None:
        if _local(tag) == "page":
            self._page = {}
        self._text, self._size = [], 0

    def data(self, text: str) -> None:
        if self._page is None:
            return
        self._size += len(text)
        if self._size <= PAGE_CHARACTERS:
            self._text.append(text)
        else:
            self._page["oversized"] = ""
            self._text = []

    def end(self, tag: str) -> None:
        name = _local(tag)
        if self._page is not None and name == "page":
            self._finished.append(self._page)
            self._page = None
        elif self._page is not None:
            self._page[name] = "".join(self._text)
        self._text, self._size = [], 0


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
