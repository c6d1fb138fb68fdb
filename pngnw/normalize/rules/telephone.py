"""Telephone numbers: group by group, digit by digit, with a pause between the groups."""

import re
from functools import partial

from pngnw.normalize import numbers
from pngnw.normalize.rule import rule

_GROUP = re.compile(r"[0-9]+|[A-Z]+")
_TOLL_FREE = r"8(?:00|33|44|55|66|77|88)|900"
_FEWEST = 7  # digits behind the plus of a number that is called from abroad
_FREE = r"(?<![\w.,$/-])"  # nothing is glued in front
_END = r"(?![\w-]|[.,][0-9])"
# Behind these 911 is a number to dial; also in front of those.
_DIAL = r"[Cc]all(?:ed|ing|s)?|[Dd]ial(?:ed|ing|s)?|[Pp]hone[ds]?"
_SERVICES = "911|411|311|211|988|999|112"
_DIALED = (
    "calls?|callers?|operators?|dispatch(?:ers?)?|emergency|emergencies|hotline|lifeline|tapes?"
)


def telephone(match: re.Match[str]) -> str | None:
    """Digit by digit, unless it is a range of round numbers, such as 400-1000."""
    low, _, high = match[0].rpartition("-")
    is_range = low.endswith("0") and len(low) == 3 and high.endswith("00")
    return None if is_range else numbers.code(match[0])


def international(match: re.Match[str]) -> str | None:
    """+44 20 7946 0958."""
    enough = sum(map(str.isdigit, match[0])) >= _FEWEST
    return f"plus {numbers.code(match[0])}" if enough else None


def vanity(match: re.Match[str]) -> str | None:
    """1-800-GO-HOME as "one, eight hundred, GO HOME"."""
    words = [
        group if group.isalpha() else numbers.digits(group)
        for group in _GROUP.findall(match["rest"])
    ]
    if not 6 <= sum(map(str.isalnum, match["rest"])) <= 12 or match["rest"].isdigit():
        return None
    area = match["area"]
    called = numbers.cardinal(int(area)) if area.endswith("00") else numbers.digits(area)
    return ("one, " if match["one"] else "") + f"{called}, {' '.join(words)}"


def extension(match: re.Match[str]) -> str:
    """x22 behind a number as "extension twenty-two", x402 digit by digit."""
    digits = match["number"]
    short = len(digits) < 3 and digits[0] != "0"
    return f", extension {numbers.integer(digits) if short else numbers.digits(digits)}"


def dialed(match: re.Match[str]) -> str:
    """Digit by digit."""
    return numbers.digits(match["it"])


_telephone_rule = partial(
    rule,
    trigger=r"[0-9]{3}\)?[ ./-]{0,2}[0-9]{3}[ .-][0-9]{4}|[0-9]{3}[ .-][0-9]{4}|\+[0-9]"
    rf"|(?:{_TOLL_FREE})\)?[ -](?:[0-9]+-)?[A-Z]|0[0-9]{{2,4}}\)?[ -][0-9]{{3}}"
    r"|0[0-9][ .][0-9]{2}[ .][0-9]{2}[ .]|[a-z] 911|(?:all|ial|hone)(?:ed|ing|s|d)? [0-9]{3}"
    rf"|1[38]00 [0-9]{{3}} |00 [0-9]{{2}} |(?:{_SERVICES}) [cdehlot]"
    r"|to [0-9]{5}|(?:nsion|ax|one|el|ell|bile)(?:\.?:?| is) [0-9]{3}",
)
RULES = (
    _telephone_rule(
        "extension",
        r"[0-9](?<=[0-9]{3}[ .-][0-9]{4})(?P<it>,?\s?(?:[Ee]xt(?:ension)?\.?|[Xx]\.?)\s?"
        r"(?P<number>[0-9]{1,5}))(?!\w)",
        extension,
    ),
    _telephone_rule(
        "vanity number",
        rf"{_FREE}(?:(?P<one>1)[ -])?\(?(?P<area>{_TOLL_FREE})\)?[ -]"
        r"(?P<rest>(?:[0-9]{1,4}-)?[A-Z]{2,10}(?:-(?:[A-Z]{1,8}|[0-9]{1,4})){0,3})(?!\w)",
        vanity,
    ),
    _telephone_rule(
        "international number",
        r"\+(?:[0-9]{7,15}|[0-9]{1,4}(?:[ .-][0-9]{1,9}|[ .-]?\([0-9]{1,4}\)[ .-]?[0-9]{1,9}){1,6})"
        r"(?![0-9])",
        international,
    ),
    _telephone_rule(
        "telephone",
        rf"{_FREE}(?:1[ .-]?)?(?:\([0-9]{{3}}\)[ -]{{0,2}}|[0-9]{{3}}[ ./-])"
        rf"[0-9]{{3}}[ .-][0-9]{{4}}{_END}"
        rf"|{_FREE}[0-9]{{3}}-[0-9]{{4}}{_END}"
        rf"|(?<=[Ff]ax: )[0-9]{{3}}\.[0-9]{{4}}{_END}|(?<=[Pp]hone: )[0-9]{{3}}\.[0-9]{{4}}{_END}"
        rf"|(?<=[Cc]all )[0-9]{{3}}\.[0-9]{{4}}{_END}",
        telephone,
    ),
    _telephone_rule(
        "national number",
        rf"{_FREE}(?:0[0-9]{{2,4}}|\(0[0-9]{{2,4}}\))[ -][0-9]{{3,4}}[ -]?[0-9]{{3,4}}{_END}"
        rf"|{_FREE}0[0-9](?:[ .][0-9]{{2}}){{4}}{_END}"
        rf"|{_FREE}(?:1[38]00 [0-9]{{3}} [0-9]{{3}}|00 [0-9]{{2}}(?: [0-9]{{2,4}}){{2,5}}){_END}",
        telephone,
    ),
    _telephone_rule(
        "emergency", rf"\b(?:{_DIAL})\s(?P<it>[0-9]{{3,5}})(?![\w.,-]*[0-9])(?!\s[a-z]+s\b)", dialed
    ),
    _telephone_rule(
        "number of an extension",
        r"\b(?:[Ee]xtension|[Ff]ax|[Pp]hone|[Tt]el|[Cc]ell|[Mm]obile)(?:\.?:?|\sis)\s(?P<it>[0-9]{3,6})(?![\w%]|[.,-][0-9])",
        dialed,
    ),
    _telephone_rule("service", rf"{_FREE}(?P<it>{_SERVICES})(?=\s(?:{_DIALED})\b)", dialed),
    _telephone_rule(
        "short number",
        r"\b[Tt]ext(?:ed|ing|s)?\s(?:\S{1,20}\s)?to\s(?P<it>[0-9]{5,6})(?![\w-]|[.,][0-9])",
        dialed,
    ),
)
