"""One page about a run, to look at and to listen to: `pngnw report`.

It shows what the stages wrote into metrics/ and plots/. It never reads data/ or models/, so it
takes seconds for any corpus and works after `dvc pull`.
"""

from pathlib import Path
from typing import Final

PAGE: Final = Path("report/index.html")


def write_report(root: Path = Path()) -> Path:
    """Write the page about the last run of a repository, and make `dvc plots` work offline."""
    from pngnw.core.atomic import write_text
    from pngnw.tools.report import vega

    vega.vendor(root)
    html = render_page(root)
    path = root / PAGE
    path.parent.mkdir(exist_ok=True)
    write_text(path, html)
    return path


def render_page(root: Path) -> str:
    """The page about the last run of a repository as HTML; what has not been run is said in it.

    Raises:
        UserError: params.yaml is missing, or a file is damaged or not what its name says.
    """
    from pngnw.tools.report import run, voice
    from pngnw.tools.report.page import render, section

    return render(
        run.headline(root),
        [
            section(root, "changed", "Changed since the run", run.changed, "dvc.lock"),
            section(root, "pronunciation", "What it knows of pronunciation", voice.pronunciation,
                    "metrics/pretrain.json"),
            section(root, "prosody", "What it knows of prosody", voice.prosody,
                    "metrics/prosody.json"),
            section(root, "alignment", "How soon attention aligns", voice.alignment,
                    "metrics/evaluate.json"),
            section(root, "cost", "What it cost", voice.cost, "metrics/cost"),
            section(root, "voice", "The voice", voice.voice, "metrics/voice.json"),
            section(root, "run", "What was run", run.run, "dvc.lock"),
            section(root, "corpus", "The corpus", run.corpus, "metrics/clean.json"),
            section(root, "emoji", "What the emoji teacher thinks", run.emoji,
                    "metrics/teach.json"),
        ],
    )  # fmt: skip
