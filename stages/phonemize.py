"""Words to ARPAbet: data/clean -> data/phonemize."""

from pngnw.phonemize.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
