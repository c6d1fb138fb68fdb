"""Addresses: every mark of a URL, e-mail address, domain or file name is a word."""

import re

from pngnw.normalize import numbers
from pngnw.normalize.rule import any_of, readings, rule, word_set

_DOMAINS = sorted(
    word_set("com org net edu gov mil info biz io dev co.uk org.uk ac.uk gov.uk com.au co.jp co.nz")
)
_FILES = sorted(
    word_set(
        "txt pdf doc docx xls xlsx csv json xml html htm py js css cpp exe zip gz tar jpg jpeg png "
        "gif svg mp3 mp4 wav avi md yaml yml toml ini sql"
    )
)
# Labels that are spelled.
_SPELLED = readings(
    "www W.W.W., http H.T.T.P., https H.T.T.P.S., ftp F.T.P., html H.T.M.L., htm H.T.M., "
    "php P.H.P., pdf P.D.F., csv C.S.V., xml X.M.L., js J.S., css C.S.S., svg S.V.G., sql S.Q.L., "
    "py P.Y., md M.D., mp M.P., tv T.V., ai A.I., io I.O., uk U.K., us U.S., eu E.U., ca C.A., "
    "de D.E., fr F.R., au A.U., jp J.P., ru R.U., ch C.H., nl N.L., id I.D."
)
_MARKS = {",": "comma"} | readings(
    ". dot, / slash, : colon, - dash, _ underscore, ? question mark, = equals, & and, @ at, "
    "# hash, % percent, + plus, ~ tilde, ; semicolon"
)
_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+|.")
_REST = r"[^\s<>\"'()]*[A-Za-z0-9/]"


def address(match: re.Match[str]) -> str:
    """ "www.example.com/a" is "W.W.W. dot example dot com slash a"."""
    words = []
    for token in _TOKEN.findall(match[0]):
        if token.isascii() and token.isdigit():
            words.append(numbers.integer(token))
        elif token.isalpha():
            words.append(_SPELLED.get(token.lower(), token))
        else:
            words.append(_MARKS.get(token, ""))
    return " ".join(filter(None, words))


RULES = (
    rule("url", rf"\b(?:https?|ftp)://{_REST}", address, r"://"),
    rule("www", rf"\bwww\.{_REST}", address, r"www\."),
    rule("e-mail", r"[\w.+-](?<![\w.+-]{2})[\w.+-]*@[\w-]+(?:\.[\w-]+)*\.\w+", address, "@"),
    rule(
        "domain",
        rf"(?<![\w.@/-])(?:[A-Za-z0-9][\w-]*\.)+(?:{'|'.join(map(re.escape, _DOMAINS))})"
        rf"(?:/{_REST})?(?![\w-]|\.\w)",
        address,
        rf"\.(?:{any_of(_DOMAINS)})",
        plain=True,
    ),
    rule(
        "file",
        rf"(?<![\w./])[A-Za-z0-9][\w-]{{0,99}}\.(?:{'|'.join(_FILES)})(?![\w-]|\.\w)",
        address,
        rf"\.(?:{any_of(_FILES)})",
        plain=True,
    ),
)
