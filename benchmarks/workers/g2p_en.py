"""The peer g2p_en 2.1.0, run as it is; `data` is a folder made by `nltk_data.prepare`.

An answer is, for every text, the tokens that g2p_en itself cut, each with its phonemes.
"""

import os
from typing import Any

from benchmarks.workers import Speak


def load(data: str) -> Speak:
    """Import g2p_en and listen to what it hands to its tagger: its tokens."""
    os.environ["NLTK_DATA"] = data  # NLTK reads it when it is imported
    from g2p_en import G2p
    from g2p_en import g2p as module

    phonemize = G2p()
    tag = module.pos_tag
    heard: list[list[str]] = []

    def listening(tokens: list[str]) -> Any:
        heard.append(list(tokens))
        return tag(tokens)

    module.pos_tag = listening

    def speak(texts: list[str]) -> list[list[tuple[str, list[str]]]]:
        heard.clear()
        spoken = [phonemize(text) for text in texts]
        return [_by_token(*each) for each in zip(heard, spoken, strict=True)]

    return speak


def _by_token(tokens: list[str], phonemes: list[str]) -> list[tuple[str, list[str]]]:
    """Phonemes, cut at the spaces between tokens; a token may have none."""
    found: list[list[str]] = [[]]
    for phoneme in phonemes:
        if phoneme == " ":
            found.append([])
        else:
            found[-1].append(phoneme)
    return list(zip(tokens, found, strict=True)) if tokens else []
