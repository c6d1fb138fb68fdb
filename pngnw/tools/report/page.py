"""The page: the kinds of blocks that its sections are made of, and its rendering by page.html.

Guarantees: one file, no network. Text from data is escaped by the template, and could not run even
if it were not: the page's policy allows the script that it was written with, by its digest, and no
request of any kind.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

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
class Bar:
    """A figure: what it is of, how long its bar is, and what stands behind the bar."""

    label: str
    value: float
    text: str
    control: bool = False  # of what answers without an encoder


@dataclass(frozen=True)
class Bars(Block):
    """A chart: figures that are not below 0 as bars, one below the other."""

    title: str
    caption: str
    bars: Sequence[Bar]

    @property
    def longest(self) -> float:
        return max(bar.value for bar in self.bars) or 1.0


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


def render(headline: str, sections: Sequence[Section]) -> str:
    """The page as HTML."""
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("page.html").render(
        headline=headline,
        written=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z"),
        sections=sections,
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        script=script,
        policy=f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; media-src data:; base-uri 'none'; form-action 'none'",
    )
