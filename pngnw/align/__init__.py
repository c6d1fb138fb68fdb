"""Words as numbers: token symbols, wordpieces and the alignment of letters, phonemes and pieces."""

WORDPIECES, ALIGNER = "wordpieces.txt", "aligner.json"  # files of the stage and of encoders
