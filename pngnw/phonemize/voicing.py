"""How an ending sounds behind a word: plural and possessive "s", "d" of had and would, 'll and 've.

Guarantees: pure functions of the last sound of the word. An "s" is IH0 Z behind a sibilant (as in
625 plurals of CMUdict, which has AH0 Z in 311 others), S behind another voiceless consonant, else
Z; a "d" is IH0 D behind T and D, else D.
"""

from typing import Final

from pngnw.phonemize.arpabet import SIBILANTS, VOICELESS

_SOUNDS: Final = {
    "'ll": ("AH0", "L"),
    "'re": ("ER0",),
    "'ve": ("AH0", "V"),
    "n't": ("AH0", "N", "T"),
    "'m": ("AH0", "M"),
    "'em": ("AH0", "M"),
    "'st": ("S", "T"),
}
_BEHIND_STRESSED_VOWEL: Final = {"'ll": ("L",), "'ve": ("V",), "n't": ("N", "T"), "'m": ("M",)}
CLITICS: Final = ("'s", "'d", *_SOUNDS)


def voiced(base: tuple[str, ...], ending: str) -> tuple[str, ...]:
    """The sound of "s" (plural, possessive, third person) or "d" (had, would) behind `base`."""
    last = base[-1] if base else ""
    if ending == "s":
        if last in SIBILANTS:
            return ("IH0", "Z")
        return ("S",) if last in VOICELESS else ("Z",)
    if ending == "d":
        return ("IH0", "D") if last in ("T", "D") else ("D",)
    return ()


def clitic(base: tuple[str, ...], ending: str) -> tuple[str, ...]:
    """The sound of one of `CLITICS` behind `base`: ye've has V, should've AH0 V."""
    if ending in ("'s", "'d"):
        return voiced(base, ending[1])
    if base and base[-1].endswith("1") and base[-1] != "ER1" and ending in _BEHIND_STRESSED_VOWEL:
        return _BEHIND_STRESSED_VOWEL[ending]
    return _SOUNDS[ending]
