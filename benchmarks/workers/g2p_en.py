"""The peer g2p_en 2.1.0, run as it is; NLTK_DATA names a folder made by `nltk_data.prepare`.

An answer is, for every text, the tokens that g2p_en itself cut and the phonemes of each.
"""

from typing import Any

from benchmarks.workers.serve import Speak, serve


def load() -> Speak:
    """Import g2p_en and listen to what it hands to its tagger: its tokens."""
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
        return [
            list(zip(tokens, _by_token(phonemes), strict=True)) if tokens else []
            for tokens, phonemes in zip(heard, spoken, strict=True)
        ]

    return speak


def _by_token(phonemes: list[str]) -> list[list[str]]:
    """g2p_en puts a space between tokens; a token may have no phonemes."""
    found: list[list[str]] = [[]]
    for phoneme in phonemes:
        if phoneme == " ":
            found.append([])
        else:
            found[-1].append(phoneme)
    return found


if __name__ == "__main__":
    serve(load)
