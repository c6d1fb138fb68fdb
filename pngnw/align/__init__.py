"""Words as numbers: token symbols, wordpieces and the alignment of letters, phonemes and pieces."""

WORDPIECES, ALIGNER = "wordpieces.txt", "aligner.json"  # files of the stage and of encoders
LEXICON = "lexicon.parquet"  # of the stage: every word of the lexicon as a sentence of its own
