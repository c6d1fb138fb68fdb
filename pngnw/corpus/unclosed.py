"""How much wiki markup is opened and never closed.

Why it matters: for everything that is not closed, mwparserfromhell reads on to the end of the
article, finds out, and starts again behind the opening. An article has a few of these; one with
thousands would take minutes.
"""

import re
from collections import Counter

# What lies inside comments and attributes counts too: this is an estimate, and a fast one.
_MARKS = re.compile(
    r"\{\{|\}\}|\[\[|\]\]|\{\||\|\}|<!--|-->|\[(?=[A-Za-z]+:)|\]|</?[A-Za-z]+|/>"
)
_CLOSES = {"}}": "{{", "]]": "[[", "|}": "{|", "-->": "<!--", "]": "[", "/>": "<"}
# mwparserfromhell lets these stand without an end.
_SINGLE = frozenset(
    f"<{name}" for name in "br hr wbr img meta link li dt dd th td tr p".split()
)


def unclosed(markup: str) -> int:
    """The number of templates, links, tables, comments and tags that nothing closes."""
    stack: list[str] = []
    inside: Counter[str] = Counter()  # of the stack, how often each kind is there
    lost = 0
    for match in _MARKS.finditer(markup):
        mark = match[0]
        opening = _CLOSES.get(mark) or ("<" if mark.startswith("</") else None)
        if opening is None:
            if mark.lower() in _SINGLE:
                continue
            kind = "<" if mark[0] == "<" and mark != "<!--" else mark
            stack.append(kind)
            inside[kind] += 1
        elif inside[opening]:
            while (last := stack.pop()) != opening:  # opened later, so nothing closes it any more
                inside[last] -= 1
                lost += 1
            inside[opening] -= 1
    return lost + len(stack)
