"""Numbers with a unit: degrees, feet and inches, durations, and every other measure."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    FREE_NUMBER,
    NUMBER,
    NUMBER_REST,
    any_of,
    apart,
    before,
    ends_text,
    is_attribute,
    last_word,
    next_word,
    plain_rule,
    readings,
    rule,
    with_stop,
    word_set,
)
from pngnw.normalize.rules.units import (
    NO_NOUN,
    OWNERS,
    SIZED,
    SQUARE,
    UNITS,
    UNMISTAKABLE,
    per,
    unit_of,
)

_GAPPED = frozenset({"s", "K", "ac"})  # only behind a space: "10 s", not "10s", but "3.2s"
_INCHES = ("inch", "inches")
# Behind the bare "in" of "8 in" these show that it is no preposition.
_IS_INCHES = re.compile(
    r"\s(?:long|wide|tall|high|deep|thick|square|diameter|x\s)|[,;:)\"]|\s?$|\.?$"
)
_DEGREES = readings("C Celsius, F Fahrenheit, K Kelvin, N north, S south, E east, W west")
# Behind one of these "80C" is a temperature.
_BEFORE_DEGREES = word_set(
    "at to of about above below under over around near reached hit is was from between than and "
    "approximately exceed exceeds until minus"
)
_POWER = {"2": "square ", "squared": "square ", "3": "cubic ", "cubed": "cubic "}
_EXPONENTS = {"2": "squared", "3": "cubed", "squared": "squared", "cubed": "cubed"}
_LONGEST_QUOTE = 2000
_LATE = 7  # hours: 2h30 lasts, 16h30 is a time of day
_FOOT = 12  # inches: 5'10" is a length, 4'33" a time
_SMALL_BPS = 300  # below it "bps" are basis points, from it on bits per second
_NO_PLURAL = word_set("a an per each one half quarter every")
_WORDS = {*_NO_PLURAL, *numbers.ONES[1:], *numbers.TENS[2:]} | word_set(
    "hundred thousand million billion trillion few several many some more of in"
)
_SCALE = r"(?P<scale>\s(?:hundred|thousand|million|billion|trillion)|k(?=\s))?"


def degrees(match: re.Match[str]) -> str:
    """20 °C as "twenty degrees Celsius"."""
    amount, scale = match["amount"], match["scale"]
    single = amount == "1" or (not scale and is_attribute(match))
    words = f"{numbers.decimal(amount)} {'degree' if single else 'degrees'}"
    return apart(match, words + (f" {_DEGREES[scale]}" if scale else ""))


def temperature(match: re.Match[str]) -> str | None:
    """98.6F, "at 350 F", but not "seat 12C"."""
    amount = match["amount"]
    whole, point, _ = amount.partition(".")
    known = point or (2 <= len(whole) <= 3 and last_word(before(match)).lower() in _BEFORE_DEGREES)
    return degrees(match) if known else None


def position(match: re.Match[str]) -> str:
    """45°30'15"N as degrees, minutes and seconds."""
    parts = [f"{numbers.decimal(match['degrees'])} degrees"]
    for name in ("minutes", "seconds"):
        if match[name]:
            parts.append(f"{numbers.decimal(match[name].lstrip('0') or '0')} {name}")
    side = match["side"]
    return apart(match, " ".join(parts) + (f" {_DEGREES[side]}" if side else ""))


def feet(match: re.Match[str]) -> str:
    """5'10" as "five foot ten", 4'33" as minutes and seconds."""
    if float(match["inches"]) >= _FOOT:
        words = (
            f"{numbers.integer(match['feet'])} minutes {numbers.decimal(match['inches'])} seconds"
        )
        return words.replace("one minutes", "one minute")
    return f"{numbers.integer(match['feet'])} foot {numbers.decimal(match['inches'])}"


def _length(amount: str, mark: str) -> str:
    words = ("foot", "feet") if mark == "'" else _INCHES
    return f"{numbers.decimal(amount)} {words[amount != '1']}"


def dimensions(match: re.Match[str]) -> str:
    """8' x 10' as "eight feet by ten feet"."""
    sides = re.findall(rf"({NUMBER})(['\"])", match[0])
    return " by ".join(_length(*side) for side in sides)


def inches(match: re.Match[str]) -> str | None:
    """a 12" record, unless the mark closes a quotation."""
    is_open = False
    for mark in re.finditer(
        r"[0-9]?\"", match.string[max(match.start() - _LONGEST_QUOTE, 0) : match.start()]
    ):
        is_open = not is_open if is_open or mark[0] == '"' else is_open
    if is_open:
        return None
    word = "inch" if match["amount"] == "1" or next_word(match).islower() else "inches"
    return f"{numbers.decimal(match['amount'])} {word}"


def clock_of_units(match: re.Match[str]) -> str:
    """2h30m as "two hours thirty minutes", but 16h30, which has no m, as a time of day."""
    if match[0][-1].isdigit() and int(match["hour"]) >= _LATE:
        return f"{numbers.cardinal(int(match['hour']))} {numbers.short_year(int(match['minute']))}"
    parts = [(unit, match.groupdict().get(unit)) for unit in ("hour", "minute", "second")]
    return " ".join(numbers.counted(int(digits), unit) for unit, digits in parts if digits)


def unit(match: re.Match[str]) -> str | None:
    """5 km as "five kilometers", 5 m/s² as "five meters per second squared", 5-km as one."""
    name, below, amount, gap = match["unit"], match["per"], match["amount"], match["gap"]
    dotted = match["dot"] and not ends_text(match)
    known = unit_of(name)
    if name == "in" and (match["dot"] or match["square"] or gap == "-" or _ends_inches(match)):
        known = _INCHES
    if name == "c" and match["dot"] and next_word(match).islower():
        known = ("cup", "cups")
    under = below and per(below)
    if known is None or (below and not under) or _is_letter(match, name, amount, gap):
        return None
    if name == "bps" and len(amount) >= 3 and float(amount.replace(",", "")) >= _SMALL_BPS:
        known = UNITS["Mbps"][0][4:], UNITS["Mbps"][1][4:]
    many = f" {match['scale'].strip().replace('k', 'thousand')}" if match["scale"] else ""
    single = (amount == "1" and not many) or gap == "-" or _is_attribute(match)
    words = known[0] if single else known[1]
    square = match["square"] and SQUARE[match["square"].strip(". ")]
    power = f"{square} " if square else _POWER.get((match["power"] or "").strip(), "")
    words = f"{numbers.decimal(amount)}{many} {power}{words}"
    if under:
        exponent = _EXPONENTS.get((match["exponent"] or "").strip(), "")
        cubic = exponent in ("squared", "cubed") and under != "second"
        words += f" per {_POWER[exponent]}{under}" if cubic else f" per {under}"
        words += f" {exponent}" if exponent and not cubic else ""
    return f"{words}." if match["dot"] and not dotted else words


def _is_attribute(match: re.Match[str]) -> bool:
    """Whether a noun follows that is so large: "a 9 mm gun", "the 5 km race"."""
    noun = next_word(match)
    if is_attribute(match) or noun in SIZED:
        return True
    front = before(match)
    owned = front.endswith(" ") and last_word(front).lower() in OWNERS
    return owned and noun.islower() and noun not in NO_NOUN and not noun.endswith(("ed", "ing"))


def _ends_inches(match: re.Match[str]) -> bool:
    return _IS_INCHES.match(match.string, match.end()) is not None and match["gap"] != ""


def _is_letter(match: re.Match[str], name: str, amount: str, gap: str) -> bool:
    """Whether what looks like a unit is a letter: "2s", "5 K run", "708 N Main"."""
    if name in _GAPPED and gap != " " and (name != "s" or "." not in amount):
        return True
    if name == "K" and amount in ("5", "10"):
        return True
    if name == "t" and not match["per"] and gap != " ":
        return True
    return name in ("N", "J", "F") and (
        next_word(match)[:1].isupper() or match.string.startswith(",", match.end())
    )


def each(match: re.Match[str]) -> str | None:
    """12/kg as "twelve per kilogram"."""
    name = per(match["per"])
    if name is None or (len(match["per"]) == 1 and match["per"] not in "hsdyLg"):
        return None
    return f"{numbers.decimal(match['amount'])} per {name}"


def behind_word(match: re.Match[str]) -> str:
    """ "several km", "ten kg", "per lb"."""
    return UNITS[match["unit"]][
        match["word"] not in _NO_PLURAL or before(match, "word")[-1:] == "-"
    ]


def bare(match: re.Match[str]) -> str | None:
    """km/h without a number, as "kilometers per hour"."""
    above, below = UNITS.get(match["unit"]), per(match["per"])
    power = _POWER.get(match["power"] or "", "")
    return f"{power}{above[1]} per {below}" if above and below else None


def age(match: re.Match[str]) -> str:
    """25 y/o as "twenty-five year old"."""
    return with_stop(match, " year old")


_EXPONENT = r"2|3|\ssquared|\scubed"
RULES = (
    rule("age", r"(?<=[0-9])[\s-]?(?:y/o|yo|y\.o\.)(?!\w)", age, r"[0-9][ -]?y[/.]?o"),
    rule(
        "position",
        r"(?P<degrees>[0-9](?<![0-9]{2})[0-9]*)\s?°\s?(?P<minutes>[0-9]{1,2}(?:\.[0-9]+)?)\s?'"
        r"(?:\s?(?P<seconds>[0-9]{1,2}(?:\.[0-9]+)?)\s?\")?(?:\s?(?P<side>[NSEW])\b)?",
        position,
        "° ?[0-9]",
    ),
    rule(
        "degrees",
        rf"(?P<amount>[0-9](?<![0-9]{{67}}){NUMBER_REST})\s?(?:°|deg\b\.?)\s?(?P<scale>[CFKNSEW]\b)?",
        degrees,
        "[0-9] ?(?:°|deg)",
    ),
    rule(
        "degrees of a scale", r"egrees?\s(?P<it>(?P<scale>[CFK]))\b(?!')", _DEGREES, "egrees? [CFK]"
    ),
    rule(
        "temperature",
        rf"(?P<amount>{FREE_NUMBER})\s?(?P<scale>[FC])(?![\w'+#/-]|\.\w)",
        temperature,
        "[0-9] ?[FC]",
    ),
    rule(
        "dimensions",
        rf"(?<![\w'\"])(?:{NUMBER}['\"]\s?(?:x|by)\s?){{1,3}}{NUMBER}['\"](?!\w)",
        dimensions,
        "[0-9]['\"] ?(?:x|by) ?[0-9]",
    ),
    rule(
        "feet and inches",
        r"\b(?P<feet>[0-9]+)'\s?(?P<inches>[0-9]+(?:\.[0-9]+)?)\"",
        feet,
        "[0-9]' ?[0-9]",
    ),
    rule(
        "height",
        r"(?<![\w.,'])(?P<feet>[3-8])'(?P<inches>1[01]|[0-9])(?![\w\"'])",
        feet,
        "[0-9]'[0-9]",
    ),
    rule(
        "feet",
        rf"(?<![\w'\"])(?P<amount>{NUMBER})(?P<mark>['\"])(?=\s(?:tall|long|wide|high|deep|thick)\b)",
        lambda match: _length(match["amount"], match["mark"]),
        "[0-9]['\"] [tlwhd]",
    ),
    rule("inches", rf"(?P<amount>{FREE_NUMBER})\"(?!\w)", inches, '[0-9]"'),
    rule(
        "inches behind feet",
        r"[0-9]\s?(?:ft\.?|feet|foot),?\s?[0-9]{1,2}(?P<it>\s?in(?:ch(?:es)?)?\b(?:\.(?=\s[a-z(]|[,;]))?)",
        " inches",
        "f(?:t|eet|oot).*[0-9] ?in",
    ),
    rule(
        "hours and minutes",
        r"(?<![\w.,:])(?P<hour>[0-9]{1,3})\s?h\s?(?P<minute>[0-5]?[0-9])"
        r"(?:(?<=h[0-9])|(?<=h[0-9]{2})|\s?m(?:in)?)(?:\s?(?P<second>[0-5]?[0-9])\s?s(?:ec)?)?(?!\w)",
        clock_of_units,
        "[0-9] ?h ?[0-9]",
    ),
    rule(
        "minutes and seconds",
        r"(?<![\w.,:])(?P<minute>[0-9]{1,3})\s?m(?:in)?\s?(?P<second>[0-5]?[0-9])\s?s(?:ec)?(?!\w)",
        clock_of_units,
        "[0-9] ?m(?:in)? ?[0-9]",
    ),
    rule(
        "unit",
        rf"(?P<amount>{FREE_NUMBER}){_SCALE}(?P<gap>[\s-]?)(?P<square>(?:sq|cu)\.?\s)?"
        r"(?P<unit>fl\.?\s?oz|ft-lbs?|lb-?ft|[A-Za-zμΩÅ]{1,6})"
        rf"(?P<power>{_EXPONENT})?"
        rf"(?:\s?/(?P<per>[A-Za-zμ]{{1,8}})(?P<exponent>{_EXPONENT})?)?"
        r"(?P<dot>\.(?=\s[a-z0-9(]|[,;]|[\"')\s]*$))?(?![\w/'])",
        unit,
        "[0-9](?:k| [a-z]+)?[ -]?[A-Za-zμΩÅ]",
    ),
    rule("thousands", r"k\b(?<=[0-9]k)(?<![A-Za-z][0-9]k)", " thousand", "[0-9]k"),
    rule(
        "each",
        rf"(?P<amount>{FREE_NUMBER})\s?/\s?(?P<per>(?:(?:sq|cu)\.?\s)?[A-Za-zμ]{{1,10}})(?![\w/])",
        each,
        "[0-9] ?/ ?[A-Za-zμ]",
    ),
    rule(
        "unit alone",
        r"(?<![\w/])(?P<unit>[A-Za-z]{1,4})(?P<power>[23]?)/(?P<per>[a-z]{1,6}[23]?)(?![\w/])",
        bare,
        "[A-Za-z][23]?/[a-z]",
    ),
    rule(
        "per",
        r"/(?<=[a-z]s/)(?=(?:second|minute|hour|day|night|week|month|year|person|capita|household|km2?|mile)\b)",
        " per ",
        "[a-z]s/[a-z]",
    ),
    plain_rule(
        "unit behind a word",
        rf"\b(?P<word>{any_of(_WORDS)})(?P<gap>[\s-])(?P<it>(?P<unit>{any_of(UNMISTAKABLE)}))(?![\w/]|['.]\w)",
        behind_word,
        rf"[a-z](?: |-)(?:{any_of(UNMISTAKABLE)})(?-u:\b)",
    ),
)
# In front of the powers, which would read its exponent.
INVERSE = (
    rule(
        "inverse unit",
        r"[0-9]\s?[A-Za-zμ]{1,4}"
        r"(?P<it>\s(?P<unit>s|h|min|d|yr|m|cm|mm|kg|g|L|l|mol|K|ha)\s?\^?-(?P<power>[123]))(?![0-9])",
        lambda match: f"/{match['unit']}{match['power'].removeprefix('1')}",  # the units know "/s2"
        r" [A-Za-z]{1,3} ?\^?-[123]",
    ),
)
