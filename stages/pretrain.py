"""Masked pretraining: data/align, data/teach -> models/encoder, plots/pretrain."""

from pngnw.pretrain.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
