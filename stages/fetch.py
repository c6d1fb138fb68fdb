"""Sources to raw text: params.yaml -> data/raw."""

from pngnw.fetch.stage import run
from stages import launch

if __name__ == "__main__":
    launch(run)
