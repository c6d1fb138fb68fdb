"""The page: the kinds of blocks that its sections are made of, and its rendering by page.html.

Guarantees: one file, no network. Text from data is escaped by the template, and could not run even
if it were not: the page's policy allows the two scripts that it was written with, by their digest,
and no request of any kind.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pngnw.core.errors import UserError

_HERE = Path(__file__).parent


class Block:
    """A part of a section; page.html renders it by its kind."""

    @property
    def kind(self) -> str:
        return type(self).__name__.lower()


@dataclass(frozen=True)
class Note(Block):
    """A paragraph. `missing` marks what has not been run yet."""

    text: str
    missing: bool = False


@dataclass(frozen=True)
class Heading(Block):
    text: str


@dataclass(frozen=True)
class Points(Block):
    """Sentences, one below the other."""

    sentences: Sequence[str]


@dataclass(frozen=True)
class Table(Block):
    """Rows of text; the columns from the second on are numbers unless named in `words`.

    Attributes:
        marked: columns that deserve to be seen first.
        folded: shown only when asked for.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[str] = frozenset()
    marked: frozenset[str] = frozenset()
    folded: bool = False


@dataclass(frozen=True)
class Chart(Block):
    """A Vega-Lite specification with its caption in plain words."""

    title: str
    spec: dict[str, Any]
    caption: str = ""


@dataclass(frozen=True)
class Charts(Block):
    """Charts of one kind, side by side where there is space; wide ones need more of it."""

    charts: Sequence[Chart]
    caption: str
    wide: bool = False


@dataclass(frozen=True)
class Drawing:
    """Attention of one utterance: a frame for each moment, with symbols and gold times.

    Frames are data: URLs. All lengths are in the units of the SVG's view box, `width` by `height`
    with the margins.
    """

    width: ClassVar[float] = 300.0
    height: ClassVar[float] = 200.0
    left: ClassVar[float] = 30.0
    alt: str
    frames: Sequence[str]
    labels: Sequence[tuple[float, str]]  # y, symbol
    ticks: Sequence[tuple[float, str]]  # x, seconds
    gold: Sequence[tuple[float, float, float]]  # x1, x2, y
    silences: Sequence[tuple[float, float]]  # x, width


@dataclass(frozen=True)
class Strip:
    """Attention of one text encoder on every utterance."""

    title: str
    drawings: Sequence[Drawing]


@dataclass(frozen=True)
class Slider(Block):
    """Strips side by side, all at the same moment of training."""

    name: str
    moments: Sequence[str]
    strips: Sequence[Strip]
    caption: str


@dataclass(frozen=True)
class Picture(Block):
    """A picture that a stage drew, with one line that says what is to be seen or what came out."""

    title: str
    source: str  # a data: URL
    caption: str


@dataclass(frozen=True)
class Player:
    label: str
    source: str  # a data: URL


@dataclass(frozen=True)
class Players(Block):
    """One utterance, as spoken and as every text encoder has it said."""

    title: str
    players: Sequence[Player]


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    blocks: Sequence[Block]


def render(headline: str, lead: str, sections: Sequence[Section], charts_script: str) -> str:
    """The page as HTML; `charts_script` defines `vegaEmbed`."""
    scripts = [charts_script, (_HERE / "page.js").read_text(encoding="utf-8")]
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["as_data"] = _as_data
    return environment.get_template("page.html").render(
        headline=headline,
        lead=lead,
        written=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        sections=sections,
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        scripts=scripts,
        policy=_policy(scripts),
    )


def _policy(scripts: Sequence[str]) -> str:
    """A Content-Security-Policy: these scripts, what is inlined, nothing else."""
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; media-src data:; base-uri 'none'; form-action 'none'"
    )


def _as_data(value: Any) -> Markup:
    """A value as JSON that stays data inside <script>, whatever text it holds."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise UserError("a figure is no finite number; run `dvc repro`") from None
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
