"""Speech with gold phoneme times: data/align -> data/speech."""

from pngnw.speech.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
