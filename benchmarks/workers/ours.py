"""Ours, everything on: spoken form, homographs, unknown words.

Out comes an Arrow column: for every text, the phonemes of each of its words and marks. Every call
starts with a phonemizer that remembers no word of an earlier one.
"""

from benchmarks.workers.serve import Speak, serve


def load() -> Speak:
    """CMUdict is read once; what else a phonemizer needs, it reads when it is first asked."""
    from pngnw.phonemize.lexicon import Lexicon, load_cmudict
    from pngnw.phonemize.phonemizer import Phonemizer, phonemes_of

    lexicon = load_cmudict()
    return lambda texts: phonemes_of(Phonemizer(lexicon, Lexicon({})), texts)


if __name__ == "__main__":
    serve(load)
