"""Amounts of money, with signs or codes, ranges and scales."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import (
    FREE_NUMBER,
    NUMBER,
    after,
    any_of,
    apart,
    before,
    ends_sentence,
    is_attribute,
    last_word,
    next_word,
    readings,
    rule,
    with_stop,
    word_set,
)
from pngnw.normalize.rules.units import per

Money = tuple[str, str, str, str]  # one, many, one hundredth, hundredths
_CENTS = ("cent", "cents")
_PENCE = ("penny", "pence")
CURRENCIES: dict[str, Money] = {
    "$": ("dollar", "dollars", *_CENTS),
    "£": ("pound", "pounds", *_PENCE),
    "€": ("euro", "euros", *_CENTS),
    "¥": ("yen", "yen", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₽": ("ruble", "rubles", "kopeck", "kopecks"),
    "₩": ("won", "won", "", ""),
    "₪": ("shekel", "shekels", "agora", "agorot"),
    "₺": ("lira", "lira", "kurus", "kurus"),
    "₴": ("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
    "₦": ("naira", "naira", "kobo", "kobo"),
    "₱": ("peso", "pesos", "centavo", "centavos"),
    "₫": ("dong", "dong", "xu", "xu"),
    "฿": ("baht", "baht", "satang", "satang"),
    "₿": ("bitcoin", "bitcoins", "", ""),
    "₨": ("rupee", "rupees", "paisa", "paise"),
    "¢": ("cent", "cents", "", ""),
}
# Letters that stand before a sign, as in "US$5".
_NATIONS = readings(
    "US U.S., U.S. U.S., U.S U.S., A Australian, AU Australian, C Canadian, CA Canadian, "
    "CDN Canadian, NZ New Zealand, HK Hong Kong, S Singapore, NT New Taiwan, IR Irish, "
    "MX Mexican, J Jamaican"
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
    "PLN": ("Polish zloty", "Polish zlotys", "grosz", "groszy"),
    "CZK": ("Czech koruna", "Czech korunas", "", ""),
    "HUF": ("Hungarian forint", "Hungarian forints", "", ""),
    "ZAR": ("South African rand", "South African rand", *_CENTS),
    "SGD": ("Singapore dollar", "Singapore dollars", *_CENTS),
    "HKD": ("Hong Kong dollar", "Hong Kong dollars", *_CENTS),
    "NZD": ("New Zealand dollar", "New Zealand dollars", *_CENTS),
    "KRW": ("Korean won", "Korean won", "", ""),
    "THB": ("Thai baht", "Thai baht", "satang", "satang"),
    "AED": ("dirham", "dirhams", "fils", "fils"),
    "SAR": ("Saudi riyal", "Saudi riyals", "halala", "halalas"),
    "ILS": CURRENCIES["₪"],
    "ETH": ("ether", "ether", "", ""),
    "kr": ("krona", "kronor", "", ""),
    "zł": ("zloty", "zlotys", "grosz", "groszy"),
}
# Before a dollar sign the letter makes another currency.
_REAL = _CODES["BRL"]
_POUNDS = CURRENCIES["£"][:2]
_SCALES = readings(
    "k thousand, m million, mn million, mm million, mil million, mln million, b billion, "
    "bn billion, bln billion, bil billion, t trillion, tn trillion, trn trillion, lac lakh"
)
# What has a price: "$5 bills", "the $787 billion package".
_PRICED = word_set(
    "bill bills note notes coin coins stamp stamps deal contract budget fund loan grant prize fine "
    "lawsuit settlement stimulus package bailout fee ticket tickets reward bond bonds bid offer "
    "house home mansion project program programme plan plant factory building facility investment "
    "tax industry market business company economy merger takeover acquisition gift donation check "
    "cheque bonus salary film movie jackpot debt deficit surplus portfolio valuation question bet "
    "raise deposit rebate discount coupon voucher card cards meal lunch "
    "dinner burger coffee beer wine menu haircut suit dress car phone laptop version edition model"
)
# Behind one of these a sign alone is plural: "millions of $", "in €".
_MANY = word_set("of in more many fewer some few most all about with")
SIGNS = "".join(CURRENCIES)
_SCALE = (
    r"(?:[\s-]?(?P<scale>(?i:hundred\sthousand|hundred|thousand|[mb]illion|trillion|lakh|lac|crore|mln|bln|mil|bil|bn|trn|tn|mn)"
    r"|(?:mm|MM|[kKmMbBT])(?!['.]\w))|(?P<glued>t))?(?![^\W\d_])"
)
_LOW_SCALE = _SCALE.replace("<scale>", "<scale_low>").replace("<glued>", "<glued_low>")
_NATION = any_of(_NATIONS)
_CODE = any_of(_CODES)
_PER = r"(?:\s?/\s?(?P<per>(?:(?:sq|cu)\.?\s)?[A-Za-z]{1,10}[23]?)(?![\w/])(?P<dot>\.(?!\w))?)?"


def _scale(match: re.Match[str], name: str = "scale") -> str:
    scale = match[name] or match[name.replace("scale", "glued")]
    return f" {_SCALES.get(scale.lower(), scale.lower())}" if scale else ""


def _money(match: re.Match[str]) -> tuple[Money, str]:
    """The currency, and the adjective of its nation."""
    nation = match["nation"]
    if nation == "R":
        return _REAL, ""
    return CURRENCIES[match["sign"]], f"{_NATIONS[nation]} " if nation else ""


def _per(match: re.Match[str]) -> str:
    """ "/hr" in words."""
    if not match["per"]:
        return ""
    name = per(match["per"])
    if name is None and len(match["per"]) < 3:
        return f"/{match['per']}{match['dot'] or ''}"
    return with_stop(match, f" per {name or match['per']}")


def _is_attribute(match: re.Match[str]) -> bool:
    """Whether a noun follows that has this price: "in $5 bills", "his $3 million house"."""
    if is_attribute(match) or after(match).startswith(("-a-", "-an-", "-per-")):
        return True
    noun = next_word(match)
    return after(match)[:1] in " -" and noun in _PRICED


def _words(amount: str, scale: str, money: Money, nation: str, single: bool) -> str:
    """An amount in words; `single`: it stands before a noun, as in "a five dollar bill"."""
    one, many, hundredth, hundredths = money
    whole, _, fraction = amount.partition(".")
    if not scale and not fraction.strip("0"):
        amount, fraction = whole, ""
    if not scale and len(fraction) == 1:
        fraction += "0"  # "$20.5"
    if scale or len(fraction) not in (0, 2) or (fraction and not hundredth):
        unit = one if single or (amount == "1" and not scale) else many
        return f"{numbers.decimal(amount)}{scale} {nation}{unit}"
    parts = []
    if whole.strip("0") or not fraction:
        parts.append(
            f"{numbers.integer(whole or '0')} {nation}{one if whole == '1' or single else many}"
        )
    if fraction:
        cents = int(fraction)
        unit = hundredth if cents == 1 or single else hundredths
        parts.append(f"{numbers.cardinal(cents)} {unit}")
    return " and ".join(parts)


def amount(match: re.Match[str]) -> str:
    """$3.5 million as "three point five million dollars", $3.50 as "three dollars and ..."."""
    money, nation = _money(match)
    single = match["said"] is not None or _is_attribute(match)  # "a $2 billion-dollar deal"
    words = _words(match["amount"], _scale(match), money, nation, single)
    sign = "minus " if match["minus"] or match["inner"] else ""
    return apart(match, f"{sign}{words}{_per(match)}")


def mixed(match: re.Match[str]) -> str:
    """$2 1/2 million as "two and a half million dollars"."""
    money, nation = _money(match)
    top, bottom = numbers.cardinal(int(match["top"])), match["bottom"]
    part = {"2": "half", "4": "quarter"}.get(bottom) or numbers.ordinal(int(bottom))
    part = f"a {part}" if top == "one" else f"{top} {part}s"
    unit = money[0] if _is_attribute(match) else money[1]
    return f"{numbers.integer(match['amount'])} and {part}{_scale(match)} {nation}{unit}"


def between(match: re.Match[str]) -> str:
    """$5-10 million as "five to ten million dollars"."""
    money, nation = _money(match)
    first, scale = _scale(match, "scale_low"), _scale(match)
    low, high = (match[key].removesuffix(".00") for key in ("low", "high"))
    if scale or ("." not in low and "." not in high):
        unit = money[0] if _is_attribute(match) else money[1]
        words = f"{numbers.decimal(low)}{first} to {numbers.decimal(high)}{scale} {nation}{unit}"
    else:
        low, high = (_words(each, "", money, nation, single=False) for each in (low, high))
        words = f"{low} to {high}"
    return apart(match, words + _per(match))


def behind(match: re.Match[str]) -> str:
    """5€ and 5¢."""
    money = CURRENCIES[match["sign"]]
    words = _words(match["amount"], _scale(match), money, "", _is_attribute(match))
    return apart(match, words + _per(match))


def coded(match: re.Match[str]) -> str:
    """USD 5, Rs. 500, 5 EUR."""
    words = _words(match["amount"], _scale(match), _CODES[match["code"]], "", single=False)
    return apart(match, words)


def shillings(match: re.Match[str]) -> str | None:
    """£5 10s. 6d. as "five pounds ten shillings and six pence"."""
    if not match["pounds"] and not match["pence"]:
        return None
    words = []
    if match["pounds"]:
        words.append(f"{numbers.integer(match['pounds'])} {_POUNDS[match['pounds'] != '1']}")
    words.append(numbers.counted(int(match["shillings"]), "shilling"))
    if match["pence"]:
        count = int(match["pence"])
        words.append("and one penny" if count == 1 else f"and {numbers.cardinal(count)} pence")
    return " ".join(words) + "." * ends_sentence(match)


def pence(match: re.Match[str]) -> str:
    """50p as "fifty pence"."""
    return f"{numbers.integer(match['amount'])} pence"


def alone(match: re.Match[str]) -> str:
    """A sign without an amount: "the $ fell", but "millions of $"."""
    many = last_word(before(match)).lower() in _MANY or len(match[0]) > 1
    return f" {CURRENCIES[match[0][0]][many]} "


_AMOUNT = rf"(?:{NUMBER}|\.[0-9]{{2}})"
_SIGNED = (
    rf"(?:(?<![A-Za-z.])(?P<nation>{_NATION}|R)(?:(?<=[A-Z.]{{2}})\s)?)?(?P<sign>[{SIGNS}])\s?"
)
# In front of the decades: "10s. 6d.".
SHILLINGS = (
    rule(
        "shillings",
        r"(?:£(?P<pounds>[0-9]{1,6}),?\s|(?<![\w.,£]))(?P<shillings>[0-9]{1,2})s(?:\.|\b),?"
        r"(?:\s(?P<pence>[0-9]{1,2})d(?:\.|\b))?",
        shillings,
        r"[0-9]s\.?,?",
    ),
)
RULES = (
    rule(
        "notes",
        rf"[{SIGNS}](?P<amount>[1-9][0-9]{{0,2}}(?:,?000)?)'?s\b",
        lambda match: numbers.plural(numbers.integer(match["amount"]).removeprefix("one ")),
        rf"[{SIGNS}][0-9,]+'?s",
    ),
    rule(
        "money range",
        rf"{_SIGNED}(?P<low>{NUMBER}){_LOW_SCALE}\s?-\s?(?:(?P=nation)?(?P=sign)\s?)?(?P<high>{NUMBER}){_SCALE}"
        rf"(?!-?[0-9]){_PER}",
        between,
        rf"[{SIGNS}] ?[0-9][0-9.,]*(?: ?[a-zA-Z]+)? ?-",
    ),
    rule(
        "mixed money",
        rf"{_SIGNED}(?P<amount>[0-9]+)\s{{1,2}}(?P<top>[0-9])/(?P<bottom>[2-9])\s{{0,2}}(?=[A-Za-z]){_SCALE}",
        mixed,
        rf"[{SIGNS}] ?[0-9]+ +[0-9]/[0-9]",
    ),
    rule(
        "money",
        rf"(?P<minus>(?<![\w)\"'.,-])-)?{_SIGNED}(?P<inner>-)?(?P<amount>{_AMOUNT}){_SCALE}"
        rf"(?P<said>-(?:dollar|pound|euro)(?=\s))?{_PER}",
        amount,
        rf"[{SIGNS}]",
    ),
    rule(
        "money behind",
        rf"(?P<amount>{FREE_NUMBER}){_SCALE}\s?(?P<sign>[{SIGNS}])(?!\s?[0-9]){_PER}",
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
# Behind all amounts.
ALONE = (rule("sign alone", rf"([{SIGNS}])\1*", alone, rf"[{SIGNS}]"),)
