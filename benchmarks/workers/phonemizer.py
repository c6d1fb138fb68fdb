"""The peer phonemizer 3.3.0 with the espeak-ng of the wheel espeakng-loader, one job."""

import os

import espeakng_loader
from phonemizer.backend import EspeakBackend
from phonemizer.backend.espeak.wrapper import EspeakWrapper

from benchmarks.workers import Speak


def load() -> Speak:
    """espeak-ng's American English with stress and marks, which ours gives as well."""
    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()  # the library reads it
    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    backend = EspeakBackend("en-us", with_stress=True, preserve_punctuation=True)
    return lambda texts: backend.phonemize(texts, strip=True, njobs=1)
