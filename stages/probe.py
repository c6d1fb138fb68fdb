"""What frozen states know of a labelled set: models/encoder -> plots/probe/<set>."""

from pngnw.probe.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run, part="set")
