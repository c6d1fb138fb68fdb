"""What states tell of durations, pitch and pauses: data/speech, models/encoder -> plots/prosody."""

from pngnw.prosody.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
