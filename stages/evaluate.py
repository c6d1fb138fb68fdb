"""How soon attention aligns, arm by arm: data/speech, models/encoder -> plots/evaluate."""

from pngnw.evaluate.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
