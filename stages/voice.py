"""A voice for every arm: data/speech, models/encoder -> models/voice, plots/voice."""

from pngnw.voice.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
