"""Words as numbers: token symbols, wordpieces and the alignment of letters, phonemes and pieces."""
