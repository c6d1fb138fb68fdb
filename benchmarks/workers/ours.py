"""Ours, everything on: spoken form, homographs, unknown words; out come the stage's own columns."""

import pyarrow as pa

from benchmarks.workers.serve import Speak, serve


def load() -> Speak:
    """A phonemizer that remembers nothing from an earlier run."""
    from pngnw.corpus.spoken import speak
    from pngnw.params import Phonemize
    from pngnw.phonemes.phonemizer import Phonemizer
    from pngnw.phonemes.stage import words_column

    phonemizer = Phonemizer.load(Phonemize(lexicon=None))

    def phonemize(texts: list[str]) -> None:
        spoken = [speak(text).text for text in texts]
        words_column(phonemizer.speak(pa.array(spoken, pa.large_string())))

    return phonemize


if __name__ == "__main__":
    serve(load)
