"""Any string to normalized text."""

import re
from collections.abc import Sequence
from itertools import chain, pairwise

from pngnw.normalize import NormalizedText, normalize_all
from pngnw.normalize.normalizer import PASSES
from pngnw.normalize.rule import NORMALIZED

LONG = 4000  # characters
# So many abbreviations without a space between, perhaps with something that is invisible.
_CHAIN = re.compile(rf"(?:[A-Za-z.]{{1,6}}\.[^\sA-Za-z]{{0,3}}){{{PASSES},}}")
_NORMALIZED = re.compile(f"[{NORMALIZED}]*")


def check(inputs: Sequence[str]) -> None:
    """The guarantees of `pngnw.normalize`."""
    spoken = normalize_all(inputs)
    assert len(spoken) == len(inputs), "a text is lost"
    # Long texts are spoken once, so that the time is that of speaking them.
    short = [at for at, text in enumerate(inputs) if len(text) < LONG]
    again = dict(zip(short, normalize_all([spoken[at].text for at in short]), strict=True))
    for at, (source, normal) in enumerate(zip(inputs, spoken, strict=True)):
        second = again[at].text if at in again else normal.text
        assert _NORMALIZED.fullmatch(normal.text), f"not normalized: {normal.text[:200]!r}"
        assert "  " not in normal.text, f"two spaces: {normal.text[:200]!r}"
        # Of abbreviations without a space between, a pass reads one: eight passes, then no more.
        same = second == normal.text or _CHAIN.search(source)
        assert same, f"again: {normal.text[:200]!r} becomes {second[:200]!r}"
        _check_spans(source, normal)
    few = short[::60]
    for at, alone in zip(few, normalize_all([inputs[at] for at in few]), strict=True):
        assert alone.text == spoken[at].text, "alone it is spoken in another way"


def _check_spans(source: str, spoken: NormalizedText) -> None:
    starts, ends = spoken.starts, spoken.ends
    assert len(starts) == len(ends) == len(spoken.text), "not a span for each character"
    assert all(a <= b for a, b in zip(starts, ends, strict=True)), "a span backwards"
    assert all(a <= b for a, b in pairwise(chain([0], starts))), "starts that decrease"
    assert all(a <= b for a, b in pairwise(chain(ends, [len(source)]))), "ends that decrease"
    last = 0
    for start, end in spoken.dropped:
        assert last <= start < end <= len(source), f"dropped {start}:{end} of {len(source)}"
        last = end
