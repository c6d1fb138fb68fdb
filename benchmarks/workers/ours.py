"""Ours, everything on: spoken form, homographs, unknown words.

Out comes an Arrow column: for every text, the phonemes of each of its words and marks. Every call
starts with a phonemizer that remembers no word of an earlier one.
"""

from benchmarks.workers import Speak
from pngnw.phonemize.phonemizer import Phonemizer


def load() -> Speak:
    """What a phonemizer needs beside CMUdict, it reads when it is first asked."""
    return lambda texts: Phonemizer().phonemes(texts)
