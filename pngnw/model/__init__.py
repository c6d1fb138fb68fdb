"""The encoder: embeddings, positions, attention, layers and the heads that pretraining needs."""

# The other files of an encoder's folder; `pngnw.pretrain` writes them, reading text needs them.
LEXICON, LEXICON_NEEDS, CARD = "lexicon.txt", "lexicon.json", "README.md"
