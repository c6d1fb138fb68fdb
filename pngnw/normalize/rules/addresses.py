"""Addresses of places: house numbers, compass letters, kinds of street, states and postal codes.

The name of a street says what stands around it: first its kind is read (before any other
abbreviation: "St." is no saint behind a name), then compass letters, then the house number.
"""

import re
from functools import partial

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    OPENERS,
    after,
    any_of,
    before,
    last_word,
    next_word,
    plain_rule,
    readings,
    rule,
    with_stop,
    word_set,
)

# Kinds of street that stand for nothing else behind a name, in small letters and capitals too.
_SURE = readings(
    "Ave Avenue, Blvd Boulevard, Rd Road, Ln Lane, Pkwy Parkway, Hwy Highway, Expy Expressway, "
    "Expwy Expressway, Fwy Freeway, Tpke Turnpike, Trl Trail, Xing Crossing, Aly Alley, "
    "Cres Crescent, Gdns Gardens, Brg Bridge, Byp Bypass, Cswy Causeway, Thwy Throughway"
)
# These need a house number in front, or a full stop, a mark or the end of the text behind.
_DOUBTFUL = readings(
    "St Street, Dr Drive, Ct Court, Pl Place, Sq Square, Ter Terrace, Cir Circle, Plz Plaza, "
    "Hts Heights, Pt Point, Mt Mount, Ctr Center"
)
# These are roads wherever they stand, with a number or without.
_ROADS = readings(
    "rte route, rt route, hwy highway, expy expressway, fwy freeway, pkwy parkway, tpke turnpike"
)
_FULL = word_set("Street Avenue Road Drive Lane Boulevard Highway Parkway Terrace Broadway")
# After these a house number is sure in front of a mark only: "350 Supreme Court cases".
_FULL_DOUBTFUL = word_set("Court Place Square Circle Trail Crossing Alley Crescent Way Plaza Close")
_COMPASS = readings(
    "N North, S South, E East, W West, NE Northeast, NW Northwest, SE Southeast, SW Southwest"
)
STATES = readings(
    "AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut, "
    "DE Delaware, DC D.C., FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois, IN Indiana, "
    "IA Iowa, KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts, "
    "MI Michigan, MN Minnesota, MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada, "
    "NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York, NC North Carolina, "
    "ND North Dakota, OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, RI Rhode Island, "
    "SC South Carolina, SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia, "
    "WA Washington, WV West Virginia, WI Wisconsin, WY Wyoming, PR Puerto Rico"
)
# State codes that are words too: "Well, OK", "Paul, MD". Only with a postal code or as a place.
_WORDS = word_set("HI MA MD ME OH OK PA")
_ROOMS = readings("Apt apartment, Ste suite, Rm room, Bldg building, Fl floor")
_ORDINAL = r"[0-9]{1,3}(?:st|nd|rd|th)"
_NAME = rf"(?:[A-Z][\w'.]{{1,20}}|{_ORDINAL})"
_KINDS = any_of({*_FULL, *_SURE, *_SURE.values(), *_DOUBTFUL})
_NAMED = (  # a street: its name and its kind
    rf"(?:{_NAME}\s){{1,3}}?(?:(?:{_KINDS})\b|(?:{any_of(_FULL_DOUBTFUL)})(?=[.,;:!?)]|$))"
)
_SMALL = any_of(word.lower() for word in (*_SURE, *_DOUBTFUL))
_FULL_KINDS = any_of({*_FULL, *_SURE.values(), *_DOUBTFUL.values()})
_FULL_SMALL = any_of(word.lower() for word in (*_FULL, *_SURE.values(), *_DOUBTFUL.values()))
_POINTS = any_of(_COMPASS)
_HOUSE = r"[0-9](?<![\w.,$/:-][0-9])[0-9]{0,4}(?:-[0-9]{2,3})?[A-Z]?"
_SHORT = {**_SURE, **_DOUBTFUL}
_SHORT |= {short.upper(): words for short, words in _SHORT.items()} | {
    short.lower(): words.lower() for short, words in _SHORT.items()
}
_SURE_FORMS = any_of(form for short in _SURE for form in (short, short.lower(), short.upper()))
_ROAD_FORMS = {
    form: words if form == short else words.capitalize()
    for short, words in _ROADS.items()
    for form in (short, short.title(), *((short.upper(),) if len(short) > 2 else ()))
}
_NUMBERED = any_of((*_DOUBTFUL, "st", "pl", "ct", "ter"))
_STATE = any_of(STATES)
_STATE_NAME = any_of(STATES.values())
_PLACE = re.compile(
    r"(?:\b(?:[Ii]n|[Ff]rom|[Tt]o|[Nn]ear|[Aa]t|[Oo]f|[Aa]round|[Oo]utside)|[,0-9])\s"
    r"(?:[A-Z][\w.'-]*\s){0,2}[A-Z][\w'-]*\Z"
)
_TOWN = re.compile(r"(?:^|[\s(\"'-])[A-Z](?:[a-z']+|[A-Z]+|[a-z]+-[A-Z][a-z]+|t\.)\Z")
_BEFORE_SAINT = word_set("Rue Mount Mt. Port Fort Ft. East West North South Lake Bay Cape Old New")
_LATIN = word_set("Maria Verum Regina Caesar Imperator Atque")


def kind(match: re.Match[str]) -> str | None:
    """Ave, Expy or St behind a name; but "Rue St. Denis" has a saint."""
    name = before(match, "it").rstrip().rpartition(" ")[2]
    if name in _BEFORE_SAINT and after(match).lstrip()[:1].isupper():
        return None
    return with_stop(match, _SHORT[match["short"]])


def sure_kind(match: re.Match[str]) -> str | None:
    """A kind of street that needs no house number, behind a name or an ordinal."""
    name = before(match, "it").rstrip().rpartition(" ")[2]
    named = name[:1].isupper() or (name[:1].isdigit() and name[-1:].isalpha())
    return kind(match) if named and next_word(match) not in _LATIN else None


def street(match: re.Match[str]) -> str | None:
    """Dr., St. and Ct. behind a name: no other name follows, or a new sentence does."""
    rest = after(match).lstrip()
    if rest[:1].isupper() and not (next_word(match) in OPENERS and match[0][-1] == "."):
        return None
    return kind(match)


def compass(match: re.Match[str]) -> str:
    """N as "North", SW as "Southwest"."""
    return with_stop(match, _COMPASS[match["point"]])


def compass_before(match: re.Match[str]) -> str | None:
    """The same before a street, but not the initial of a name ("George W. Fox Street")."""
    name = last_word(before(match))
    return None if name.istitle() and name not in OPENERS and match.start() > 9 else compass(match)


def compass_behind(match: re.Match[str]) -> str | None:
    """The same behind a street, but not its name ("on Avenue N")."""
    name = last_word(before(match))
    return compass(match) if len(match["point"]) > 1 or not name.islower() else None


def house(match: re.Match[str]) -> str | None:
    """708 as "seven oh eight", 12345 digit by digit, 12-34 as "twelve thirty-four"; no "No. 10"."""
    if before(match).lower().endswith("no. "):
        return None
    digits = match["it"].rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    words = " ".join(
        numbers.digits(part) if len(part) > 4 or part[0] == "0" else _pairs(int(part))
        for part in digits.split("-")
    )
    return f"{words} {match['it'][len(digits) :]}".rstrip()


def _pairs(number: int) -> str:
    high, low = divmod(number, 100)
    if high and high % 10 == 0 and 0 < low < 10:
        return f"{numbers.cardinal(high)} {numbers.short_year(low)}"
    return numbers.paired(number)


def state(match: re.Match[str]) -> str | None:
    """TX behind a town as "Texas"; letters that are a word too only where a place is sure."""
    code, town = match["it"][:2], before(match)
    sure = _TOWN.search(town) and (code not in _WORDS or _PLACE.search(town))
    return STATES[code] if match["zip"] is not None or sure else None


def letters_and_digits(match: re.Match[str]) -> str:
    """SW1A 1AA and K1A 0B1: letters and digits one by one, in two groups."""
    groups = (
        " ".join(c if c.isalpha() else numbers.digits(c) for c in group)
        for group in match[0].split()
    )
    return ", ".join(groups)


def paired(match: re.Match[str]) -> str:
    """The number of a box or a road, in pairs."""
    return numbers.paired(int(match["it"]))


# Triggers: many rules share one, because each costs a look at every text.
_street_rule = partial(
    plain_rule,
    trigger=rf"(?:^|[^.A-Za-z])(?:{_SURE_FORMS}|{any_of(_ROAD_FORMS)})(?-u:\b)"
    rf"|[a-z'] (?:{any_of(_DOUBTFUL)})(?-u:\b)"
    rf"|[0-9].* (?:{_KINDS}|{any_of(_FULL_DOUBTFUL)}|{_SMALL}|{_FULL_SMALL})(?-u:\b)"
    rf"|(?:{_FULL_KINDS}) (?:{_POINTS})(?-u:\b)",
)
_number_rule = partial(
    rule,
    trigger=r"[0-9] [NSEW]|US-[0-9]|(?:[IR]-|oute |ighway |S\. |ox |OX )[0-9]{3}|[a-z.] [0-9]{5}"
    r"|[0-9A-Z] [0-9][A-Z]",
)
_COMPASS_LETTERS = rf"(?-u:\b)(?:{_POINTS})\.? [A-Z0-9ocsqp]"
_ROOM = r"(?:[Aa]pt|[Ss]te|[Rr]m|[Bb]ldg|Fl)\.? [#0-9A-Z]|P\.? ?O\.? [Bb]"
_SMALL_NAME = rf"(?:[a-z]{{3,20}}\s)?(?:[a-z]{{3,20}}|{_ORDINAL})"
RULES = (
    plain_rule("county road", r"\bCo\.(?=\s(?:Rd|Road|Hwy|Highway)\b)", "County", r"Co\. [RH]"),
    _street_rule(
        "street of an address",
        rf"{_HOUSE},?\s(?:(?:{_POINTS})\b\.?\s)?(?:{_NAME}\s){{1,3}}?"
        rf"(?P<it>(?P<short>{any_of(_DOUBTFUL)})\b\.?)",
        kind,
    ),
    _street_rule(
        "street of a small address",
        rf"{_HOUSE}\s(?:[ns]?[ew]\.?\s|[ns]\.?\s)?{_SMALL_NAME}\s(?P<it>(?P<short>{_SMALL})\b\.?)"
        r"(?=[.,;!?]|$|\s(?:in|and|at|near|apt|ste|unit|#))",
        kind,
    ),
    _street_rule(
        "numbered street", rf"[0-9](?:st|nd|rd|th)\s(?P<it>(?P<short>{_NUMBERED})\b\.?)", kind
    ),
    _street_rule("kind of street", rf" (?P<it>(?P<short>{_SURE_FORMS})\b\.?)(?!['-]\w)", sure_kind),
    _street_rule(
        "street",
        r"\b[A-Z][a-z']+\s(?P<it>(?P<short>Dr|St|Ct|Pl|Sq|Cir|Ter)(?:\.|\b(?=[,;:.!?]|$|\s[a-z]{2})))",
        street,
    ),
    _street_rule(
        "road",
        rf"(?<![\w.-])(?P<short>{any_of(_ROAD_FORMS)})\b(?!['-]\w)\.?",
        lambda match: _ROAD_FORMS[match["short"]],
    ),
    _number_rule(
        "compass behind a road",
        r"\b(?:I-|US-|Highway\s|Route\s|Interstate\s)[0-9]{1,3}\s(?P<it>(?P<point>[NSEW])\b)(?![\w'.-]\w)",
        compass,
    ),
    _number_rule("U.S. road", r"\bUS-(?=[0-9]{1,3}\b)", "U.S. "),
    _number_rule(
        "numbered road",
        r"\b(?:I-|SR-|U\.S\.\s(?:Route\s)?|US\sRoute\s|[Hh]ighway\s)(?P<it>[0-9]{3})(?![\w%]|[.,-][0-9])",
        paired,
    ),
    rule(
        "small compass before a street",
        rf"(?<=[0-9] )(?P<it>(?P<point>ne|nw|se|sw)\b\.?)(?=\s{_SMALL_NAME}\s)",
        lambda match: _COMPASS[match["point"].upper()].lower(),
        r"[0-9] (?:ne|nw|se|sw)",
    ),
    plain_rule(
        "compass before a street",
        rf"\b(?<![.'-])(?P<it>(?P<point>{_POINTS})\b\.?)(?=\s(?:{_NAMED}|{_ORDINAL}\b))",
        compass_before,
        _COMPASS_LETTERS,
    ),
    _number_rule(
        "compass behind a house",
        rf"[0-9](?<![\w.,][0-9])[0-9]{{2,4}}\s(?P<it>(?P<point>{_POINTS})\b)(?=\s[A-Z][a-z]{{3,}})",
        compass,
    ),
    _street_rule(
        "compass behind a street",
        rf"\b(?:{_FULL_KINDS})\s(?P<it>(?P<point>{_POINTS})\b\.?)(?![\w'-])",
        compass_behind,
    ),
    plain_rule(
        "direction",
        r"\b(?P<it>(?P<point>NE|NW|SE|SW))\b(?=\s(?:of|corner|side|quadrant|part|section)\b)",
        compass,
        _COMPASS_LETTERS,
    ),
    _street_rule(
        "house number",
        rf"(?P<it>{_HOUSE})(?=,?\s(?:(?:(?:{_POINTS}|{any_of(_COMPASS.values())})\b\.?\s)?{_NAMED}"
        rf"|(?:(?:[nsew]|north[a-z]*|south[a-z]*|east|west)\.?\s)?{_SMALL_NAME}\s(?:{_FULL_SMALL})\b(?=[.,;!?]|$|\s(?:in|and|at|near|apt|ste|unit|#))))",
        house,
    ),
    plain_rule(
        "state",
        rf"[, ](?<=[A-Za-z.][, ]) ?(?P<it>(?:{_STATE})\b(?:\.(?=,))?)"
        r"(?:(?P<zip>(?=\s[0-9]{5}\b))|(?:(?<=,\s[A-Z]{2})|(?<=,\s[A-Z]{2}\.))(?![\w'-]|\.\w))",
        state,
        rf"[, ](?:{_STATE})(?-u:\b)",
    ),
    _number_rule(
        "postal code",
        rf"\b(?:{_STATE_NAME})\s(?P<it>[0-9]{{5}}(?:-[0-9]{{4}})?)(?![\w-])",
        lambda match: None if match["it"].endswith("000") else numbers.code(match["it"]),
    ),
    _number_rule(
        "foreign postal code",
        r"\b(?:[A-Z]{1,2}[0-9][0-9A-Z]?\s[0-9][A-Z]{2}|[A-Z][0-9][A-Z]\s[0-9][A-Z][0-9])\b",
        letters_and_digits,
    ),
    plain_rule(
        "room",
        r"\b(?P<short>[Aa]pt|[Ss]te|[Rr]m|[Bb]ldg|Fl)\b\.?(?=\s#?(?:[0-9]|[A-Z]\b))",
        lambda match: _ROOMS[match["short"].capitalize()],
        _ROOM,
    ),
    _number_rule("box", r"\b(?:[Bb]ox|BOX)\s(?P<it>[1-9][0-9]{2,3})(?![\w%]|[.,-][0-9])", paired),
    plain_rule("post office", r"\bP\.?\s?O\.?(?=\s(?:[Bb]ox|BOX)\b)", "P.O.", _ROOM),
)
