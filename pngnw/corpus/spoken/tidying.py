"""The last step of speaking: single spaces, marks close to their word, nothing else left."""

import re
from functools import partial

from pngnw.corpus.spoken.spans import Spoken, rewrite

# In order. What is no letter and no mark separates; marks stand at the word they follow; a dash
# stands between spaces, a hyphen inside a word.
_STEPS = (
    (re.compile(r"""[^A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ.,;:!?"'() \-]+"""), " "),
    (re.compile(r"(?<=\w)-(?=[\s,.;:!?)\"'])(?!'\w)"), ""),  # "two- or three-day", "Lord A-,"
    (re.compile(r"(?<!\w)(?<!\w')-+|-{2,}|-+(?!\w)(?!'\w)"), " - "),
    (re.compile(r"(?<=\w)(?=\()|(?<=\))(?=\w)|(?<=[,;:!?])(?=\w)"), " "),
    (re.compile(r"\s{2,}"), " "),
    (re.compile(r"- (?:- ?)+"), "- "),
    (re.compile(r" - (?=[.,;:!?])"), ""),
    (re.compile(r"\s(?=[.,;:!?)])"), ""),
    (re.compile(r"(?<=\()[\s,;:]+"), ""),
    (re.compile(r"\(\)"), ""),
    (re.compile(r"(?:(?<=^[\"'(])|(?<=\s[\"'(]))\s?- "), ""),
    (re.compile(r" - (?=[\"')](?:[\s.,;:!?)]|$))"), " -"),
    (re.compile(r"\.{4,}|(?<!\.)\.\.(?!\.)"), "..."),
    (re.compile(r"(?<=\.\.\.)(?=\w)"), " "),
    (re.compile(r"([,;:!?])\1+"), r"\1"),
    (re.compile(r'"{2,}'), '"'),
    (re.compile(r"^[\s,;:-]+|[\s-]+$"), ""),
)


def tidy(spoken: Spoken) -> Spoken:
    """Turn the runs that rules leave behind into the closed set of marks and single spaces."""
    for pattern, words in _STEPS:
        spoken = rewrite(spoken, pattern, partial(re.Match.expand, template=words))
    return spoken
