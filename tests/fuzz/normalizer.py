"""Any string to normalized text."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

from pngnw.normalize import NormalizedText, normalize_all
from pngnw.normalize.normalizer import PASSES
from pngnw.normalize.rule import NORMALIZED
from tests.fuzz import hostile
from tests.fuzz.target import Target, demand

LONG = 4000  # characters
# So many abbreviations without a space between, perhaps with something that is invisible.
_CHAIN = re.compile(rf"(?:[A-Za-z.]{{1,6}}\.[^\sA-Za-z]{{0,3}}){{{PASSES},}}")
_NORMALIZED = re.compile(f"[{NORMALIZED}]*")


def open_check() -> Callable[[Sequence[str]], None]:
    """Nothing is loaded."""
    return check


def check(inputs: Sequence[str]) -> None:
    """The guarantees of `pngnw.normalize`."""
    spoken = normalize_all(inputs)
    demand(len(spoken) == len(inputs), "a text is lost")
    # Long texts are spoken once, so that the time is that of speaking them.
    short = [at for at, text in enumerate(inputs) if len(text) < LONG]
    again = dict(zip(short, normalize_all([spoken[at].text for at in short]), strict=True))
    for at, (source, found) in enumerate(zip(inputs, spoken, strict=True)):
        second = again[at].text if at in again else found.text
        demand(_NORMALIZED.fullmatch(found.text), f"not normalized: {found.text[:200]!r}")
        demand("  " not in found.text, f"two spaces: {found.text[:200]!r}")
        # Of abbreviations without a space between, a pass reads one: eight passes, then no more.
        same = second == found.text or _CHAIN.search(source)
        demand(same, f"again: {found.text[:200]!r} becomes {second[:200]!r}")
        _check_spans(source, found)
    few = short[::60]
    for at, alone in zip(few, normalize_all([inputs[at] for at in few]), strict=True):
        demand(alone.text == spoken[at].text, "alone it is spoken in another way")


def _check_spans(source: str, spoken: NormalizedText) -> None:
    starts, ends = spoken.starts, spoken.ends
    demand(len(starts) == len(ends) == len(spoken.text), "not a span for each character")
    if len(starts):
        demand(starts[0] >= 0 and ends[-1] <= len(source), "a span outside of the source")
        demand(all(a <= b for a, b in zip(starts, ends, strict=True)), "a span backwards")
        demand(all(a <= b for a, b in pairwise(starts)), "starts that decrease")
        demand(all(a <= b for a, b in pairwise(ends)), "ends that decrease")
    last = 0
    for start, end in spoken.dropped:
        demand(last <= start < end <= len(source), f"dropped {start}:{end} of {len(source)}")
        last = end


def make(rng: Random) -> str:
    """A hostile text."""
    return hostile.text(rng)


TARGET = Target("normalizer", make, open_check, batch=200, share=0.35)
