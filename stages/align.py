"""Words to aligned ids: data/phonemize -> data/align."""

from pngnw.align.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
