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
    from pngnw.tools.report import sections_run, sections_voice
    from pngnw.tools.report.page import Section, render

    sections = (
        ("changed", "Changed since the run", sections_run.changed),
        ("pronunciation", "What it knows of pronunciation", sections_voice.pronunciation),
        ("prosody", "What it knows of prosody", sections_voice.prosody),
        ("alignment", "How soon attention aligns", sections_voice.alignment),
        ("cost", "What it cost", sections_voice.cost),
        ("voice", "The voice", sections_voice.voice),
        ("run", "What was run", sections_run.run),
        ("corpus", "The corpus", sections_run.corpus),
        ("losses", "Loss curves", sections_run.losses),
        ("emoji", "What the emoji teacher thinks", sections_run.emoji),
        ("experiments", "Experiments side by side", sections_run.experiments),
    )
    return render(
        sections_run.headline(root),
        [
            Section(name, title, blocks)
            for name, title, make in sections
            if (blocks := [*make(root)])
        ],
    )
