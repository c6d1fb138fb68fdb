"""Amounts of money, with signs or codes, ranges and scales."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import FREE_NUMBER, NUMBER, apart, is_attribute, readings, rule
from pngnw.normalize.rules.units import PER

Money = tuple[str, str, str, str]  # one, many, one hundredth, hundredths
_CENTS = ("cent", "cents")
_PENCE = ("penny", "pence")
CURRENCIES: dict[str, Money] = {
    "$": ("dollar", "dollars", *_CENTS),
    "£": ("pound", "pounds", *_PENCE),
    "€": ("euro", "euros", *_CENTS),
    "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₽": ("ruble", "rubles", "kopeck", "kopecks"),
    "₩": ("won", "won", "jeon", "jeon"),
    "₪": ("shekel", "shekels", "agora", "agorot"),
    "₺": ("lira", "lira", "kurus", "kurus"),
    "₴": ("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
    "₦": ("naira", "naira", "kobo", "kobo"),
    "₱": ("peso", "pesos", "centavo", "centavos"),
    "₫": ("dong", "dong", "xu", "xu"),
    "฿": ("baht", "baht", "satang", "satang"),
    "₿": ("bitcoin", "bitcoins", *_CENTS),
    "₨": ("rupee", "rupees", "paisa", "paise"),
    "¢": ("cent", "cents", "", ""),
}
# Letters that stand before a sign, as in "US$5".
_NATIONS = readings(
    "US U.S., A Australian, AU Australian, C Canadian, CA Canadian, CDN Canadian, NZ New Zealand, "
    "HK Hong Kong, S Singapore, NT New Taiwan, IR Irish"
)
# Codes and abbreviations, before or behind the amount: "USD 5", "500 EUR", "Rs. 500".
_CODES: dict[str, Money] = {
    "USD": ("U.S. dollar", "U.S. dollars", *_CENTS),
    "AUD": ("Australian dollar", "Australian dollars", *_CENTS),
    "CAD": ("Canadian dollar", "Canadian dollars", *_CENTS),
    "EUR": CURRENCIES["€"],
    "GBP": ("British pound", "British pounds", *_PENCE),
    "JPY": CURRENCIES["¥"],
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
    "SEK": ("Swedish krona", "Swedish kronor", "ore", "ore"),
    "NOK": ("Norwegian krone", "Norwegian kroner", "ore", "ore"),
    "DKK": ("Danish krone", "Danish kroner", "ore", "ore"),
    "INR": ("Indian rupee", "Indian rupees", "paisa", "paise"),
    "CNY": ("Chinese yuan", "Chinese yuan", "fen", "fen"),
    "RMB": ("yuan", "yuan", "fen", "fen"),
    "MXN": ("Mexican peso", "Mexican pesos", "centavo", "centavos"),
    "BRL": ("Brazilian real", "Brazilian reais", "centavo", "centavos"),
    "RUB": CURRENCIES["₽"],
    "BTC": CURRENCIES["₿"],
    "DM": ("Deutsche Mark", "Deutsche Marks", "pfennig", "pfennigs"),
    "Rs": CURRENCIES["₹"],
}
_SCALES = readings(
    "k thousand, K thousand, m million, M million, mn million, mm million, b billion, B billion, "
    "bn billion, t trillion, T trillion, tn trillion"
)
SIGNS = "".join(CURRENCIES)
_SCALE = (
    r"(?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|tn|mn|m(?=\s|$))"
    r"|(?P<glued>mm|[kKmMbBtT]))?(?![^\W\d_])"
)
_NATION = "|".join(sorted(_NATIONS, key=len, reverse=True))
_CODE = "|".join(sorted(_CODES))


def _scale(match: re.Match[str]) -> str:
    scale = match["scale"] or match["glued"]
    return f" {_SCALES.get(scale, scale)}" if scale else ""


def _nation(match: re.Match[str]) -> str:
    return f"{_NATIONS[match['nation']]} " if match["nation"] else ""


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
    money, nation = CURRENCIES[match["sign"]], _nation(match)
    words = _words(match["amount"], _scale(match), money, nation, is_attribute(match))
    if match["per"]:
        words = f"{words} per {PER[match['per']]}"
    return apart(match, f"minus {words}" if match["minus"] else words)


def between(match: re.Match[str]) -> str:
    """$5-10 million as "five to ten million dollars"."""
    _, many, *_ = CURRENCIES[match["sign"]]
    low, high = numbers.decimal(match["low"]), numbers.decimal(match["high"])
    return apart(match, f"{low} to {high}{_scale(match)} {_nation(match)}{many}")


def behind(match: re.Match[str]) -> str:
    """5€ and 5¢."""
    money = CURRENCIES[match["sign"]]
    return apart(match, _words(match["amount"], _scale(match), money, "", is_attribute(match)))


def coded(match: re.Match[str]) -> str:
    """USD 5, Rs. 500, 5 EUR."""
    words = _words(match["amount"], _scale(match), _CODES[match["code"]], "", single=False)
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
