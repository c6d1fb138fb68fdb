"""Hostile text from a seed: what real files hold at their worst, and what nobody would write.

Guarantees: a text is a function of the generator's state alone. Most texts are short, because bugs
are, and many of them can be tried then; one in a hundred is long, one in a hundred thousand huge.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz import bits

CORPUS = Path(__file__).parent.parent / "data" / "corpus"
HUGE = 10_000_000  # characters of the longest word
LARGEST = 300_000  # characters of anything else
# How many repetitions a storm has, and how likely: most are gusts.
_STORMS = ((0.93, 8), (0.995, 50), (0.9998, 1500), (1.0, 40_000))


_PAIRS = [
    ("(", ")"), ("[", "]"), ("{{", "}}"), ("[[", "]]"), ("<b>", "</b>"), ("“", "”"),
    ("{{a|", "}}"), ("{|\n|", "\n|}"), ("'''", "'''"), ("<ref>", "</ref>"), ("[[a|", "]]"),
    ("{{{", "}}}"), ('"', '"'), ("'", "'"), ("<!--", "-->"), ("<i><b>", "</i></b>"), ("\n*", ""),
    ("{{a|b=", ""), ("[http://a ", "]"), ("&", ";"),
]  # fmt: skip


@cache
def sentences() -> tuple[str, ...]:
    """Lines of real prose."""
    lines = [
        line.strip()
        for path in sorted(CORPUS.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").split("\n")
    ]
    return tuple(line for line in lines if len(line) > 30)


def piece(rng: Random) -> str:
    """One odd bit, or any code point at all."""
    if rng.random() < 0.03:
        return chr(rng.randrange(0x110000))
    return rng.choice(rng.choice(bits.FAMILIES))


def _times(rng: Random) -> int:
    draw = rng.random()
    return rng.randint(1, next(most for share, most in _STORMS if draw < share))


def salad(rng: Random) -> str:
    """Odd bits side by side."""
    joint = rng.choice(["", "", " ", " ", ", "])
    return joint.join(piece(rng) for _ in range(min(_times(rng), 4000)))


def storm(rng: Random) -> str:
    """One or two bits again and again, with something in front and behind."""
    repeated = piece(rng) + (piece(rng) if rng.random() < 0.5 else "")
    times = min(_times(rng), LARGEST // len(repeated))
    return piece(rng) + repeated * times + piece(rng)


def nested(rng: Random) -> str:
    """Brackets, quotes or tags opened many times, closed sometimes."""
    opening, closing = rng.choice(_PAIRS)
    depth = min(_times(rng), 20_000)
    closes = depth if rng.random() < 0.6 else rng.randint(0, depth)
    return opening * depth + rng.choice(["", "text.", piece(rng)]) + closing * closes


def long_word(rng: Random) -> str:
    """Letters, digits or anything without a space; rarely of megabytes."""
    unit = rng.choice([
        "a", "z", "ab", "Ab", "7", "1,", "A.", "é", "a-", "a'", "日", "M", "x.", "\u0301",
        "a\u0301", "S's",
    ])  # fmt: skip
    letters = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(2, 60)))
    unit = rng.choice([unit, letters])
    draw = rng.random()
    length = HUGE if draw < 1e-4 else 1_000_000 if draw < 5e-4 else 0
    length = length or min(3 * _times(rng), LARGEST)
    return piece(rng) + unit * (length // len(unit) + 1) + piece(rng)


def mutated(rng: Random) -> str:
    """Real prose with some odd bits thrown in, letters doubled, dropped or swapped."""
    first = rng.randrange(len(sentences()))
    text = rng.choice([" ", "\n", "\r\n"]).join(sentences()[first : first + rng.randint(1, 4)])
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            text = text[:at] + text[at + rng.randint(1, 9) :]
        elif kind == 1:
            text = text[:at] + text[at : at + 20] * 2 + text[at + 20 :]
        elif kind == 2:
            text = text[:at] + text[at : at + 12].swapcase()[::-1] + text[at + 12 :]
        else:
            text = text[:at] + piece(rng) + text[at:]
    return text


def characters(rng: Random) -> str:
    """Letters, digits and marks at random: what regular expressions stumble over."""
    alphabet = rng.choice([
        "aA1 .,-'", "0123456789.,-/: ", "ab .'’-", "IVXLCDM .", "$£1.,- mk", "\"'()[] a.",
        "a.@/:w-", "0-9/stndrh ",
    ])  # fmt: skip
    return "".join(rng.choice(alphabet) for _ in range(min(3 * _times(rng), 3000)))


_KINDS: Sequence[tuple[Callable[[Random], str], float]] = (
    (salad, 0.30), (storm, 0.16), (nested, 0.05), (long_word, 0.05), (mutated, 0.24),
    (characters, 0.20),
)  # fmt: skip


def text(rng: Random) -> str:
    """One hostile text."""
    (make,) = rng.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS])
    return make(rng)


def data(rng: Random) -> bytes:
    """A hostile file: a text in some encoding, or the wrong one, or damaged, or no text at all."""
    draw = rng.random()
    if draw < 0.04:
        return rng.randbytes(rng.randint(0, 400))
    whole = "\n".join(text(rng) for _ in range(rng.choice([1, 1, 1, 2, 5])))
    if draw < 0.08:
        return rng.choice([b"", b"\xff\xfe", b"\xfe\xff"]) + whole.encode(
            rng.choice(["utf-16-le", "utf-16-be", "utf-32"]), "surrogatepass"
        )
    if draw < 0.14:
        return whole.encode("cp1252", "replace")
    found = whole.encode("utf-8", "surrogatepass" if draw < 0.5 else "replace")
    if draw < 0.3 and found:
        damaged = bytearray(found)
        for _ in range(rng.randint(1, 8)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        found = bytes(damaged[: rng.randint(1, len(damaged))])
    return found if draw < 0.95 else b"\xef\xbb\xbf" + found
