"""Sentences to emoji distributions: data/clean -> data/teach."""

from pngnw.teach.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
