"""Ours, everything on: spoken form, homographs, unknown words.

Out comes an Arrow column: for every text, the phonemes of each of its words and marks.
"""

from benchmarks.workers.serve import Speak, serve


def load() -> Speak:
    """A phonemizer that remembers nothing from an earlier run."""
    from pngnw.params import Phonemize
    from pngnw.phonemes.lines import phonemes_of
    from pngnw.phonemes.phonemizer import Phonemizer

    phonemizer = Phonemizer.load(Phonemize(lexicon=None))
    return lambda texts: phonemes_of(phonemizer, texts)


if __name__ == "__main__":
    serve(load)
