"""Ours, everything on: spoken form, homographs, unknown words.

Out comes an Arrow column: for every text, the phonemes of each of its words and marks.
"""

import pyarrow as pa

from benchmarks.workers.serve import Speak, serve


def load() -> Speak:
    """A phonemizer that remembers nothing from an earlier run."""
    from pngnw.corpus.spoken import speak_all
    from pngnw.params import Phonemize
    from pngnw.phonemes.phonemizer import Phonemizer

    phonemizer = Phonemizer.load(Phonemize(lexicon=None))

    def phonemize(texts: list[str]) -> pa.LargeListArray:
        plain = [spoken.text for spoken in speak_all(texts)]
        spoken = phonemizer.speak(pa.array(plain, pa.large_string()))
        words = pa.array(spoken.readings, pa.large_string()).take(pa.array(spoken.reading_W))
        return pa.LargeListArray.from_arrays(pa.array(spoken.tokens.bounds_R), words)

    return phonemize


if __name__ == "__main__":
    serve(load)
