"""Hostile text from a seed: what real files hold at their worst, and what nobody would write.

Guarantees: a text is a function of the generator's state alone. Most texts are short, because bugs
are, and many of them can be tried then; one in a hundred is long, one in a hundred thousand huge.
"""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random

CORPUS = Path(__file__).parent.parent / "data" / "corpus"
HUGE = 10_000_000  # characters of the longest word
LARGEST = 300_000  # characters of anything else
# How many repetitions a storm has, and how likely: most are gusts.
_STORMS = ((0.93, 8), (0.995, 50), (0.9998, 1500), (1.0, 40_000))
CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
SPACES = [
    *" \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u2009\u202f\u3000\u1680", "\r\n", "\n\r",
]  # fmt: skip
INVISIBLE = [*"\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u061c"]
BIDI = [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"]
COMBINING = [*"\u0300\u0301\u0308\u0327\u0489\u20dd\u20e3\u0f71\u0e38\u05b4\u064b\u0345\u1ab0"]
SURROGATES = ["\ud800", "\udbff", "\udc00", "\udfff", "\udc80", "\ud83d\ude00"]
NONCHARACTERS = [
    "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff", "\ufffd", "\ufffc", "\ue000", "\U000f0061",
]  # fmt: skip
EMOJI = ["😀", "👩‍👩‍👧‍👦", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪", "🇩", "❤️", "1️⃣", "#️⃣", "☠︎", "🫠"]
SCRIPTS = [
    "Привет", "мир", "αβγ", "Ω", "שלום", "مرحبا", "日本語", "ひらがな", "カタカナ",
    "한국어", "ไทย", "हिन्दी", "ქართული", "Ꭰ", "𝔘𝔫𝔦", "𝟘𝟙", "ﬁ", "ﷺ", "İ", "ı",
    "ß", "ẞ", "ŉ", "ǆ", "Å", "Å", "é", "e\u0301", "ſ", "K", "ª", "½", "¾",
    "⅐", "Ⅷ", "²", "⁻¹", "①", "㎏", "℃", "№", "™", "…", "‰", "٣", "१२", "𐒠",
    "㊿", "ʼn", "ʼ",
]  # fmt: skip
QUOTES = [*"\"'“”‘’«»‹›„‚`´()[]{}<>〈〉「」"]
MARKS = [*".,;:!?-–—―…·•/\\|_*#~^&%@§°+=<>¡¿", "...", "--", "---", "!!!", "?!", ". . .", "''", "``"]
NUMBERS = [
    "0", "00", "1", "12", "007", "1999", "1990s", "'90s", "3.14", ".5", "1,000,000", "1,00",
    "1.2.3", "192.168.0.1", "1/2", "3 1/2", "22/7", "1/0", "10^-8", "1e-5", "5'10\"",
    "45°30'15\"N", "20 °C", "5km", "5-km", "3x4", "1080p", "$3.5 million", "$5-10", "£1.01", "€",
    "5€", "USD 5", "Rs. 500", "50p", "$", "-$.50/hr", "99%", "3:30", "25:61", "10:15:30",
    "3 p.m.", "2004-05-12", "99-99-99", "4/7/1776", "24.12.1818", "May 5-7", "5th May", "1914-18",
    "500 BC", "AD 1066", "1st", "21ST", "100,000th", "+44 20 7946 0958", "555-1234",
    "ISBN 0-306-40615-2", "A320", "F-150", "UTC-5", "XIV", "Henry VIII", "Chapter IV", "MCMXCIX",
    "IIII", "#1", "~5", "5k", "10-10", "1 234 567", "2²", "x³", "Ⅻ", "18446744073709551616",
    "9" * 66, "9" * 67, "1" + "0" * 65,
]  # fmt: skip
SHORT = [
    "Mr.", "Mrs.", "Dr.", "St.", "Ave.", "U.S.", "U. S.", "i. e.", "e.g.", "etc.", "vs.", "v.",
    "No.", "Vol.", "p.m.", "a.m.", "Ph.D.", "Jan.", "Mon.-Fri.", "w/o", "Inc.", "Co.", "J. R. R.",
    "a", "A", "I", "o'", "'tis", "rock 'n' roll", "don't", "dogs'", "red-haired", "o'Ryan",
    "CEOs", "McDonald's", "SpaceShipOne", "b2b", "ABCDEFG", "output(s)", "v1.0",
    "www.example.com/a?b=c", "http://x.y/z", "a@b.co", "file.txt", "C#", "#tag", "km/h", "AT&T",
    "&amp;", "&#8212;", "&",
]  # fmt: skip
MARKUP = [
    "<b>", "</b>", "<br/>", "<ref>", "</ref>", "<!--", "-->", "<script>", "<a href='x'>", "{{",
    "}}", "[[", "]]", "{|", "|}", "|-", "|", "''", "'''", "==", "=== x ===", "\n* ", "\n# ",
    "\n:", "\n;", "<nowiki>", "[http://x y]", "[[File:x|y]]", "[[a|b]]", "{{convert|5|km}}",
    "{{lang|fr|mot}}", "&nbsp;", "&lt;", "<math>", "</math>", "~~~~", "__TOC__", "{{{1|}}}",
    "<div", "/>", "http://", "\n----\n", "\n{|\n|a\n|}\n", "''''", "'''''", "<ref name=a/>",
    "<pre>", "&#x110000;", "&#0;",
]  # fmt: skip
MOJIBAKE = [
    "Ã©", "â€™", "â€œ", "Ãƒ©", "ï»¿", "Â ", "Ð\x9fÑ\x80", "ÃƒÂ©", "à¶", "ä¸\xad", "\x92", "\x93",
    "Ì\x81",
]  # fmt: skip
WORDS = [
    "the", "said", "of", "and", "Alice", "whale", "read", "lead", "use", "a", "century", "over",
    "Street", "War",
]  # fmt: skip
FAMILIES: Sequence[Sequence[str]] = (
    CONTROLS, SPACES, INVISIBLE, BIDI, COMBINING, SURROGATES, NONCHARACTERS, EMOJI, SCRIPTS,
    QUOTES, MARKS, NUMBERS, NUMBERS, SHORT, SHORT, MARKUP, MOJIBAKE, WORDS, WORDS,
    ["NUL\0", "\0", "\ufeff", "\r", "\r\r\n"],
)  # fmt: skip
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
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n")
    ]
    return tuple(line for line in lines if 30 < len(line) < 5000)


def piece(rng: Random) -> str:
    """One odd bit, or any code point at all."""
    if rng.random() < 0.03:
        return chr(rng.randrange(0x110000))
    return rng.choice(rng.choice(FAMILIES))


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
    encoded = whole.encode("utf-8", "surrogatepass" if draw < 0.5 else "replace")
    if draw < 0.3 and encoded:
        damaged = bytearray(encoded)
        for _ in range(rng.randint(1, 8)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        encoded = bytes(damaged[: rng.randint(1, len(damaged))])
    return encoded if draw < 0.95 else b"\xef\xbb\xbf" + encoded
