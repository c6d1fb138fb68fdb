"""The page: the kinds of blocks that its sections are made of, and its rendering by page.html.

Guarantees: one file without a script, no network. Text from data is escaped by the template, and
could not run even if it were not: the page's policy allows no script and no request of any kind.
"""

import base64
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import soundfile
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pngnw.core.errors import UserError, one_line_error

_HERE: Final = Path(__file__).parent


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
class Points(Block):
    """Sentences, one below the other."""

    sentences: Sequence[str]


@dataclass(frozen=True)
class Table(Block):
    """Rows of text; the columns from the second on are numbers unless `words`.

    Attributes:
        folded: shown only when asked for.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: bool = False
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
class Picture(Block):
    """A picture that a stage drew, with one line that says what is to be seen."""

    title: str
    source: str  # a data: URL
    caption: str


@dataclass(frozen=True)
class Players(Block):
    """One utterance, as spoken and as every text encoder has it said: labels to data: URLs."""

    title: str
    sounds: dict[str, str]


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    blocks: Sequence[Block]


def section(
    root: Path, name: str, title: str, make: Callable[[Path], Iterator[Block]], source: str
) -> Section:
    """A section made of what the stages wrote into `root`, of `source` above all.

    Raises:
        UserError: a file is damaged or not as its stage writes it.
    """
    try:
        return Section(name, title, [*make(root)])
    except UserError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        reason = (
            f"not as the stages write it now ({type(error).__name__}: {error}); run `dvc repro`"
        )
        raise one_line_error(source, reason) from None


def missing(what: str, stage: str) -> Note:
    return Note(f"{what}: not run yet. Run it with: dvc repro {stage}".rstrip(), missing=True)


def read(path: Path) -> Any:
    """The content of a JSON file; None if there is none."""
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise one_line_error(path, f"no JSON ({error}); delete it and run `dvc repro`") from None


def picture(path: Path, title: str, caption: str) -> Iterator[Picture]:
    """A PNG that a stage drew; none if there is no file."""
    if path.is_file():
        yield Picture(title, _url(path.read_bytes(), "image/png"), caption)


def players(folder: Path, texts: Sequence[str]) -> Iterator[Players]:
    """Players by utterance of plots/evaluate/ATTENTION or plots/voice; `texts` are its words, where
    known."""
    number = 1
    while sounds := sorted(folder.glob(f"utterance-{number}-*.wav")):
        yield Players(
            f"Utterance {number}" + (f": {texts[number - 1]}" if number <= len(texts) else ""),
            {path.stem.removeprefix(f"utterance-{number}-"): _flac(path) for path in sounds},
        )
        number += 1


def _flac(path: Path) -> str:
    """A sound as FLAC, which has half the size and is played by every browser."""
    out = io.BytesIO()
    try:
        samples, rate = soundfile.read(path, dtype="int16")
    except soundfile.LibsndfileError as error:
        raise one_line_error(path, f"{error}; delete it and run `dvc repro`") from None
    soundfile.write(out, samples, rate, format="FLAC", subtype="PCM_16")
    return _url(out.getvalue(), "audio/flac")


def _url(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def count(value: float) -> str:
    return f"{value:,.0f}"


def percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f}%"


def duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {left:02d} s"


def render(headline: str, sections: Sequence[Section]) -> str:
    """The page as HTML; sections that say nothing are left out."""
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
        sections=[each for each in sections if each.blocks],
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
    )
