"""From what was gathered to report/index.html: one file, no network.

Guarantees: text from data is escaped by the template, and could not run even if it were not: the
page's policy allows the two scripts that it was written with, by their digest, and no request of
any kind. The file is written whole or not at all.
"""

import base64
import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.tools.report.gather import Gathered, gather

PAGE: Final = Path("report/index.html")
_HERE = Path(__file__).parent


def report(root: Path = Path()) -> Path:
    """Write the page about the last run of a repository, and make `dvc plots` work offline.

    Returns:
        Where the page is.

    Raises:
        UserError: this is no such repository, or a file of a stage is damaged or foreign.
    """
    from pngnw.tools.report import vega

    vega.version()  # before any work
    page = render(gather(root), vega.bundle())
    path = root / PAGE
    path.parent.mkdir(exist_ok=True)
    write_text(path, page)
    vega.vendor(root)
    return path


def render(found: Gathered, charts_script: str) -> str:
    """The page.

    Args:
        found: what it tells.
        charts_script: defines `vegaEmbed`.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from pngnw.tools.report import about, alignment, comparison, training

    sections = [
        about.run(found),
        about.corpus(found),
        training.losses(found),
        training.tasks(found),
        training.emoji(found),
        alignment.attention(found),
        alignment.sounds(found),
        alignment.curves(found),
        comparison.cost(found),
        comparison.experiments(found),
    ]
    scripts = [charts_script, (_HERE / "page.js").read_text(encoding="utf-8")]
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["as_data"] = as_data
    return environment.get_template("page.html").render(
        headline=about.headline(found),
        lead=about.lead(found),
        written=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        sections=sections,
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        scripts=scripts,
        policy=policy(scripts),
    )


def policy(scripts: list[str]) -> str:
    """A Content-Security-Policy: these scripts, what is inlined, nothing else."""
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; media-src data:; base-uri 'none'; form-action 'none'"
    )


def as_data(value: Any) -> Any:
    """A value as JSON that stays data inside <script>, whatever text it holds."""
    from markupsafe import Markup

    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise UserError("a figure is no finite number; run `dvc repro`") from None
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
