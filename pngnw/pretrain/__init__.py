"""Masked pretraining: tasks, batches, losses, the loop, checkpoints and held-out measures."""
