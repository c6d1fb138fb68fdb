"""Letters and digits by their names, and which capitals are said that way.

Guarantees: pure functions. Capitals that no lexicon lists are said letter by letter when they are
three at most (EEC), hold no vowel (XQZT), or begin or end as no English word does (MPLA, IUCN,
ASTM); the others are read as a word (UNEP, and BLORPAT in a heading).
"""

import re
from typing import Final

NAMES: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(phonemes.split())
    for name, phonemes in {
        "a": "EY1", "b": "B IY1", "c": "S IY1", "d": "D IY1", "e": "IY1", "f": "EH1 F",
        "g": "JH IY1", "h": "EY1 CH", "i": "AY1", "j": "JH EY1", "k": "K EY1", "l": "EH1 L",
        "m": "EH1 M", "n": "EH1 N", "o": "OW1", "p": "P IY1", "q": "K Y UW1", "r": "AA1 R",
        "s": "EH1 S", "t": "T IY1", "u": "Y UW1", "v": "V IY1", "w": "D AH1 B AH0 L Y UW0",
        "x": "EH1 K S", "y": "W AY1", "z": "Z IY1",
        "0": "Z IH1 R OW0", "1": "W AH1 N", "2": "T UW1", "3": "TH R IY1", "4": "F AO1 R",
        "5": "F AY1 V", "6": "S IH1 K S", "7": "S EH1 V AH0 N", "8": "EY1 T", "9": "N AY1 N",
    }.items()
}  # fmt: skip

_FEW: Final = 3
_ONSET: Final = (
    "[bcdfghjklmnprstvwxz]|qu|y(?=[aeiou])|[bcfgkps]l|[bcdfgkptw]r|[cgkprstw]h|chr|phr|shr|thr|"
    "[gk]n|[pt]s|s[ckmnpqtwv]|sch[lmnrw]?|sc[hr]|sp[lr]|str|squ|[td]w"
)
_CODA: Final = (
    "[bcdfghklmnprstvwxz]|[cgpst]h|[clrsw]k|[cfnprsx]t|[bdfglnprst]{2}|dge?|ght|gn|l[dfmpt]|m[bnp]|"
    "mpt|nch|n[dgkx]|ng?th|r[bcdfglmnp]|rch|rsh|rst|rth|s[mp]|tch|t[sz]|w[ln]|zz"
)
_READABLE: Final = re.compile(
    rf"(?!y[^aeiou])(?:{_ONSET})?[aeiouy]{{1,3}}"
    rf"(?:[^aeiouy]{{1,3}}[aeiouy]{{1,3}})*(?:(?:{_CODA})[se]?)?"
)


def is_spelled(initials: str) -> bool:
    """Whether capitals (given in lower case, a-z) that no lexicon lists are said by letters."""
    return len(initials) <= _FEW or _READABLE.fullmatch(initials) is None
