"""What a section of the page is made of; page.html draws each kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Note:
    """A paragraph. `missing` marks what has not been run yet."""

    kind: ClassVar[str] = "note"
    text: str
    missing: bool = False


@dataclass(frozen=True)
class Heading:
    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Points:
    """Sentences, one below the other."""

    kind: ClassVar[str] = "points"
    sentences: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Rows of text; the columns from the second on are numbers unless named in `words`.

    Attributes:
        marked: columns that deserve to be seen first.
        folded: shown only when asked for.
    """

    kind: ClassVar[str] = "table"
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[str] = frozenset()
    marked: frozenset[str] = frozenset()
    folded: bool = False


@dataclass(frozen=True)
class Chart:
    """A Vega-Lite specification with its caption in plain words."""

    kind: ClassVar[str] = "chart"
    title: str
    spec: dict[str, Any]
    caption: str = ""


@dataclass(frozen=True)
class Charts:
    """Charts of one kind, side by side where there is room; wide ones need more of it."""

    kind: ClassVar[str] = "charts"
    charts: Sequence[Chart]
    caption: str
    wide: bool = False


@dataclass(frozen=True)
class Picture:
    kind: ClassVar[str] = "picture"
    source: str  # a data: URL
    alt: str
    caption: str


@dataclass(frozen=True)
class Frame:
    """One moment of a strip: an image over the plot area of its SVG, or a picture of its own."""

    source: str  # a data: URL


@dataclass(frozen=True)
class Drawing:
    """Attention of one utterance: the frames below, symbols, gold times and silences above them.

    All lengths are in the units of the SVG's view box, `width` by `height` with the margins.
    """

    alt: str
    frames: Sequence[Frame]
    width: float
    height: float
    left: float
    labels: Sequence[tuple[float, str]]  # y, symbol
    ticks: Sequence[tuple[float, str]]  # x, seconds
    gold: Sequence[tuple[float, float, float]]  # x1, x2, y
    silences: Sequence[tuple[float, float]]  # x, width


@dataclass(frozen=True)
class Strip:
    """What one text encoder's attention looks like as training goes on.

    Either `drawings`, or `pictures`, one for each moment.
    """

    title: str
    drawings: Sequence[Drawing] = ()
    pictures: Sequence[Frame] = ()
    alt: str = ""


@dataclass(frozen=True)
class Slider:
    """Strips side by side, all at the same moment of training."""

    kind: ClassVar[str] = "slider"
    name: str
    moments: Sequence[str]
    strips: Sequence[Strip]
    caption: str


@dataclass(frozen=True)
class Player:
    label: str
    source: str  # a data: URL


@dataclass(frozen=True)
class Players:
    """One utterance, as spoken and as every text encoder has it said."""

    kind: ClassVar[str] = "players"
    title: str
    players: Sequence[Player]


Block = Note | Heading | Points | Table | Chart | Charts | Picture | Slider | Players


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)
