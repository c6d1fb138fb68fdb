"""The units of measurement: symbols, names, and which of them may stand alone."""

import re

from pngnw.normalize.rule import readings, word_set

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
    "A": ("kmμn", "ampere"),
    "Ah": ("-m", "ampere-hour"),
    "Hz": ("-kMGT", "hertz|hertz"),
    "J": ("-kMGm", "joule"),
    "cal": ("-k", "calorie"),
    "eV": ("-kMGT", "electron volt"),
    "Pa": ("-hkMG", "pascal"),
    "N": ("-kMm", "newton"),
    "Nm": ("-k", "newton meter"),
    "bar": ("-m", "bar|bar"),
    "mol": ("-kmμ", "mole"),
    "M": ("mμn", "molar|molar"),
    "Ω": ("-", "ohm"),
    "F": ("μnp", "farad"),
    "H": ("mμ", "henry|henries"),
    "T": ("mμ", "tesla"),
    "Bq": ("-kMG", "becquerel"),
    "Sv": ("-mμ", "sievert"),
    "B": ("kMGTP", "byte"),
    "b": ("MG", "bit"),
    "bps": ("kMGT", "bit per second"),
    "Bps": ("kMGT", "byte per second"),
    "Gy": ("-m", "gray"),
    "VA": ("-kM", "volt-ampere"),
    "bit": ("kMG", "bit"),
    "px": ("-M", "pixel"),
    "lm": ("-", "lumen"),
    "t": ("-kM", "ton"),
    "pc": ("kMG", "parsec"),
}
_PLAIN = readings(
    "s second, K kelvin, kΩ kilohm, MΩ megohm, KB kilobyte, Kb kilobit, KiB kibibyte, MiB "
    "mebibyte, GiB gibibyte, Kg kilogram, KG kilogram, kgs kilogram, Km kilometer, kms kilometer, "
    "kph kilometer per hour, kmh kilometer per hour, cc cubic centimeter, KHz kilohertz|kilohertz, "
    "MHZ megahertz|megahertz, KW kilowatt, lb pound, lbs pound, oz ounce, ft foot|feet, yd yard, "
    "yds yard, mi mile, nmi nautical mile, mph mile per hour, mpg mile per gallon, gal gallon, qt "
    "quart, pt pint, tsp teaspoon, tbsp tablespoon, ha hectare, hr hour, hrs hour, h hour, min "
    "minute, mins minute, sec second, secs second, yr year, yrs year, wk week, wks week, mos "
    "month, ly light year, AU astronomical unit, dB decibel, dBA decibel A|decibels A, rpm "
    "revolution per minute, bpm beat per minute, fps frame per second, dpi dot per inch, ppi pixel "
    "per inch, psi pound per square inch, ppm part per million, ppb part per billion, hp "
    "horsepower|horsepower, bhp brake horsepower|brake horsepower, kcals kilocalorie, atm "
    "atmosphere, mmHg millimeter of mercury, kt kiloton, kts knot, kn knot, ac acre, cwt "
    "hundredweight|hundredweight, MP megapixel, bp basis point, pct percent|percent, doz "
    "dozen|dozen, kb kilobyte, bps basis point, mcg microgram, IU international unit, floz fluid "
    "ounce, ftlb foot-pound, ftlbs foot-pound, lbft pound-foot|pound-feet, sqft square foot|square "
    "feet, sqm square meter, sqkm square kilometer, sqmi square mile, kmph kilometer per hour, Tbs "
    "tablespoon, tbs tablespoon, tbsps tablespoon, tsps teaspoon, ozs ounce, mo month, wks week, "
    "rad radian, Torr torr|torr, torr torr|torr, Å angstrom, lx lux|lux, cd candela, mEq "
    "milliequivalent, inHg inch of mercury, lbf pound-force|pounds-force, gm gram, gms gram, kgf "
    "kilogram-force|kilograms-force, mils mil, nits nit, bbl barrel, mil mil, gpm gallon per "
    "minute, cfm cubic foot per minute|cubic feet per minute, rps revolution per second, knots "
    "knot, ohms ohm"
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
# Before a noun a measure is singular: "a 9 mm gun", "the 5 km race", "10,000 m race".
OWNERS = word_set("the his her its their our your my this that another every")
NO_NOUN = word_set(
    "a an and are as at away before behind between but by can for from had has he her his if in "
    "into is it its left long near north of off on or our out over per she should so south than "
    "that the then they this to under until up was we were when which while who will with would "
    "you east west above below wide high deep tall thick apart apiece each total remaining ahead "
    "or"
)
SIZED = word_set(
    "race dash run relay hurdles freestyle sprint final zone bottle engine gun rifle pistol cannon "
    "caliber film lens shell pipe screen display monitor bag radius barrier limit marathon hike"
)
# In any case of letters, except where that is another word.
_NO_UNITS = word_set(
    "AC AL AM BP GPA Bar CL Cal EV Ev GM Gal Gm HA HR Ha Hr KN Kn LM Lm Ly MI MIL MM MT Mt MO MOL "
    "MS Mi Mil Min Mm Mo Mol Ms NITS NM PA PC PM PT Pc Pm Pt RAD Rad SEC SV AU Au Cd CD Ac Bp"
)
_ANY_CASE = {symbol.lower(): names for symbol, names in reversed(UNITS.items())}
# What can only be a unit, also behind "several" or "ten".
UNMISTAKABLE = word_set(
    "kg kgs km kms cm mm mg mcg mL ml lb lbs oz sqft mph kph kHz MHz GHz kW kWh MW GW KB "
    "MB GB TB tsp tsps tbsp hr hrs mins secs yrs ft kcal kPa MPa psi rpm kbps Mbps Gbps mpg dB μm "
    "nm"
)
SQUARE = {"sq": "square", "cu": "cubic"}
POWERS = {"2": "square", "3": "cubic"}
# Behind "per" or a slash only, besides all units.
PER = readings(
    "s second, h hour, d day, day day, week week, wk week, mo month, month month, y year, yr year, "
    "year year, hour hour, minute minute, second second, person person, capita capita, mile mile, "
    "kg kilogram, lb pound, oz ounce, in inch, night night, unit unit, share share, game game, "
    "barrel barrel, liter liter, litre litre, gallon gallon, user user, head head, sqft square "
    "foot, visit visit, piece piece, pc piece, ea each, item item, ton ton, tonne tonne, acre "
    "acre, dozen dozen, word word, page page, foot foot, pound pound, ounce ounce, semester "
    "semester, quarter quarter, room room, ticket ticket, bottle bottle, student student"
)


def unit_of(symbol: str) -> tuple[str, str] | None:
    """The names, one and many, of a unit written in any usual way ("KM", "fl. oz")."""
    plain = re.sub("[ .-]", "", symbol)
    if plain in UNITS:
        return UNITS[plain]
    return _ANY_CASE.get(plain.lower()) if len(plain) > 1 and plain not in _NO_UNITS else None


def per(symbol: str) -> str | None:
    """The name of what is behind a slash: "h", "kg", "sq ft", "km2", "day"."""
    square, _, rest = symbol.replace(".", "").rpartition(" ")
    if rest in PER and not square:
        return PER[rest]
    if rest[-1] in POWERS:
        square, rest = POWERS[rest[-1]], rest[:-1]
    names = unit_of(rest)
    return f"{SQUARE.get(square, square)} {names[0]}".lstrip() if names else None
