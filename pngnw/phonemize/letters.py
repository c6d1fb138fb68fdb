"""Letters and digits by their names: which capitals are read that way, and which "a" is a letter.

Capitals that no lexicon lists are read letter by letter when they are three at most (EEC), hold no
vowel (XQZT), or begin or end as no English word does (MPLA, IUCN, ASTM); the others are read as a
word (UNEP, and BLORPAT in a heading). Two capitals that a lexicon lists only in small letters (UN,
AI, ID) are initials too, but for the words that prose writes in capitals (IT, NO, US).

"A" or "a" is the letter, not the article,

- as "A" beside another single capital that is not "I" ("U S A"), and "a" in front of "m" ("ten a
  m");
- as "A" behind a word and not in front of a capital ("Plan A failed", "vitamin A.", not "in A Room
  of One's Own");
- as "a" behind a word or a quote, in front of a mark that ends something ("the letter a.", "an
  'a'"), but not in front of a dash or dots, where speakers falter.
"""

import re
import string
from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np

from pngnw.phonemize.arpabet import Phonemes
from pngnw.phonemize.tokenizer import APOSTROPHES, OPENING, Ints, Tokens, is_mark

NAMES: Final[dict[str, Phonemes]] = {
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

# Words, names and shortened words of two letters, which capitals do not make initials.
_TWO: Final = (
    "ah al am an as at aw ax be bo by co cy de di do dr du ed eh el em en ex fe go ha he hi hm ho "
    "hu hz if im in is it jo jr lb le li ln lo me mg mm mr mt mu my no of oh oi ok om on op or ow "
    "ox oy oz re sh so sr st to tu ty uh um up ur us we wm wo wu xi ya ye yi yo yu"
)
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
_CAPITALS: Final = frozenset(string.ascii_uppercase) - {"I"}
_QUOTES: Final = frozenset(APOSTROPHES + OPENING + '"“”«»')
_ENDS: Final = frozenset(".,;:!?)]") | _QUOTES


def is_spelled(initials: str) -> bool:
    """Whether capitals (given in lower case, a-z) that no lexicon lists are read by letters."""
    return len(initials) <= _FEW or _READABLE.fullmatch(initials) is None


def spell_out(letters: str) -> Phonemes:
    """The names of letters and digits, one after the other."""
    return tuple(phoneme for char in letters for phoneme in NAMES[char])


def initials(lexicon: Mapping[str, str]) -> dict[str, str]:
    """Pairs of capitals that are read letter by letter though a lexicon lists them as a word."""
    words, found = frozenset(_TWO.split()), {}
    for pair in map("".join, product(string.ascii_lowercase, repeat=2)):
        listed, letters = lexicon.get(pair), " ".join(spell_out(pair))
        if listed and pair not in words and _unstressed(listed) != _unstressed(letters):
            found[pair.upper()] = letters
    return found


def _unstressed(phonemes: str) -> str:
    return re.sub("[012]", "", phonemes)


def letters_a(tokens: Tokens) -> Ints:
    """Positions (indices of tokens, rising) of every "a" that is a letter."""
    kinds = [kind for kind, word in enumerate(tokens.distinct) if word in ("a", "A")]
    at = np.flatnonzero(np.isin(tokens.kind_W, kinds))
    row = np.searchsorted(tokens.bounds_R, at, "right")
    ends = zip(
        at.tolist(), tokens.bounds_R[row - 1].tolist(), tokens.bounds_R[row].tolist(), strict=True
    )
    letters = [each for each, first, end in ends if _is_letter(tokens, each, first, end)]
    return np.array(letters, np.int64)


def _is_letter(tokens: Tokens, at: int, first: int, end: int) -> bool:
    """Whether the "a" or "A" at `at` is a letter; its text has the tokens from `first` to `end`."""
    spelling, left, right, second = (
        tokens.distinct[tokens.kind_W[place]] if first <= place < end else ""
        for place in (at, at - 1, at + 1, at + 2)
    )
    behind_word = bool(left) and not is_mark(left)
    if spelling == "A":
        single = left in _CAPITALS or right in _CAPITALS
        return single or (behind_word and not right[:1].isupper())
    closed = right in _ENDS and not right == second == "."
    quoted = left in _QUOTES or (behind_word and right not in _QUOTES)
    return right == "m" or (closed and quoted)
