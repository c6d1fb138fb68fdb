"""Addresses: every mark of a URL, e-mail address, domain or file name is a word."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import any_of, rule
from pngnw.normalize.tables.web import DOMAINS, FILES, MARKS, SPELLED

_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+|.")
_REST = r"[^\s<>\"'()]*[A-Za-z0-9/]"


def address(match: re.Match[str]) -> str:
    """ "www.example.com/a" is "W.W.W. dot example dot com slash a"."""
    words = []
    for token in _TOKEN.findall(match[0]):
        if token.isascii() and token.isdigit():
            words.append(numbers.integer(token))
        elif token.isalpha():
            words.append(SPELLED.get(token.lower(), token))
        else:
            words.append(MARKS.get(token, ""))
    return " ".join(filter(None, words))


RULES = (
    rule("url", rf"\b(?:https?|ftp)://{_REST}", address, r"://"),
    rule("www", rf"\bwww\.{_REST}", address, r"www\."),
    rule(
        "e-mail",
        r"[\w.+-](?<![\w.+-]{2})[\w.+-]*@[\w-]+(?:\.[\w-]+)*\.\w+",
        address,
        "@",
    ),
    rule(
        "domain",
        rf"(?<![\w.@/-])(?:[A-Za-z0-9][\w-]*\.)+(?:{'|'.join(map(re.escape, DOMAINS))})"
        rf"(?:/{_REST})?(?![\w-]|\.\w)",
        address,
        rf"\.(?:{any_of(DOMAINS)})",
        plain=True,
    ),
    rule(
        "file",
        rf"(?<![\w./])[A-Za-z0-9][\w-]{{0,99}}\.(?:{'|'.join(FILES)})(?![\w-]|\.\w)",
        address,
        rf"\.(?:{any_of(FILES)})",
        plain=True,
    ),
)
