"""Addresses of the web and of files: every mark is a word, labels that are initials are spelled.

URLs, e-mail, bare hosts, ports, paths, file names and extensions, hashtags and handles.
"""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import LETTERS, OPTIONS, any_of, plain_rule, readings, rule, word_set
from pngnw.normalize.rules.codes import initials, port

_DOMAINS = word_set(
    "com org net edu gov mil info biz io dev app xyz tech site online store blog cloud shop wiki "
    "ai tv ly co fm gg cc de fr es pl ru ch nl eu uk ca au jp cn kr br mx se fi dk cz gr pt tr ua "
    "za nz ie sg hk tw il ae ro hu il ir vn th ph pk lk ke ng eg ar cl pe ws sm vc"
)
_COUNTRIES = word_set("uk au nz jp za br in cn kr mx il tr sg hk tw th ar my ph ke ng")
_WORDY = word_set("me it in us be to is so am")  # in front of a path only
_FILES = word_set(
    "txt pdf doc docx xls xlsx ppt pptx csv tsv json xml html htm css js ts jsx tsx py rb rs java "
    "cpp exe dll bat iso dmg apk zip rar gz tar 7z jpg jpeg png gif bmp svg tif tiff webp psd mp3 "
    "mp4 wav avi mov mkv flac ogg m4a webm md yaml yml toml ini cfg conf log sql db sh ipynb epub "
    "mobi odt rtf tex bak tmp php asp aspx vbs jar"
)
# Labels with a vowel that are no words, or are said by their letters all the same.
_INITIALS = word_set(
    "imap asp aspx py exe iso apk ogg epub odt ai uk us eu id abc nyc nyu mit ibm aws irs fbi cia "
    "usa un ui api faq docx xyz io"
)
_WORDS = word_set(
    "me my am in is it so to at co be no by or on do go up we he us an as of if hi ok"
)
# A path on a machine starts with one of these, or is long.
_ROOTS = word_set("usr home etc var opt tmp bin dev mnt root lib srv proc sys Users Library")
_MARKS = {",": "comma"} | readings(
    ". dot, / slash, \\ backslash, : colon, - dash, _ underscore, ? question mark, = equals, "
    "& and, @ at, # hash, % percent, + plus, ~ tilde, ; semicolon, $ dollar, * star"
)
_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+|.")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|_+")
_REST = r"[^\s<>\"'()]*[A-Za-z0-9/]"
_LABEL = r"[A-Za-z0-9][\w-]{0,62}"
_LONGEST_LABEL = 5  # that is spelled because it holds no vowel
_VOWEL = re.compile("[aeiouy]")
_COLOR = re.compile(r"(?=[0-9]*[A-Fa-f])(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{6}")
_YEAR = re.compile("19[0-9]{2}|20[0-9]{2}")


def address(match: re.Match[str]) -> str:
    """ "www.example.com/a" is "W.W.W. dot example dot com slash a"."""
    tokens = _TOKEN.findall(match["it"] if "it" in match.re.groupindex else match[0])
    words: list[str] = []
    for left, token, right in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if token.isascii() and token.isdigit():
            is_port = words[-1:] == ["colon"]
            words.append(port(token) if is_port else _number(token))
        elif token.isalpha():
            words.append(_label(token, is_country=left == "." and right in ("", *"/:?#")))
        else:
            words.append(_MARKS.get(token, ""))
    return " ".join(filter(None, words))


def _label(label: str, is_country: bool = False) -> str:
    """A label as a word, or by its letters."""
    small = label.lower()
    if small == "localhost":
        return "local host"
    spelled = (
        OPTIONS.get().spell_urls
        or small in _INITIALS
        or (is_country and len(label) == 2 and small not in _WORDS)
        or (1 < len(label) <= _LONGEST_LABEL and label.isascii() and not _VOWEL.search(small))
    )
    return initials(small) if spelled else label


def _number(digits: str) -> str:
    """Digits in a name: two at most as a number, a year in pairs, others one by one."""
    if len(digits) < 3:
        return numbers.integer(digits)
    return numbers.paired(int(digits)) if _YEAR.fullmatch(digits) else numbers.digits(digits)


def path(match: re.Match[str]) -> str | None:
    """/usr/local/bin and ~/notes; "/his/her/" in prose is none."""
    first = re.split(r"[/\\]", match[0], maxsplit=2)[1]
    is_path = match[0][0] != "/" or first in _ROOTS or "." in match[0] or "_" in match[0]
    return address(match) if is_path else None


def hashtag(match: re.Match[str]) -> str | None:
    """#ThrowbackThursday as "hashtag Throwback Thursday"; #ff5733 is a color."""
    if _COLOR.fullmatch(match["name"]):
        return None
    return f"hashtag {_tag(match['name'])}"


def _tag(name: str) -> str:
    """The words of a tag; letters that are no word as initials."""
    spelled = name.islower() and name.isalpha() and len(name) <= _LONGEST_LABEL
    return initials(name) if spelled and not _VOWEL.search(name) else _CAMEL.sub(" ", name)


def handle(match: re.Match[str]) -> str:
    """@john_doe99 as "at john underscore doe ninety-nine"."""
    words = []
    for token in _TOKEN.findall(match["name"]):
        if token == "_":
            words.append("underscore")
        else:
            words.append(_number(token) if token.isdigit() else _tag(token))
    return f" at {' '.join(words)}"


def extension(match: re.Match[str]) -> str:
    """.exe as "dot E.X.E."."""
    return f"dot {_label(match['name']).replace('NET', 'net')}"


_DOMAIN = any_of([*_DOMAINS, "COM", "NET", "ORG", "EDU", "GOV"])
_ENDING = any_of([*_FILES, *(name.upper() for name in _FILES)])
_BARE_ENDING = any_of([*_FILES, "com", "org", "net", "NET"])
_LAST = {*_DOMAINS, *_COUNTRIES, *_WORDY, *_FILES, "be"}
_DOTTED = rf"\.(?:{any_of({*_LAST, *map(str.upper, _LAST)})})(?-u:\b)"
_SLASH = r"[/\\]"
RULES = (
    rule("url", rf"\b[A-Za-z][A-Za-z0-9+.-]{{1,20}}://{_REST}", address, "://"),
    rule("www", rf"\b[Ww][Ww][Ww]\.(?=\w){_REST}", address, r"[Ww]\."),
    rule(
        "e-mail",
        r"(?:mailto:)?[\w.+-](?<![\w.+-]{2})[\w.+-]*@[\w-]+(?:\.[\w-]+)*\.\w+(?:[/?]"
        + _REST
        + ")?",
        address,
        "@",
    ),
    plain_rule(
        "domain",
        rf"(?<![\w.@/-])(?:{_LABEL}\.)+(?:(?:com?|org|net|gov|ac|edu)\.(?:{any_of(_COUNTRIES)})|{_DOMAIN}|(?:{any_of(_WORDY)})(?=/)|(?<=youtu\.)be)"
        rf"(?::[0-9]{{2,5}})?(?:[/?#]{_REST})?(?![\w-]|\.\w)",
        address,
        _DOTTED,
    ),
    rule("host", r"\blocalhost:[0-9]{2,5}\b", address, "localhost:"),
    rule("document", rf"\b10\.[0-9]{{4,9}}/{_REST}", address, _SLASH),
    rule("drive", rf"\b[A-Z]:\\{_REST}", address, r":\\"),
    rule(
        "path",
        r"(?<![\w/.:<])(?:~|\.{1,2})?(?:/[\w.+-]{1,60}){2,20}/?(?<![.,])|(?<![\w/])(?:~|\.{1,2})/[\w.-]{1,60}(?<![.,])",
        path,
        _SLASH,
    ),
    rule("community", r"(?<![\w/])/?(?P<it>[ru]/\w{2,30})(?![\w/])", address, "[ru]/"),
    plain_rule(
        "file",
        rf"(?<![\w.])(?:[\w-]{{1,60}}/){{0,9}}{_LABEL}(?:\.[\w-]{{1,30}}){{0,4}}\.(?:{_ENDING})(?![\w-]|\.\w)",
        address,
        _DOTTED,
    ),
    plain_rule(
        "extension", rf"(?<![^\s(\"'])\.(?P<name>{_BARE_ENDING})(?![\w-]|\.\w)", extension, _DOTTED
    ),
    rule(
        "hashtag",
        rf"(?<![\w&/])#(?P<name>(?=[0-9]*[{LETTERS}])(?![0-9]+[A-Z]\b)[\w]{{1,100}})",
        hashtag,
        "#",
    ),
    rule("handle", r"(?<![\w@/.])@(?P<name>[A-Za-z_]\w{0,40})(?!\w|\.\w)", handle, "@"),
)
