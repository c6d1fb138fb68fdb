"""What the names in the files are called on the page, and numbers as people read them."""

import re
from collections.abc import Iterable, Sequence

ARMS = {
    "tacotron2": "Tacotron 2’s own",
    "random": "ours, untrained",
    "pretrained": "ours, pretrained",
    "letters": "letters only",
    "frozen": "ours, pretrained and frozen",
    "phoneme-only": "ours, phonemes only",
}
ATTENTIONS = {
    "lsa": "location-sensitive attention (LSA)",
    "dca": "dynamic convolution attention (DCA)",
    "gmm": "Gaussian mixture attention (GMM)",
}
TASKS = {
    "g2p": "g2p: the phonemes of a word are hidden, its spelling is shown",
    "p2g": "p2g: its spelling is hidden, its phonemes are shown",
    "mlm": "mlm: both are hidden, the sentence around it is shown",
}
CONTROLS = {
    "lookup": "lookup: the commonest answer for the same spelling or phonemes, none if unseen",
    "neighbors": "neighbors: the commonest word between the two words beside it",
    "same_shape": "same shape: the commonest word of as many phonemes and letters",
    "neighbors_same_shape": "neighbors, same shape: the two together",
}
UNITS = {"phoneme": "phonemes", "grapheme": "letters", "word": "words"}
STAGES = (
    "fetch", "clean", "phonemize", "align", "teach", "pretrain", "speech", "evaluate", "prosody",
    "voice",
)  # fmt: skip


def arm(name: str) -> str:
    return ARMS.get(name, name)


def arms_in(sentence: str) -> str:
    """The arms that a sentence of the evaluate stage names, as the page calls them."""
    names = "|".join(map(re.escape, ARMS))
    return re.sub(rf"\b(?:{names})\b", lambda match: f"“{arm(match[0])}”", sentence)


def in_order(names: Iterable[str], order: Sequence[str]) -> list[str]:
    """Names as the page orders them, and then those that it does not know."""
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def attention(name: str) -> str:
    return ATTENTIONS.get(name, name)


def answer(task: str, unit: str) -> str:
    """`g2p: phonemes`; graphemes may be wordpieces, too."""
    return f"{task}: {UNITS.get(unit, unit)}"


def plain(name: str) -> str:
    """`near_duplicate` as `near duplicate`."""
    return name.replace("_", " ")


def count(value: float) -> str:
    return f"{value:,.0f}"


def percent(share: float | None, digits: int = 1) -> str:
    return "–" if share is None else f"{100 * share:.{digits}f}%"


def size(bytes_: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if bytes_ < 1000:
            return f"{bytes_:.0f} {unit}" if unit == "bytes" else f"{bytes_:.1f} {unit}"
        bytes_ /= 1000
    return f"{bytes_:.1f} GB"


def duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {left:02d} s"


def samples(value: float | str) -> str:
    """Samples to a criterion: a number, or "> limit" as it is."""
    if not isinstance(value, str):
        return count(value)
    sign, _, limit = value.rpartition(" ")
    return f"{sign} {count(int(limit))}" if limit.isdecimal() else value
