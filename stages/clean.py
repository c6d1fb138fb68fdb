"""Raw text to sentences: data/raw -> data/clean."""

from pngnw.clean.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
