"""Addresses on the net: labels that are spelled, and what their marks are called."""

from pngnw.normalize.tables.words import words

DOMAINS = sorted(
    words("com org net edu gov mil info biz io dev co.uk org.uk ac.uk gov.uk com.au co.jp co.nz")
)
FILES = sorted(
    words(
        "txt pdf doc docx xls xlsx csv json xml html htm py js css cpp exe zip gz tar jpg jpeg png "
        "gif svg mp3 mp4 wav avi md yaml yml toml ini sql"
    )
)
SPELLED = {
    "www": "W.W.W.",
    "http": "H.T.T.P.",
    "https": "H.T.T.P.S.",
    "ftp": "F.T.P.",
    "html": "H.T.M.L.",
    "htm": "H.T.M.",
    "php": "P.H.P.",
    "pdf": "P.D.F.",
    "csv": "C.S.V.",
    "xml": "X.M.L.",
    "js": "J.S.",
    "css": "C.S.S.",
    "svg": "S.V.G.",
    "sql": "S.Q.L.",
    "py": "P.Y.",
    "md": "M.D.",
    "mp": "M.P.",
    "tv": "T.V.",
    "ai": "A.I.",
    "io": "I.O.",
    "uk": "U.K.",
    "us": "U.S.",
    "eu": "E.U.",
    "ca": "C.A.",
    "de": "D.E.",
    "fr": "F.R.",
    "au": "A.U.",
    "jp": "J.P.",
    "ru": "R.U.",
    "ch": "C.H.",
    "nl": "N.L.",
    "id": "I.D.",
}
MARKS = {
    ".": "dot",
    "/": "slash",
    ":": "colon",
    "-": "dash",
    "_": "underscore",
    "?": "question mark",
    "=": "equals",
    "&": "and",
    "@": "at",
    "#": "hash",
    "%": "percent",
    "+": "plus",
    "~": "tilde",
    ",": "comma",
    ";": "semicolon",
}
