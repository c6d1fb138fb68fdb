"""One page about a run, to look at and to listen to: `pngnw report`.

It shows what the stages wrote into metrics/ and plots/. It never reads data/ or models/, so it
takes seconds for any corpus and works after `dvc pull`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pngnw.tools.report.gather import Results

PAGE: Final = Path("report/index.html")


def write_report(root: Path = Path()) -> Path:
    """Write the page about the last run of a repository, and make `dvc plots` work offline."""
    from pngnw.core.atomic import write_text
    from pngnw.tools.report import vega
    from pngnw.tools.report.gather import gather

    vega.version()  # before any work
    html = render_page(gather(root), vega.bundle())
    path = root / PAGE
    path.parent.mkdir(exist_ok=True)
    write_text(path, html)
    vega.vendor(root)
    return path


def render_page(results: "Results", charts_script: str) -> str:
    """The page as HTML; `charts_script` defines `vegaEmbed`."""
    from pngnw.tools.report import sections_encoder, sections_run, sections_speech
    from pngnw.tools.report.page import Section, render

    sections = (
        ("run", "What was run", sections_run.run),
        ("corpus", "The corpus", sections_run.corpus),
        ("losses", "Loss curves", sections_encoder.losses),
        ("tasks", "What the encoder can do", sections_encoder.tasks),
        ("emoji", "What the emoji teacher thinks", sections_encoder.emoji),
        ("attention", "Attention, as training goes on", sections_encoder.attention),
        ("sounds", "Listen", sections_encoder.sounds),
        ("alignment", "How soon attention aligns", sections_encoder.alignment),
        ("prosody", "What it knows of prosody", sections_speech.prosody),
        ("voice", "The voice", sections_speech.voice),
        ("cost", "What it cost", sections_run.cost),
        ("experiments", "Experiments side by side", sections_run.experiments),
    )
    return render(
        sections_run.headline(results),
        sections_run.lead(results),
        [Section(name, title, [*blocks(results)]) for name, title, blocks in sections],
        charts_script,
    )
