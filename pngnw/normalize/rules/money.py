"""Amounts of money, with signs or codes, ranges and scales."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import rule
from pngnw.normalize.rules.context import FREE_NUMBER, NUMBER, apart, is_attribute
from pngnw.normalize.tables.currencies import CODES, CURRENCIES, NATIONS, SCALES
from pngnw.normalize.tables.units import PER

SIGNS = "".join(CURRENCIES)
_SCALE = (
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|tn|mn|m(?=\s|$))"
    r"|(?P<glued>mm|[kKmMbBtT]))?(?![^\W\d_])"
)
_NATION = "|".join(sorted(NATIONS, key=len, reverse=True))
_CODE = "|".join(sorted(CODES))
Money = tuple[str, str, str, str]


def _scale(match: re.Match[str]) -> str:
    scale = match["scale"] or match["glued"]
    return f" {SCALES.get(scale, scale)}" if scale else ""


def _words(amount: str, scale: str, money: Money, nation: str, single: bool) -> str:
    """An amount in words; `single`: it stands before a noun, as in "a five dollar bill"."""
    one, many, hundredth, hundredths = money
    whole, _, fraction = amount.partition(".")
    if scale or len(fraction) not in (0, 2) or not hundredth:
        unit = one if single or (amount == "1" and not scale) else many
        return f"{numbers.decimal(amount)}{scale} {nation}{unit}"
    parts = []
    if whole.strip("0") or not fraction.strip("0"):
        parts.append(f"{numbers.integer(whole)} {nation}{one if whole == '1' or single else many}")
    if fraction.strip("0"):
        cents = int(fraction)
        unit = hundredth if cents == 1 or single else hundredths
        parts.append(f"{numbers.cardinal(cents)} {unit}")
    return " and ".join(parts)


def amount(match: re.Match[str]) -> str:
    """$3.5 million as "three point five million dollars", $3.50 as "three dollars and ..."."""
    nation = NATIONS[match["nation"]] if match["nation"] else ""
    words = _words(
        match["amount"], _scale(match), CURRENCIES[match["sign"]], nation, is_attribute(match)
    )
    if match["per"]:
        words = f"{words} per {PER[match['per']]}"
    return apart(match, f"minus {words}" if match["minus"] else words)


def between(match: re.Match[str]) -> str:
    """$5-10 million as "five to ten million dollars"."""
    nation = NATIONS[match["nation"]] if match["nation"] else ""
    _, many, *_ = CURRENCIES[match["sign"]]
    low, high = numbers.decimal(match["low"]), numbers.decimal(match["high"])
    return apart(match, f"{low} to {high}{_scale(match)} {nation}{many}")


def behind(match: re.Match[str]) -> str:
    """5€ and 5¢."""
    return apart(
        match,
        _words(match["amount"], _scale(match), CURRENCIES[match["sign"]], "", is_attribute(match)),
    )


def coded(match: re.Match[str]) -> str:
    """USD 5, Rs. 500, 5 EUR."""
    words = _words(match["amount"], _scale(match), CODES[match["code"]], "", single=False)
    return apart(match, words)


def pence(match: re.Match[str]) -> str:
    """50p as "fifty pence"."""
    return f"{numbers.integer(match['amount'])} pence"


_AMOUNT = rf"(?:{NUMBER}|\.[0-9]{{2}})"
_SIGNED = rf"(?:(?<![A-Za-z])(?P<nation>{_NATION}))?(?P<sign>[{SIGNS}])\s?"
RULES = (
    rule(
        "money range",
        rf"{_SIGNED}(?P<low>{NUMBER})\s?-\s?(?P=sign)?(?P<high>{NUMBER}){_SCALE}(?!-?[0-9])",
        between,
        rf"[{SIGNS}] ?[0-9][0-9.,]* ?-",
    ),
    rule(
        "money",
        rf"(?P<minus>(?<![\w)\"'.,-])-)?{_SIGNED}(?P<amount>{_AMOUNT}){_SCALE}(?:/(?P<per>{'|'.join(PER)})\b)?",
        amount,
        rf"[{SIGNS}]",
    ),
    rule(
        "money behind",
        rf"(?P<amount>{FREE_NUMBER}){_SCALE}\s?(?P<sign>[{SIGNS}])(?!\s?[0-9])",
        behind,
        rf"[{SIGNS}]",
    ),
    rule(
        "code before",
        rf"\b(?P<code>{_CODE})\.?\s?(?P<amount>{NUMBER}){_SCALE}",
        coded,
        rf"(?:{_CODE})\.? ?[0-9]",
    ),
    rule(
        "code behind",
        rf"(?P<amount>{FREE_NUMBER}){_SCALE}\s(?P<code>{_CODE})\b",
        coded,
        rf" (?:{_CODE})",
    ),
    rule("pence", r"(?<![\w.,:])(?P<amount>[1-9][0-9])p(?![\w'])", pence, "[0-9]p"),
)
