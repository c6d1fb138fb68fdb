"""Numbers by themselves: ordinals, years and whatever is left.

A bare number from 1100 to 2099 is a year unless its neighbors say that it is a count, see `year`;
one from 1000 to 1099 only if they say that it is a year.
"""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    FREE_NUMBER,
    NUMBER,
    apart,
    before,
    last_word,
    next_word,
    readings,
    rule,
    word_set,
)
from pngnw.normalize.rules.dates import MONTHS

# A number from 1000 to 2099 behind one of these is a year, whatever follows.
_YEAR_BEFORE = word_set(
    "in since during circa early mid late year spring summer autumn fall winter christmas easter "
    "census"
) | {month.lower() for month in MONTHS}
# Behind one of these it is a year unless something counted follows.
_YEAR_OR_COUNT_BEFORE = word_set("until till by before after for from between years")
# Behind one of these it is a count.
_COUNT_BEFORE = word_set(
    "nearly almost over exactly only roughly approximately some than least another these "
    "all every extra additional number no page pages line lines model psalm times plus minus "
    "equals total totaling totalling averaging numbering seating"
)
# "a population of 1500": behind "of" it is a count after these.
_COUNTED_OF = word_set(
    "population total number height altitude elevation area length distance cost capacity average "
    "sum maximum minimum range speed depth weight mass crew force army fleet garrison audience "
    "membership group body party band list minority majority price budget salary strength sample "
    "set collection stock circulation score majority workforce staff rate width value fine output "
    "congregation fortune income pension"
)
# Before one of these it is a count.
_COUNTED = word_set(
    "men women people persons inhabitants residents souls citizens soldiers troops sailors marines "
    "horses horsemen cavalry infantry prisoners casualties dead wounded killed deaths victims "
    "refugees immigrants settlers slaves workers employees students pupils members children "
    "families households houses homes buildings rooms beds seats ships boats aircraft planes "
    "vehicles cars tanks guns rifles copies pages words lines verses letters books volumes titles "
    "species genera miles yards feet inches meters metres kilometers kilometres acres hectares "
    "square cubic tons tonnes pounds kilograms grams ounces gallons liters litres barrels dollars "
    "cents euros pence francs marks rubles livres guineas crowns florins ducats yen rupees degrees "
    "volts watts kilowatts megawatts horsepower rpm hertz hours minutes seconds days weeks months "
    "points votes goals runs games matches wins hits head percent calories times others more fewer "
    "such different individual kinds varieties thousand million billion light-years sheep cattle "
    "schools churches villages islands lakes geese mice deer fish oxen teeth bison elk trout "
    "salmon swine poultry staff personnel police youths users viewers followers subscribers "
    "downloads views customers jobs shares visitors residents"
)
# "He owns 1600 vinyl records": words that may stand between a number and what it counts do not
# include these, and no past tense.
_NO_ADJECTIVE = word_set(
    "many most several some all both these those other certain few no any "
    "brought began gave became left took came made sees marks marked"
) | {*numbers.ONES, *numbers.TENS}
# The number is in millions, not in meters.
_MILLIONS = word_set(
    "people users viewers views followers subscribers downloads copies customers jobs homes "
    "barrels tonnes tons shares votes residents members visitors workers children households "
    "dollars pounds euros streams players accounts devices tourists passengers"
)
# "1500 of them", but not "the bill for 1996 of two millions".
_OF_THESE = word_set("the them these those us his her its their my our your which whom")
# End in "s" but count nothing: "1984 was".
_NO_PLURAL = word_set(
    "was is has does as its his hers this thus us yes always perhaps towards afterwards besides "
    "across versus plus minus unless ours theirs yours whereas sometimes census"
)
# No adjective of something counted: "1984 and men", "1984 were men".
_NO_NOUN_FOLLOWS = _NO_PLURAL | word_set(
    "a an and are as at but by can could did for from had have in into is it of on or saw "
    "should so some than that the their then to were when where which while who will with would"
)
# Determiners make the noun behind a year the thing meant: "the 1960 elections".
_DETERMINERS = word_set("the a an its his her their our this that each")
_FOLLOWING = re.compile(r"\s([^\W\d_][\w'-]*)(?:\s([^\W\d_][\w'-]*))?")
_SCALES = readings(
    "k thousand, m million, mn million, mln million, b billion, bn billion, tn trillion"
)
_OF = re.compile(r"([^\W\d_]+)\sof\s(?:about\s|around\s|some\s)?$")
_DATE = re.compile(rf"(?:{'|'.join(MONTHS)})\b[^.;:!?]{{0,24}}$")


def year(match: re.Match[str]) -> str | None:
    """A year in words, or None where the number is a count.

    A year: behind a word that goes with years ("in 1500", "May 1945"). Else a count: before
    something counted ("1500 men", "2000 square miles", "1500 of them"). Else a year: behind a word
    that goes with both ("by 1500"). Else a count: behind a word that goes with counts ("nearly
    1500", "a population of 1500"), or before a plural in small letters without a determiner
    ("1200 geese", but "the 1960 elections"). Else a year, from 1100 on.
    """
    number, front = int(match[0]), before(match)
    previous = last_word(front).lower()
    if previous in _YEAR_BEFORE or _ends_in_date(front):
        return numbers.paired(number)
    if _counts(_FOLLOWING.match(match.string, match.end())):
        return None
    if previous in _YEAR_OR_COUNT_BEFORE:
        return numbers.paired(number)
    of = _OF.search(front) if " of " in front[-12:] else None
    dated = previous == "least" and number % 100 != 0  # "since at least 1992"
    if (previous in _COUNT_BEFORE and not dated) or (of and of[1].lower() in _COUNTED_OF):
        return None
    counted = _is_plural(next_word(match)) or _is_counted_further(match, front)
    if counted and previous not in _DETERMINERS and not front.endswith(("'s ", "s' ")):
        return None
    return None if number < 1100 else numbers.paired(number)


def _is_counted_further(match: re.Match[str], front: str) -> bool:
    """ "owns 1600 vinyl records", but not "In all, 1600 brought new laws"."""
    following = _FOLLOWING.match(match.string, match.end())
    word = last_word(front)
    if following is None or not (word.islower() and front.endswith(f"{word} ")):
        return False
    if word in _NO_NOUN_FOLLOWS and word not in ("had", "have", "has", "saw"):
        return False
    first, second = following[1], following[2] or ""
    return (
        first.islower()
        and not first.endswith(("ed", "ing", "s", "ly"))
        and first not in _NO_ADJECTIVE
        and first not in _NO_NOUN_FOLLOWS
        and _is_plural(second)
    )


def _counts(following: re.Match[str] | None) -> bool:
    """Whether the two words behind a number are something counted."""
    if following is None:
        return False
    first, second = following[1], following[2]
    if first in _COUNTED or (first == "of" and second in _OF_THESE):
        return True
    if first == "or" and second == "so":
        return True
    return second in _COUNTED and first.islower() and first not in _NO_NOUN_FOLLOWS


def _ends_in_date(front: str) -> bool:
    """ "July fourth, " and the like."""
    ends = front.rstrip(" ,").endswith(("first", "second", "third", "th"))
    return ends and _DATE.search(front) is not None


def _is_plural(word: str) -> bool:
    return (
        word.islower()
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "'s"))
        and word not in _NO_PLURAL
    )


def ordinal(match: re.Match[str]) -> str:
    """21st as "twenty-first"."""
    plain = match["number"].replace(",", "")
    if len(plain) > numbers.LONGEST:
        return numbers.digits(plain)
    return numbers.ordinal(int(plain))


def scaled(match: re.Match[str]) -> str | None:
    """5M users, 10K runners, 3.2bn."""
    scale, noun, amount = match["scale"], next_word(match), match["amount"]
    plural = noun in _COUNTED or noun in _MILLIONS or (_is_plural(noun) and amount not in "48")
    if scale in "KMB" and not plural and not (scale == "M" and "." in amount):
        return None
    if scale == "m" and noun not in _MILLIONS:
        return None
    return f"{numbers.decimal(amount)} {_SCALES[scale.lower()]}"


def grouped(match: re.Match[str]) -> str:
    """1,00,000 and 1.000.000 with a comma before every three digits."""
    whole, _, cents = match[0].partition(",") if match[0].count(".") else (match[0], "", "")
    digits = whole.replace(",", "").replace(".", "")
    return f"{int(digits):,}" + (f".{cents}" if cents else "")


def number(match: re.Match[str]) -> str:
    """What is left: an integer or a decimal."""
    return apart(match, numbers.decimal(match[0]))


_MARKED = "€£$¥₹"
# In front of the units, which know the meter too.
SCALED = (
    rule(
        "scaled",
        rf"(?P<amount>{FREE_NUMBER})\s?(?P<scale>(?<=[0-9])[KMBm]|bn|mn|mln|tn)(?![\w'.-])",
        scaled,
        "[0-9] ?(?:[KMBm]|bn|mn|mln|tn)",
    ),
)
# In front of the money and the codes.
GROUPS = (
    rule(
        "Indian groups",
        r"[0-9](?<![\w.,][0-9])[0-9]?(?:,[0-9]{2}){1,20},[0-9]{3}(?!\w|,[0-9])",
        grouped,
        "[0-9],[0-9]{2},[0-9]",
    ),
    rule(
        "groups by points",
        r"[1-9](?<![\w.,][0-9])[0-9]{0,2}(?:\.[0-9]{3},[0-9]{2}|(?:\.[0-9]{3}){2,20}(?:,[0-9]{2})?)"
        r"(?![\w-]|[.,][0-9])",
        grouped,
        r"[0-9]\.[0-9]{3}[.,][0-9]",
    ),
    rule(
        "thousands of euros",
        r"(?<=€)[1-9][0-9]{0,2}\.[0-9]{3}(?!\w|[.,][0-9])|[1-9](?<![\w.,][0-9])[0-9]{0,2}\.[0-9]{3}(?=\s?€)",
        grouped,
        r"[0-9]\.[0-9]{3}",
    ),
    rule(
        "decimal comma",
        rf",(?:(?<=[{_MARKED}][0-9],)|(?<=[{_MARKED}][0-9]{{2}},)|(?<=[{_MARKED}][0-9]{{3}},)|(?=[0-9]{{2}}\s?€)(?<=[0-9],)|(?=[0-9]{{1,2}}\s?%)(?<=[0-9],))"
        r"(?=[0-9]{1,2}(?!\w|,[0-9]))",
        ".",
        "[0-9],[0-9]",
    ),
)
RULES = (
    rule(
        "ordinal",
        r"(?<![\w.])(?P<number>[0-9]{1,3}(?:,[0-9]{3}){1,22}|[0-9]+)(?:st|nd|rd|th|ST|ND|RD|TH)\b",
        ordinal,
        "[0-9](?:st|nd|rd|th|ST|ND|RD|TH)",
    ),
    rule(
        "year",
        r"[12](?<![\w.,][12])(?:(?<=1)[0-9]|0)[0-9]{2}(?!\w|[.,][0-9])",
        year,
        "[12][0-9]{3}",
    ),
    rule("point", r"\.(?<![0-9.]\.)[0-9]+", number, r"\.[0-9]"),
    rule("number", NUMBER, number, "[0-9]"),
)
