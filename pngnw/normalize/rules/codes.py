"""Digits and letters that are no quantity: machines, versions, serial numbers, designations."""

import re
from functools import partial

from pngnw.normalize import numbers
from pngnw.normalize.rule import any_of, apart, before, plain_rule, rule, word_set

# Numbers behind these are read in pairs: "Flight 1549", "Room 101", "Boeing 747".
_PAIRED_BEHIND = word_set(
    "Boeing Flight flight Route Interstate Highway Room room Porsche Peugeot Apartment apartment "
    "Suite suite Form Gate Bus bus error Error HTTP"
)
# What has a number that is read digit by digit, as "account number 4471".
_NUMBERED = (
    "account|acct|routing|serial|tracking|confirmation|reference|order|invoice|policy|member|"
    "membership|passport|license|licence|booking|reservation|case|ticket|claim|card|student|"
    "employee|security|part|batch|model|registration|phone|telephone|fax|customer|product|access|"
    "transaction|docket|patent|po"
)
_CODES = (
    r"(?:\b(?i:code|pin|passcode|password|otp|zip|sku|vin|imei|s/n|id|isbn|issn|licen[cs]e\splate"
    rf"|(?:{_NUMBERED})\s(?:number|no\.|num|id|code)|(?:{_NUMBERED})(?=\s?\#))(?!\w)|\bP/N)"
)
_IS = r"""(?:\s(?:is|was|are|number|no\.)|:|\s?=)?:?\s?["'(]?"""
_BEHIND_CODE = re.compile(rf"{_CODES}{_IS}\#?\Z")
_BEHIND_NUMBERED = re.compile(rf"\b(?i:{_NUMBERED})\s\Z")
_PIECE = re.compile("[A-Za-z]+|[0-9]+")
_VOWEL = re.compile("[AEIOUYaeiouy]")
_FORMULA = re.compile(r"(?:[A-Z][a-z]?[0-9]{0,2}){2,}|(?:[1-7][spdf][0-9]{1,2})+")  # C6H12O6
_CARD = re.compile(
    r"(?i:card|account|visa|mastercard|amex|debit|credit|number|phone|checking|savings|iban|ssn|id|one)s?\b"
)


def code(match: re.Match[str]) -> str:
    """Digit by digit, with a pause between the groups."""
    return apart(match, numbers.code(match[0]))


def spelled(text: str) -> str:
    """Letters as initials and digits one by one: "ab9453" is "A.B. nine four five three"."""
    words = [
        numbers.digits(piece) if piece.isdigit() else piece if _is_word(piece) else initials(piece)
        for piece in _PIECE.findall(text)
    ]
    return " ".join(words)


def _is_word(piece: str) -> bool:
    """SAVE in SAVE20."""
    return len(piece) > 3 and piece.isalpha() and _VOWEL.search(piece) is not None


def initials(letters: str) -> str:
    """ "ab" as "A.B.", a single letter without its full stop."""
    return letters.upper() if len(letters) == 1 else f"{'.'.join(letters.upper())}."


def identifier(match: re.Match[str]) -> str | None:
    """What follows "your code is": letters and digits one by one, groups of them with a pause."""
    sign = "#" if match["it"][0] == "#" else ""
    if not _BEHIND_CODE.search(before(match) + sign):
        return None
    text = match["it"].lstrip("# ")
    if text.isalpha() or (len(text) < 3 and text.isdigit()) or not any(map(str.isdigit, text)):
        return None
    text = re.sub("-(?=[A-Z]$)", "", text)  # a check letter, as in 0-306-40615-X
    words = (", " if len(text) > 4 else " ").join(map(spelled, text.split("-")))
    return f" number {words}" if sign else words


def number_sign(match: re.Match[str]) -> str | None:
    """ "Serial no. 5"."""
    return "number" if _BEHIND_NUMBERED.search(before(match)) else None


def mixed(match: re.Match[str]) -> str | None:
    """Letters and digits in turn, such as 1Z999AA10; not C6H12O6 and 1920x1080."""
    pieces = _PIECE.findall(match[0])
    long = any(len(piece) > 2 and piece.isdigit() for piece in pieces)
    if len(pieces) < 4 or not long or "x" in pieces or _FORMULA.fullmatch(match[0]):
        return None
    return spelled(match[0])


def paragraph(match: re.Match[str]) -> str:
    """401(k) as "four oh one K", 501(c)(3) as "five oh one C three"."""
    words = f"{numbers.paired(int(match['number']))} {match['letter'].upper()}"
    if match["part"]:
        words += f" {numbers.cardinal(int(match['part']))}"
    return apart(match, words)


def serial(match: re.Match[str]) -> str | None:
    """1-8090 by its digits: a range so wide has a round end."""
    return None if match["last"].endswith("00") else numbers.code(match[0])


def card(match: re.Match[str]) -> str | None:
    """The last digits of a card or an account; but "the war ended in 1783"."""
    if not match[0].startswith("last ") and not _CARD.search(before(match)):
        return None
    return numbers.digits(match["it"])


def key(match: re.Match[str]) -> str:
    """*69 on the keys of a telephone, as "star six nine"."""
    names = {"*": "star", "#": "pound"}
    return " ".join(names.get(each) or numbers.digits(each) for each in match["it"])


def hidden(match: re.Match[str]) -> str:
    """XXXX-1234 as "ending in one two three four"."""
    ending = "" if before(match).endswith(("ending in ", "ending with ")) else "ending in "
    return f"{ending}{numbers.digits(match['digits'])}"


def machine(match: re.Match[str]) -> str:
    """192.168.0.1:80 as "one ninety-two dot one sixty-eight dot zero dot one colon eighty"."""
    parts = (
        {"x": "X", "*": "star"}.get(part) or numbers.paired(int(part))
        for part in match["address"].lower().split(".")
    )
    words = " dot ".join(parts)
    if match["net"]:
        words += f" slash {numbers.cardinal(int(match['net']))}"
    return words + (f" colon {port(match['port'])}" if match["port"] else "")


def port(digits: str) -> str:
    """8080 as "eighty eighty"; five digits one by one."""
    return numbers.digits(digits) if len(digits) > 4 else numbers.paired(int(digits))


def long_address(match: re.Match[str]) -> str | None:
    """fe80::1 and the addresses of network cards: letters, digits and colons one by one."""
    text = match["it"]
    if "::" not in text and text.count(":") not in (5, 7):
        return None
    if text.count(":") == 5 and any(len(part) != 2 for part in text.split(":")):
        return None
    parts = re.findall("[0-9A-Fa-f]+|:", text)
    return " ".join("colon" if part == ":" else spelled(part) for part in parts)


def version(match: re.Match[str]) -> str:
    """1.2.3 as "one point two point three"."""
    return apart(match, " point ".join(numbers.integer(part) for part in match[0].split(".")))


def airliner(match: re.Match[str]) -> str:
    """747-400 as "seven forty-seven four hundred"."""
    return " ".join(numbers.paired(int(part)) for part in match[0].split("-"))


def team(match: re.Match[str]) -> str:
    """49ers as "forty-niners"."""
    return f"{numbers.cardinal(int(match['number'])).removesuffix('e')}er{match['many']}"


def resolution(match: re.Match[str]) -> str:
    """1080p as "ten eighty p"."""
    return f"{numbers.paired(int(match['number']))} {match['scan']}"


def designation(match: re.Match[str]) -> str | None:
    """The number of an A320, an F-150 or a Boeing 747, in pairs; round ones are cardinals."""
    number = match["number"]
    return None if number[0] == "0" else apart(match, numbers.paired(int(number)), "it")


_machine_rule = partial(
    rule,
    trigger=r"[0-9]\.[0-9]{1,3}\.[0-9xX*]{1,3}\.[0-9xX*]|#[0-9A-Fa-f]{6}|0[xX][0-9A-Fa-f]|[0-9]\([A-Za-z]\)"
    r"|(?:401|403|457)[kKbB]|(?:nd(?:s|ed|ing) (?:in|with)|nding:?|st (?:four|4)[a-z: ]*) [0-9]{3}"
    r"|[*xX][*xX -]?[0-9]{4}|[Nn]o\. ?[A-Z]{0,3}-?[0-9]|[a-z] [*#]|97[89]-[0-9]"
    r"|(?-u:\b)[0-9]{1,2}-(?:[0-9]{5}|[2-9][0-9]{3})"
    r"|(?i:code|pin|word|plate|otp|zip|sku|vin|imei|[sp]/n|id|isbn|issn|number|no\.|num)"
    r"""(?: (?:is|was|are|number|no\.)|:| ?=)?:? ?["'(]?[# ]*[A-Za-z-]*[0-9]"""
    r"|[A-Za-z] ?# ?[A-Za-z-]*[0-9]",
)
_MIXED = "[A-Za-z][0-9]|[0-9](?:[pi]|er|[A-Za-z]{3})|[0-9]{4}[0-9A-Za-z][A-Za-z]"  # not 19th, 1990s
_HYPHENATED = "[0-9]-(?:[0-9]+-[0-9]|[A-Z][0-9]|[1-9]00)"
# In front of everything else that reads digits, times and dates too.
MACHINES = (
    _machine_rule(
        "machine",
        r"(?<![\w.])(?P<address>(?:[0-9]{1,3}\.){3}(?:[0-9]{1,3}|[xX*](?!\w))|(?:[0-9]{1,3}\.){2}[xX*]\.[xX*](?!\w))"
        r"(?:/(?P<net>[0-9]{1,2})(?![0-9/]))?(?::(?P<port>[0-9]{2,5}))?(?!\w|\.[0-9])",
        machine,
    ),
    plain_rule(
        "long address",
        r"(?<![\w:.])(?P<it>(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4})(?![\w:])",
        long_address,
        ":[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]",
    ),
    _machine_rule(
        "hexadecimal",
        r"(?<!\w)(?:#(?=[0-9]*[A-Fa-f])(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{6}|0[xX][0-9A-Fa-f]{1,16})\b",
        lambda match: f"{'hash ' * (match[0][0] == '#')}{spelled(match[0])}",
    ),
    _machine_rule(
        "paragraph",
        r"(?<![\w.,(])(?P<number>[0-9]{1,4})\((?P<letter>[A-Za-z])\)(?:\((?P<part>[0-9]{1,2})\))?",
        paragraph,
    ),
    _machine_rule(
        "pension plan",
        r"(?<![\w.,$])(?P<number>401|403|457)(?P<letter>[kKbB])(?P<part>)\b",
        paragraph,
    ),
    _machine_rule(
        "card",
        r"(?:\b[Ee]nd(?:ing|s|ed)\s(?:in|with)|\b[Ee]nding:?|\blast\s(?:four|4)(?:\sdigits)?(?:\s(?:are|is|of)|:)?)"
        r"\s(?P<it>[0-9]{3,4})(?![\w%]|[.,-][0-9])",
        card,
    ),
    _machine_rule(
        "hidden digits",
        r"[*xX](?<![\w*][*xX])(?:[ -]?[*xX]){3,15}[ -]?(?P<digits>[0-9]{4})\b",
        hidden,
    ),
    rule(
        "lot",
        r"\b(?:[Uu]nit|[Aa]pt\.?|[Ss]uite|[Rr]oom|[Ll]ot|[Aa]partment)\s(?P<it>#)\s?(?=[0-9A-Z])",
        "number ",
        "[a-z.] #",
    ),
    _machine_rule(
        "number of a code", r"[Nn]o\.(?<=\s[Nn]o\.)(?=\s?[A-Z]{0,3}-?[0-9])", number_sign
    ),
    _machine_rule(
        "key",
        r"\b(?:[Dd]ial|[Pp]ress|[Hh]it|[Tt]ype|[Ee]nter|[Tt]hen)\s(?P<it>[*#](?:[0-9]{1,4}[*#]?)?)(?![\w*#])",
        key,
    ),
    _machine_rule(
        "identifier",
        r"(?P<it>(?:\#\s?)?\b(?=[A-Za-z-]{0,20}[0-9])[A-Za-z0-9]+(?:-[A-Za-z0-9]+){0,5})"
        r"(?![\w/:]|[.,@][A-Za-z0-9])",
        identifier,
    ),
    rule(
        "account",  # an IBAN: DE89 3704 0044 and so on, letters and digits one by one
        r"[A-Z](?<!\w[A-Z])[A-Z][0-9]{2}(?:\s[A-Z0-9]{4}){3,7}(?:\s[A-Z0-9]{1,4})?\b",
        lambda match: ", ".join(map(spelled, match[0].split())),
        "[A-Z]{2}[0-9]{2} [A-Z0-9]{4} ",
    ),
    _machine_rule("book", r"\b97[89]-[0-9][0-9-]*(?![\w-])", code),
    _machine_rule(
        "serial number",
        r"(?<![\w.,$/:-])[0-9]{1,2}-(?P<last>[0-9]{5,8}|(?!20)[2-9][0-9]{3})(?![\w%-]|[.,][0-9])",
        serial,
    ),
)
RULES = (
    rule(
        "groups",
        r"(?<![\w.,-])[0-9]{4}(?:\s[0-9]{4}){2,3}(?![\w-]|[.,][0-9])",
        code,
        "[0-9]{4} [0-9]{4} [0-9]{4}",
    ),
    rule(
        "free of charge",  # "a 1-800 number"
        r"1(?<![\w.,-]1)-(?P<number>8(?:00|33|44|55|66|77|88)|900)(?=\s[a-z])",
        lambda match: f"one {numbers.paired(int(match['number']))}",
        "1-[89][0-9]{2} [a-z]",
    ),
    rule(
        "record",  # games won, lost and tied, as in "a 10-8-3 record"
        r"[0-9](?<![\w.,-][0-9])[0-9]?(?:-[0-9]{1,2}){2}(?=\s(?:record|mark|season|start|finish)\b)",
        lambda match: ", ".join(numbers.cardinal(int(part)) for part in match[0].split("-")),
        "[0-9]-[0-9]{1,2} (?:record|mark|season|start|finish)",
    ),
    rule("code", r"[0-9](?<![0-9]{2})[0-9]*(?:-[0-9]+){2,}", code, _HYPHENATED),
    rule("version", r"(?<![0-9.,])[0-9]+(?:\.[0-9]+){2,}", version, r"[0-9]\.[0-9]+\.[0-9]"),
    rule(
        "spaced groups",
        r"(?<![\w.,-])[1-9][0-9]{0,2}(?:(?: [0-9]{3}){2,}| 000)(?![\w-]|[.,][0-9]| [0-9])",
        lambda match: match[0].replace(" ", ","),  # as the other rules expect it
        "[0-9] [0-9]{3}",
    ),
    rule("resolution", r"(?<![\w.,])(?P<number>[0-9]{3,4})(?P<scan>[pi])\b", resolution, _MIXED),
    rule(
        "airliner",
        r"\b7[0-9]7-(?:[1-9]00|(?<=7[3478]7-)(?:[89]|10))(?![\w-])",
        airliner,
        "7-(?:[1-9]00|[89]|10)",
    ),
    rule("hyphen of a designation", r"-(?<=[A-Z][0-9]-)(?=[A-Z][0-9])", " ", _HYPHENATED),
    rule("team", r"(?<![\w.,])(?P<number>[1-9][0-9]{0,2})er(?P<many>s?)\b", team, _MIXED),
    rule("offset", r"(?:(?<=UTC)|(?<=GMT))\s?-(?=[0-9])", " minus ", "(?:UTC|GMT) ?-"),
    rule(
        "letters in front of digits",
        r"(?<![\w.,/-])(?:[a-z]{1,2}(?=[0-9]{3})|[A-Z]{1,3}(?=[0-9]{5}))[0-9]{3,12}(?![\w-]|[.,][0-9])",
        lambda match: spelled(match[0]),
        _MIXED,
    ),
    rule(
        "initials in front of a digit",  # CO2 and PO4: "CO" would be a word
        r"(?P<it>[A-Z](?<![A-Za-z.,/$-][A-Z])(?:[AEIOU]|(?<=[AEIOU])[A-Z]))(?=[0-9]{1,2}(?!\w))",
        lambda match: apart(match, f"{initials(match['it'])} "),
        "[A-Z]{2}[0-9]",
    ),
    rule(
        "letters and digits",
        r"\b(?=[A-Za-z]{0,40}[0-9])(?=[0-9]{0,40}[A-Za-z])[A-Za-z0-9]{6,40}\b(?![.'-]\w)",
        mixed,
        _MIXED,
    ),
)
# Behind the money: "USD250" is no designation.
DESIGNATIONS = (
    rule(
        "designation",
        r"[A-Z](?P<it>(?:-(?=[0-9]{1,4})|(?=[0-9]{3}))(?P<number>[0-9]{1,4}))(?![0-9%]|[.,-][0-9])",
        designation,
        "[A-Z]-?[0-9]",
    ),
    rule(
        "paired",
        rf"\b(?:{'|'.join(sorted(_PAIRED_BEHIND))})\s(?:[A-Z]{{2}}\s)?(?P<it>(?P<number>[0-9]{{3,4}}))"
        r"(?![0-9%]|[.,-][0-9])",
        designation,
        rf"(?:{any_of(_PAIRED_BEHIND)}) (?:[A-Z]{{2}} )?[0-9]{{3}}",
    ),
    rule(
        "form",
        r"(?P<it>(?P<number>[0-9]{4}))(?<![\w.,][0-9]{4})(?=\s[Ff]orms?\b)",
        designation,
        "[0-9]{4} [Ff]orm",
    ),
)
