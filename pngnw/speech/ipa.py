"""Our phonemes in the symbols of a Piper voice, and the voice's durations back onto our tokens.

Guarantees: every token owns a run of symbols, in order; a mark that is not heard owns none. Source
of the spelling: espeak-ng's IPA of voice en-us, which is what such a voice was trained on.

Letters: P phoneme-side tokens, S symbols.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pngnw.speech.utterance import is_mark

VOWELS = {
    "AA": "ɑː", "AE": "æ", "AH": "ʌ", "AO": "ɔː", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɜː",
    "EY": "eɪ", "IH": "ɪ", "IY": "iː", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "uː",
}  # fmt: skip
# Unstressed vowels that are spelled differently from the stressed ones.
REDUCED = {"AH": "ə", "ER": "ɚ", "IY": "i"}
CONSONANTS = {
    "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "dʒ",
    "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ",
    "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
STRESS = {"0": "", "1": "ˈ", "2": "ˌ"}
# Marks that are heard, as the voice knows them; quotes and brackets are not.
HEARD = {**{mark: mark for mark in ".?!;:,"}, "…": ".", "-": ",", "–": ",", "—": ","}
BEGIN, BLANK, END, GAP = "^", "_", "$", " "
NOBODY = -1


@dataclass(frozen=True)
class Spelling:
    """Symbols [S] with a blank after each but the last, and which token owns each one's time."""

    symbols: list[str]
    owners: list[int]


def symbols_of(phoneme: str) -> str:
    """ARPAbet with stress ("AH0", "K") to one or more symbols; KeyError for anything else."""
    if phoneme[-1] not in STRESS:
        return CONSONANTS[phoneme]
    vowel, digit = phoneme[:-1], phoneme[-1]
    return STRESS[digit] + (REDUCED.get(vowel, VOWELS[vowel]) if digit == "0" else VOWELS[vowel])


def spell(words: Sequence[Sequence[str]]) -> Spelling:
    """What the voice is given for a sentence.

    A blank or a gap between words sounds like what comes next (between a sibilant and a vowel of
    two words, six frames apart, the sound changed half a frame after the first one's symbol): it
    belongs to the phoneme after it. Those around a mark are its silence. Of neighbouring marks the
    first is heard; what stands before the first phoneme or after the last token is nobody's.

    Args:
        words: the tokens of each word: ARPAbet phonemes, or one punctuation mark.
    """
    items = [(BEGIN, NOBODY)]
    silent = {NOBODY}
    token = 0
    mark = None  # the token of the mark that was heard last, if no phoneme followed yet
    for word in words:
        if word and is_mark(word):
            if mark is None and len(items) > 1 and word[0] in HEARD:
                items.append((HEARD[word[0]], token))
                silent.add(token)
                mark = token
        elif word:
            if len(items) > 1:
                items.append((GAP, token if mark is None else mark))
            for number, phoneme in enumerate(word):
                items += [(symbol, token + number) for symbol in symbols_of(phoneme)]
            mark = None
        token += len(word)
    items.append((END, NOBODY if mark is None else mark))
    symbols, owners = [BEGIN], [NOBODY]
    for (_, before), (symbol, owner) in pairwise(items):
        symbols += [BLANK, symbol]
        owners += [before if before in silent else owner, owner]
    return Spelling(symbols, owners)


def intervals(
    owners: Sequence[int], frames: npt.NDArray[np.int64], tokens: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """When each token is heard.

    Args:
        owners: [S] of a `Spelling`.
        frames: [S] how long each symbol lasts.
        tokens: P.

    Returns:
        start [P] and end [P] in frames; each token begins where the one before it ends.
    """
    owner = np.array(owners)
    owned = owner != NOBODY
    lead = int(frames[: int(np.argmax(owned))].sum())
    lengths = np.bincount(owner[owned], weights=frames[owned], minlength=tokens).astype(np.int64)
    ends = lead + np.cumsum(lengths)
    return ends - lengths, ends
