"""docs/results.md and the rows of README's results, written from the files of figures.

`make results` fills benchmarks/templates with what commands have measured: metrics/ of the last
`dvc repro`, and the files that `python -m pngnw probe`, `make bench` and the sweeps wrote. A test
compares the pages with what would be written, so nothing measured is typed by hand.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).parents[1]
FILES = {
    "default": "metrics/pretrain.json",
    "align": "metrics/evaluate.json",
    "clean": "metrics/clean.json",
    "prosody": "metrics/prosody.json",
    "voice": "metrics/voice.json",
    "shipped": "benchmarks/shipped.json",
    "probes": "benchmarks/probes.json",
    "human": "benchmarks/prosody.json",
    "bench": "benchmarks/results.json",
    "homographs": "pngnw/phonemize/homographs/weights.json",
}
ROWS = re.compile(r"(?<=## Results\n\n).*?(?=\n\nCommands, intervals)", re.DOTALL)


def main() -> None:
    """Write both pages."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.tables",
        description=__doc__,
        epilog="example: python -m benchmarks.tables",
    )
    parser.parse_args()
    for path, text in pages().items():
        path.write_text(text)


def pages() -> dict[Path, str]:
    """The text of both pages by path."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"fixed": fixed, "signed": signed, "both": both}
    figures = {name: json.loads((ROOT / path).read_text()) for name, path in FILES.items()}
    classes = {
        name.rpartition(".")[2]: result["ours"]
        for name, result in figures["bench"].items()
        if name.startswith("normalization.heldout.") and not name.endswith((".all", ".real"))
    }
    figures["lowest_class"] = min(classes, key=classes.__getitem__)
    readme, results = ROOT / "README.md", ROOT / "docs/results.md"
    rows = environment.get_template("readme.md.jinja").render(figures).strip()
    return {
        readme: ROWS.sub(lambda _: rows, readme.read_text()),
        results: environment.get_template("results.md.jinja").render(figures),
    }


def fixed(value: float, digits: int = 3) -> str:
    """A number with so many digits behind the point."""
    return f"{value:.{digits}f}"


def signed(value: float, digits: int = 3) -> str:
    """A difference."""
    return f"{value:+.{digits}f}".replace("-", "−")


def both(figure: dict[str, Any], digits: int = 3, sign: bool = False) -> str:
    """A figure and the ends of its interval."""
    show = signed if sign else fixed
    low, high = (show(end, digits) for end in figure["interval"])
    return f"{show(figure['value'], digits)} ({low} to {high})"


if __name__ == "__main__":
    main()
