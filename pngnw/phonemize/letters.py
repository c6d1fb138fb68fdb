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

Letters in the names of arrays as in `pngnw.phonemize.tokenizer`: R texts, W tokens.
"""

import re
import string
from collections.abc import Callable
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

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


def initials(look_up: Callable[[str], Phonemes | None]) -> dict[str, str]:
    """Pairs of capitals that are read letter by letter though a lexicon lists them as a word."""
    pairs = map("".join, product(string.ascii_uppercase, repeat=2))
    words = frozenset(_TWO.split())
    return {
        pair: " ".join(spell_out(pair.lower()))
        for pair in pairs
        if pair.lower() not in words and not _is_spelled_already(pair.lower(), look_up)
    }


def _is_spelled_already(pair: str, look_up: Callable[[str], Phonemes | None]) -> bool:
    listed = look_up(pair)
    bare = [phoneme.rstrip("012") for phoneme in listed or ()]
    return listed is None or bare == [phoneme.rstrip("012") for phoneme in spell_out(pair)]


def letters_a(tokens: Tokens) -> Ints:
    """Positions (indices of tokens, rising) of every "a" that is a letter."""
    positions = np.concatenate([_capitals_a(tokens), _small_a(tokens)])
    positions.sort()
    return positions


def _capitals_a(tokens: Tokens) -> Ints:
    at, (left, right) = _with_neighbors(tokens, "A", (-1, 1))
    single = _test(_CAPITALS.__contains__, tokens, left, right)
    upper = _test(lambda word: word[:1].isupper(), tokens, right)
    mark = _test(is_mark, tokens, left)
    behind_a_word = (left >= 0) & ~mark[left]
    return at[single[left] | single[right] | (behind_a_word & ~upper[right])]


def _small_a(tokens: Tokens) -> Ints:
    at, (left, right, second) = _with_neighbors(tokens, "a", (-1, 1, 2))
    mark = _test(is_mark, tokens, left)
    quote = _test(_QUOTES.__contains__, tokens, left, right)
    end = _test(_ENDS.__contains__, tokens, right)
    dot = _test(".".__eq__, tokens, right, second)
    half_day = _test("m".__eq__, tokens, right)
    quoted = quote[left] | ~(mark[left] | quote[right])
    closed = end[right] & (left >= 0) & ~(dot[right] & dot[second]) & quoted
    return at[closed | half_day[right]]


def _test(test: Callable[[str], bool], tokens: Tokens, *neighbors: Ints) -> NDArray[np.bool_]:
    """By kind of token, whether those among `neighbors` pass; the last, for no token, is False."""
    passes = np.zeros(len(tokens.distinct) + 1, bool)
    for kinds in neighbors:
        passes[kinds] = True
    passes[-1] = False
    for kind in np.flatnonzero(passes).tolist():
        passes[kind] = test(tokens.distinct[kind])
    return passes


def _with_neighbors(
    tokens: Tokens, spelling: str, offsets: tuple[int, ...]
) -> tuple[Ints, list[Ints]]:
    """Where a spelling stands; the kinds of tokens at some offsets from it, -1 for no token."""
    kind = tokens.distinct.index(spelling) if spelling in tokens.distinct else -1
    at = np.flatnonzero(tokens.kind_W == kind)
    row = np.searchsorted(tokens.bounds_R, at, "right")
    first, end = tokens.bounds_R[row - 1], tokens.bounds_R[row]

    def neighbor(offset: int) -> Ints:
        inside = (first <= at + offset) & (at + offset < end)
        return np.where(inside, tokens.kind_W[np.where(inside, at + offset, at)], -1)

    return at, [neighbor(offset) for offset in offsets]
