"""The last step of speaking: single spaces, marks close to their word, nothing else left."""

import re
from functools import partial

from pngnw.corpus.spoken.spans import Spoken, rewrite

_STEPS = (
    (re.compile(r"""[^A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ.,;:!?"'() \-]+"""), " "),
    (re.compile(r"(?<!\S)-+(?!\S)|-{2,}|(?<!\S)-+(?=[^\w'])|(?<=[^\w'])-+(?!\S)"), " - "),
    (re.compile(r"\s{2,}"), " "),
    (re.compile(r"\s(?=[.,;:!?)])"), ""),
    (re.compile(r"(?<=\()\s"), ""),
    (re.compile(r"\(\)"), ""),
    (re.compile(r"\.{4,}|(?<!\.)\.\.(?!\.)"), "..."),
    (re.compile(r"([,;:!?])\1+"), r"\1"),
    (re.compile(r'"{2,}'), '"'),
    (re.compile(r"^[\s,;:-]+|[\s-]+$"), ""),
)


def tidy(spoken: Spoken) -> Spoken:
    """Turn the runs that rules leave behind into the closed set of marks and single spaces."""
    for pattern, words in _STEPS:
        spoken = rewrite(spoken, pattern, partial(re.Match.expand, template=words))
    return spoken
