"""Sources to raw text: params.yaml -> data/raw."""

from pathlib import Path

from pngnw.fetch.stage import fetch
from pngnw.params import Params
from stages import launch


def main(params: Params) -> None:
    """Fetch the sources of params.yaml (fetch.sources) into data/raw, checked by SHA-256."""
    fetch(params.fetch, Path("data/raw"))


if __name__ == "__main__":
    launch(main)
