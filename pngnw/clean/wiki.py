"""MediaWiki markup to lines of prose.

Guarantees: markup is parsed (mwparserfromhell), not guessed; every template, table, reference, file
link and list line that is left out is counted; an article that the parser cannot read, or not in a
reasonable time, is counted too.
"""

import re
from collections import Counter
from typing import Any

_HIDDEN_NAMES = (
    "ref references table gallery math chem score timeline syntaxhighlight source pre nowiki hiero "
    "imagemap style script templatestyles"
)
_HIDDEN_TAGS = frozenset(_HIDDEN_NAMES.split())
_HIDDEN_LINKS = ("file:", "image:", "category:", "media:")
_INTERWIKI = re.compile(r"[a-z][a-z-]{1,11}:\S")
_BACK_TITLES = (
    "references|notes|footnotes|see also|external links|further reading|bibliography|sources|"
    "citations|works cited|notes and references|references and notes|literature|discography|"
    "filmography|gallery|publications|works|selected works"
)
_BACK_MATTER = frozenset(_BACK_TITLES.split("|"))
_EMPTY_BRACKETS = re.compile(r"\(\s*[,;:\s]*\)|\[\s*\]")
_BRACKET_START = re.compile(r"\(\s*[,;:]\s*")
HEADING = "= "
# Of a hundred long articles of Wikipedia none had more than 4 marks that nothing closes, and 8
# levels of them.
MOST_OPEN = 100
_MARKS = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{\||\|\}|<!--|-->|\[(?=[A-Za-z]+:)|\]|</?[A-Za-z]+|/>")
_OPENING = {"}}": "{{", "]]": "[[", "|}": "{|", "-->": "<!--", "]": "[", "/>": "<"}
# Tags that mwparserfromhell lets stand without an end.
_SINGLE_NAMES = "br hr wbr img meta link li dt dd th td tr p"
_SINGLE = frozenset(f"<{tag}" for tag in _SINGLE_NAMES.split())


def lines(markup: str, counts: Counter[str]) -> list[str]:
    """The lines of an article without markup; headings start with `HEADING`.

    Adds to `counts` what is left out, as lines_in and dropped.markup, dropped.list and
    dropped.back_matter (reference lists and the like), or dropped.broken_markup for an article
    that is not parsed.
    """
    from mwparserfromhell import parse  # only here: no other part needs it
    from mwparserfromhell.parser import ParserError

    pieces: list[str] = []
    try:
        hidden = None if _is_too_open(markup) else _visible(parse(markup).nodes, pieces)
    except (RecursionError, ParserError):
        hidden = None
    if hidden is None:
        counts.update({"lines_in": 1, "dropped.broken_markup": 1})
        return []
    counts.update({"lines_in": hidden, "dropped.markup": hidden})
    prose: list[str] = []
    back_matter = False
    for raw in "".join(pieces).split("\n"):
        line = _EMPTY_BRACKETS.sub("", _BRACKET_START.sub("(", " ".join(raw.split())))
        reason = ""
        if line.startswith(HEADING):
            back_matter = line.removeprefix(HEADING).lower() in _BACK_MATTER
        elif not line:
            reason = "blank"
        elif back_matter:
            reason = "back_matter"
        elif line[0] in "*#:;":
            line = line.lstrip("*#:; ")
            reason = "" if line.endswith((".", "!", "?")) else "list"
        if reason:
            counts.update({"lines_in": 1, f"dropped.{reason}": 1})
        else:
            prose.append(line)
    return prose


def _is_too_open(markup: str) -> bool:
    """Whether more than `MOST_OPEN` templates, links, tables, comments and tags are open at once.

    For each that is never closed mwparserfromhell reads on to the end of the article, finds out,
    and starts again behind the opening: thousands would take minutes.
    """
    still_open: Counter[str] = Counter()
    for mark in _MARKS.findall(markup):
        closed = "<" if mark.startswith("</") else _OPENING.get(mark)
        if closed:
            still_open[closed] = max(0, still_open[closed] - 1)
        elif mark.lower() not in _SINGLE:
            still_open["<" if mark[0] == "<" and mark != "<!--" else mark] += 1
            if still_open.total() > MOST_OPEN:
                return True
    return False


def _visible(nodes: list[Any], pieces: list[str]) -> int:
    """Append what a reader sees of `nodes`; returns how many nodes are left out."""
    from mwparserfromhell import nodes as kinds

    hidden = 0
    for node in nodes:
        if isinstance(node, kinds.Text):
            pieces.append(str(node.value))
        elif isinstance(node, kinds.Wikilink):
            title = str(node.title).strip().lstrip(":")
            if title.lower().startswith(_HIDDEN_LINKS) or _INTERWIKI.match(title):
                hidden += 1
            else:
                hidden += _visible((node.text or node.title).nodes, pieces)
        elif isinstance(node, kinds.ExternalLink):
            hidden += _visible(node.title.nodes, pieces) if node.title else 1
        elif isinstance(node, kinds.Heading):
            title = str(node.title.strip_code()).strip()
            pieces.append(f"\n{HEADING}{title}\n")
        elif isinstance(node, kinds.HTMLEntity):
            pieces.append(str(node.normalize()))
        elif isinstance(node, kinds.Tag):
            hidden += _visible_tag(node, pieces)
        elif isinstance(node, kinds.Template):
            text = _shown(node)
            pieces.append(text)
            hidden += not text
        else:  # argument, comment
            hidden += 1
    return hidden


def _shown(template: Any) -> str:
    """What a template that stands within a sentence shows; "" for all the others."""
    name = str(template.name).strip().lower()
    values = [
        str(value.value.strip_code()).strip() for value in template.params if not value.showkey
    ]
    if name in ("convert", "cvt") and len(values) >= 2:
        span = 4 if len(values) >= 4 and values[1] in ("to", "and", "-", "–") else 2
        return " ".join(values[:span])
    if name == "as of" and values:
        return f"As of {values[0]}"
    if name in ("nowrap", "small", "abbr") and values:
        return values[0]
    return values[1] if name in ("lang", "transl") and len(values) >= 2 else ""


def _visible_tag(node: Any, pieces: list[str]) -> int:
    tag = str(node.tag).strip().lower()
    if tag in _HIDDEN_TAGS:
        return 1
    if node.wiki_markup and node.self_closing:
        pieces.append(str(node.wiki_markup))  # *, #, : and ; at the start of a line
    elif tag == "br":
        pieces.append(" ")
    elif node.contents is not None:
        return _visible(node.contents.nodes, pieces)
    return 0
