"""How much wiki markup is never closed, and how deep it is nested: estimates, made fast.

Why it matters: for everything that is not closed, mwparserfromhell reads on to the end of the
article, finds out, and starts again behind the opening; what is nested it builds by recursion. An
article with thousands of either would take minutes, or all of Python's stack.
"""

import re
from collections import Counter
from typing import NamedTuple

# What lies inside comments and attributes counts too.
_MARKS = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{\||\|\}|<!--|-->|\[(?=[A-Za-z]+:)|\]|</?[A-Za-z]+|/>")
_CLOSES = {"}}": "{{", "]]": "[[", "|}": "{|", "-->": "<!--", "]": "[", "/>": "<"}
# mwparserfromhell lets these stand without an end.
_SINGLE = frozenset(
    ["<br", "<hr", "<wbr", "<img", "<meta", "<link", "<li", "<dt", "<dd", "<th", "<td", "<tr", "<p"]
)


class Nesting(NamedTuple):
    """Templates, links, tables, comments and tags: how many nothing closes; levels of them."""

    unclosed: int
    deepest: int


def nesting(markup: str) -> Nesting:
    """What an article's markup looks like to a parser, as far as its cost goes."""
    stack: list[str] = []
    inside: Counter[str] = Counter()  # of the stack, how often each kind is there
    lost = deepest = 0
    for match in _MARKS.finditer(markup):
        mark = match[0]
        opening = _CLOSES.get(mark) or ("<" if mark.startswith("</") else None)
        if opening is None:
            if mark.lower() in _SINGLE:
                continue
            kind = "<" if mark[0] == "<" and mark != "<!--" else mark
            stack.append(kind)
            inside[kind] += 1
            deepest = max(deepest, len(stack))
        elif inside[opening]:
            while (last := stack.pop()) != opening:  # opened later, so nothing closes it any more
                inside[last] -= 1
                lost += 1
            inside[opening] -= 1
    return Nesting(lost + len(stack), deepest)
