"""The peer g2p_en 2.1.0, run as it is; NLTK_DATA names a folder made by `nltk_data.prepare`.

An answer is, for every text, the tokens that g2p_en itself cut, and what it returned: the phonemes
of all tokens with a space between two tokens.
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

    def speak(texts: list[str]) -> list[tuple[list[str], list[str]]]:
        heard.clear()
        spoken = [phonemize(text) for text in texts]
        return list(zip(heard, spoken, strict=True))

    return speak


if __name__ == "__main__":
    serve(load)
