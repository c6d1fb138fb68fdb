"""Fractions, degrees, feet and inches, and numbers with a unit."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    FREE_NUMBER,
    NUMBER,
    NUMBER_REST,
    after,
    apart,
    ends_text,
    is_attribute,
    readings,
    rule,
)

_PREFIXES = readings(
    "k kilo, M mega, G giga, T tera, P peta, h hecto, c centi, d deci, m milli, μ micro, n nano, "
    "p pico"
)
# Symbol: the prefixes it takes (- is none) and its name, with the plural where that is irregular.
_METRIC = {
    "m": ("-kcdmμnp", "meter"),
    "g": ("-kmμn", "gram"),
    "L": ("-hcdmμ", "liter"),
    "l": ("hcdmμ", "liter"),
    "s": ("mμnp", "second"),
    "W": ("-kMGTmμ", "watt"),
    "Wh": ("-kMGT", "watt-hour"),
    "V": ("-kMmμ", "volt"),
    "A": ("km", "ampere"),
    "Ah": ("-m", "ampere-hour"),
    "Hz": ("-kMGT", "hertz|hertz"),
    "J": ("kMG", "joule"),
    "cal": ("-k", "calorie"),
    "eV": ("-kMGT", "electron volt"),
    "Pa": ("-hkMG", "pascal"),
    "N": ("kM", "newton"),
    "Nm": ("-k", "newton meter"),
    "bar": ("m", "bar"),
    "mol": ("-kmμ", "mole"),
    "M": ("mμn", "molar|molar"),
    "Ω": ("-", "ohm"),
    "F": ("μnp", "farad"),
    "H": ("mμ", "henry|henries"),
    "T": ("mμ", "tesla"),
    "Bq": ("-kMG", "becquerel"),
    "Sv": ("-mμ", "sievert"),
    "B": ("kMGTP", "byte"),
    "b": ("kMG", "bit"),
    "bps": ("-kMGT", "bit per second"),
    "bit": ("kMG", "bit"),
    "px": ("-M", "pixel"),
    "lm": ("-", "lumen"),
    "t": ("kM", "ton"),
    "pc": ("kMG", "parsec"),
}
_PLAIN = readings(
    "s second, K kelvin, kΩ kilohm, MΩ megohm, KB kilobyte, Kb kilobit, KiB kibibyte, "
    "MiB mebibyte, GiB gibibyte, Kg kilogram, KG kilogram, kgs kilogram, Km kilometer, "
    "kms kilometer, kph kilometer per hour, kmh kilometer per hour, cc cubic centimeter, "
    "KHz kilohertz|kilohertz, MHZ megahertz|megahertz, KW kilowatt, lb pound, lbs pound, "
    "oz ounce, ft foot|feet, yd yard, yds yard, mi mile, nmi nautical mile, mph mile per hour, "
    "mpg mile per gallon, gal gallon, qt quart, pt pint, tsp teaspoon, tbsp tablespoon, "
    "ha hectare, hr hour, hrs hour, h hour, min minute, mins minute, sec second, secs second, "
    "yr year, yrs year, wk week, wks week, mos month, ly light year, AU astronomical unit, "
    "dB decibel, dBA decibel A|decibels A, rpm revolution per minute, bpm beat per minute, "
    "fps frame per second, dpi dot per inch, ppi pixel per inch, psi pound per square inch, "
    "ppm part per million, ppb part per billion, hp horsepower|horsepower, "
    "bhp brake horsepower|brake horsepower, kcals kilocalorie, atm atmosphere, "
    "mmHg millimeter of mercury, kt kiloton, kts knot, kn knot, ac acre, "
    "cwt hundredweight|hundredweight, MP megapixel, bp basis point, pct percent|percent, "
    "doz dozen|dozen"
)


def _one_and_many(name: str, prefix: str = "") -> tuple[str, str]:
    """Singular and plural: ("mile per hour", "miles per hour"), ("foot", "feet") of "foot|feet"."""
    one, _, many = name.partition("|")
    counted, rest = re.fullmatch(r"(.+?)((?: per | of ).+)?", one).groups("")  # type: ignore[union-attr]  # any name matches
    return f"{prefix}{one}", f"{prefix}{many or f'{counted}s{rest}'}"


UNITS = {
    f"{prefix.strip('-')}{symbol}": _one_and_many(name, _PREFIXES.get(prefix, ""))
    for symbol, (prefixes, name) in _METRIC.items()
    for prefix in prefixes
} | {symbol: _one_and_many(name) for symbol, name in _PLAIN.items()}
_SQUARE = {"sq": "square", "cu": "cubic"}
# Behind "per" or a slash only, besides all units.
PER = readings(
    "s second, h hour, d day, day day, week week, wk week, mo month, month month, y year, "
    "yr year, year year, hour hour, minute minute, second second, person person, capita capita, "
    "mile mile, kg kilogram, lb pound, oz ounce, in inch, night night, unit unit, share share, "
    "game game"
)
_GAPPED = frozenset({"s", "K"})  # only behind a space: "10 s", not "10s"
# Read so only with its full stop or behind feet: "12 in. long".
_INCHES = {"in": ("inch", "inches")}
_DEGREES = readings("C Celsius, F Fahrenheit, K Kelvin, N north, S south, E east, W west")
_DENOMINATORS = {2: ("half", "halves"), 4: ("quarter", "quarters")}
_POWER = {"2": "square ", "squared": "square ", "3": "cubic ", "cubed": "cubic "}
_EXPONENTS = {"2": "squared", "3": "cubed", "squared": "squared", "cubed": "cubed"}
_LARGEST_IMPROPER = 16
_METER = re.compile(r"\s(?:time|meter|signature)\b")


def fraction(match: re.Match[str]) -> str | None:
    """1/2, 3/4, "3 1/2", 22/7; 7/7 is "seven out of seven", 1/0 "one over zero"."""
    words = _fraction(match)
    return None if words is None else apart(match, words)


def _fraction(match: re.Match[str]) -> str | None:
    top, bottom = int(match["top"]), int(match["bottom"])
    unit = UNITS.get(match["unit"] or "")
    if match["unit"] and not unit:
        return None
    if _METER.match(after(match)):
        return f"{numbers.integer(match['top'])} {numbers.integer(match['bottom'])}"
    if match["whole"]:
        if not 0 < top < bottom:
            return None
        words = f"{numbers.integer(match['whole'])} and {_parts(top, bottom, 'a')}"
        return f"{words} {unit[1]}" if unit else words
    if top == bottom:
        return f"{numbers.cardinal(top)} out of {numbers.cardinal(bottom)}"
    if not top or bottom < 2 or (top > bottom > _LARGEST_IMPROPER):
        return f"{numbers.integer(match['top'])} over {numbers.integer(match['bottom'])}"
    words = _parts(top, bottom, "one")
    if not unit:
        return words
    article = "an" if unit[0][0] in "aeiou" or unit[0].startswith("hour") else "a"
    return f"{words} {unit[0]}" if (top, bottom) == (1, 2) else f"{words} of {article} {unit[0]}"


def _parts(top: int, bottom: int, one: str) -> str:
    many = f"{numbers.ordinal(bottom)}s"
    part, parts = _DENOMINATORS.get(bottom, (numbers.ordinal(bottom), many))
    return f"{one} {part}" if top == 1 else f"{numbers.cardinal(top)} {parts}"


def degrees(match: re.Match[str]) -> str:
    """20 °C as "twenty degrees Celsius"."""
    amount, scale = match["amount"], match["scale"]
    words = f"{numbers.decimal(amount)} {'degree' if amount == '1' else 'degrees'}"
    return apart(match, words + (f" {_DEGREES[scale]}" if scale else ""))


def position(match: re.Match[str]) -> str:
    """45°30'15"N as degrees, minutes and seconds."""
    parts = [f"{numbers.decimal(match['degrees'])} degrees"]
    for name in ("minutes", "seconds"):
        if match[name]:
            parts.append(f"{numbers.decimal(match[name].lstrip('0') or '0')} {name}")
    side = match["side"]
    return apart(match, " ".join(parts) + (f" {_DEGREES[side]}" if side else ""))


def feet(match: re.Match[str]) -> str:
    """5'10" as "five foot ten"."""
    return f"{numbers.integer(match['feet'])} foot {numbers.integer(match['inches'])}"


def long_feet(match: re.Match[str]) -> str:
    """6' tall as "six feet tall"."""
    words = ("foot", "feet") if match["mark"] == "'" else ("inch", "inches")
    return f"{numbers.decimal(match['amount'])} {words[match['amount'] != '1']}"


def unit(match: re.Match[str]) -> str | None:
    """5 km as "five kilometers", 5 m/s² as "five meters per second squared", 5-km as one."""
    name, below = match["unit"], match["per"]
    dotted = match["dot"] and not ends_text(match)
    known = UNITS.get(name) or (_INCHES.get(name) if match["dot"] or match["square"] else None)
    under = below and (PER.get(below) or (UNITS[below][0] if below in UNITS else None))
    if known is None or (below and not under) or (name in _GAPPED and match["gap"] != " "):
        return None
    single = match["amount"] == "1" or match["gap"] == "-" or is_attribute(match)
    words = known[0] if single else known[1]
    square = match["square"] and _SQUARE[match["square"].strip(". ")]
    power = f"{square} " if square else _POWER.get((match["power"] or "").strip(), "")
    words = f"{numbers.decimal(match['amount'])} {power}{words}"
    if under:
        exponent = _EXPONENTS.get((match["exponent"] or "").strip(), "")
        cubic = exponent in ("squared", "cubed") and under != "second"
        words += f" per {_POWER[exponent]}{under}" if cubic else f" per {under}"
        words += f" {exponent}" if exponent and not cubic else ""
    return f"{words}." if match["dot"] and not dotted else words


def bare(match: re.Match[str]) -> str | None:
    """km/h without a number, as "kilometers per hour"."""
    above, below = UNITS.get(match["unit"]), PER.get(match["per"])
    return f"{above[1]} per {below}" if above and below else None


def thousands(match: re.Match[str]) -> str:
    """5k as "five thousand"."""
    return f"{numbers.decimal(match['amount'])} thousand"


_FRACTION = (
    r"(?P<top>[0-9]{1,4})/(?P<bottom>[0-9]{1,4})(?![0-9/])(?:[\s-]?(?P<unit>UNIT)(?!\w))?"
).replace("UNIT", "|".join(sorted(UNITS, key=lambda name: (-len(name), name))))
_EXPONENT = r"2|3|\ssquared|\scubed"
RULES = (
    rule(
        "mixed fraction",
        rf"(?<![0-9/.,])(?P<whole>[0-9]+)[\s-]+{_FRACTION}",
        fraction,
        "[0-9]/[0-9]",
    ),
    rule("fraction", rf"(?<![0-9/.,])(?P<whole>){_FRACTION}", fraction, "[0-9]/[0-9]"),
    rule(
        "position",
        r"(?P<degrees>[0-9](?<![0-9]{2})[0-9]*)\s?°\s?(?P<minutes>[0-9]{1,2}(?:\.[0-9]+)?)\s?'"
        r"(?:\s?(?P<seconds>[0-9]{1,2}(?:\.[0-9]+)?)\s?\")?(?:\s?(?P<side>[NSEW])\b)?",
        position,
        "° ?[0-9]",
    ),
    rule(
        "degrees",
        rf"(?P<amount>[0-9](?<![0-9]{{67}}){NUMBER_REST})\s?°\s?(?P<scale>[CFKNSEW]\b)?",
        degrees,
        "[0-9] ?°",
    ),
    rule("feet and inches", r"\b(?P<feet>[0-9]+)'\s?(?P<inches>[0-9]+)\"", feet, "[0-9]' ?[0-9]"),
    rule(
        "feet",
        rf"(?<![\w'\"])(?P<amount>{NUMBER})(?P<mark>['\"])(?=\s(?:tall|long|wide|high|deep|thick)\b)",
        long_feet,
        "[0-9]['\"] [tlwhd]",
    ),
    rule("thousands", rf"(?P<amount>{FREE_NUMBER})k\b", thousands, "[0-9]k"),
    rule(
        "unit",
        rf"(?P<amount>{FREE_NUMBER})(?P<gap>[\s-]?)(?P<square>(?:sq|cu)\.?\s)?"
        rf"(?P<unit>[A-Za-zμΩ]{{1,5}})(?P<power>{_EXPONENT})?"
        rf"(?:\s?/(?P<per>[A-Za-zμ]{{1,8}})(?P<exponent>{_EXPONENT})?)?"
        r"(?P<dot>\.(?=\s[a-z0-9(]|[,;]|[\"')\s]*$))?(?![\w/'])",
        unit,
        "[0-9][ -]?[A-Za-zμΩ]",
    ),
    rule(
        "unit alone",
        r"(?<![\w/])(?P<unit>[A-Za-z]{1,4})/(?P<per>[a-z]{1,6})(?![\w/])",
        bare,
        "[A-Za-z]/[a-z]",
    ),
)
