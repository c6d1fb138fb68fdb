"""The encoder: embeddings, positions, attention, layers and the heads that pretraining needs."""
