"""The table of a folder of recordings: which columns are the name and the text of each.

One layout is decided for the whole file, from all of its lines: what separates columns, how many
there are, whether the first line names them, and what they hold. A column of numbers or of labels
(speakers, emotions, files) is no text; of two texts one has to be the other normalized, word for
word nearly. Where that does not decide, nothing is guessed: `speech.columns` names them.

A line with more columns than the layout, as by a separator inside the text, is refused by its
number; one without a name or a text is counted.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

from pngnw.core.errors import UserError, clip

SEPARATORS: Final = ("|", "\t", ",")
SUFFIXES: Final = (".wav", ".flac", ".ogg", ".mp3")
# What the first line calls the columns, in lower case and with "_" for spaces.
NAMES: Final = {
    "name", "id", "file", "file_name", "filename", "audio", "audio_file", "audio_path", "path",
    "wav", "wav_path", "wav_filename", "utterance", "utterance_id", "utt_id", "clip",
}  # fmt: skip
TEXTS: Final = {"text", "raw_text", "transcription", "transcript", "sentence"}
NORMALIZED: Final = {"normalized", "normalized_text", "normalized_transcription"}
_NUMBER: Final = re.compile(r"[-+]?\d[\d.,:]*(e-?\d+)?\s*m?s?")
_WORD: Final = re.compile(r"\w+")
_EXAMPLE: Final = "speech.columns, such as [name, speaker, text]"

Row = tuple[int, list[str]]  # the number of the line, and its columns


@dataclass(frozen=True)
class Layout:
    """Numbers of the columns: the name, the texts from the best on, and how many there are."""

    name: int
    texts: tuple[int, ...]
    width: int


def read_metadata(
    path: Path, counts: Counter[str], columns: Sequence[str] | None = None
) -> dict[str, str]:
    """Texts, normalized where they are, by `plain_name`.

    Args:
        path: the table, UTF-8.
        counts: gets `dropped.no_text` and `dropped.repeated_name`.
        columns: what the columns are: `name`, `text`, `normalized`; any other word is passed over.

    Raises:
        UserError: the file cannot be read, or it is not clear which columns it has.
    """
    rows, separator = _rows(path)
    first = rows[0][1] if rows else []
    heads = ["_".join(cell.lower().replace("-", " ").split()) for cell in first]
    titled = bool(NAMES & set(heads)) and bool((TEXTS | NORMALIZED) & set(heads))
    body = rows[titled:]
    if columns is not None:
        layout = _named(columns)
    elif titled:
        layout = _named(["name" if head in NAMES else head for head in heads])
    else:
        layout = _decide(path, body)
    texts: dict[str, str] = {}
    for number, row in body:
        if len(row) > layout.width:
            raise UserError(
                f"{path}:{number}: {len(row)} columns instead of {layout.width} "
                f"({clip(separator.join(row), 60)}); take {separator!r} out of the text"
                + (", or put the text in quotes" if separator == "," else "")
                + f", or name the columns in {_EXAMPLE}"
            )
        name = plain_name(row[layout.name]) if layout.name < len(row) else ""
        found = (row[column] for column in layout.texts if column < len(row))
        text = next((cell for cell in found if cell), "")
        if not name or not text:
            counts["dropped.no_text"] += 1
        elif name in texts:
            counts["dropped.repeated_name"] += 1
        else:
            texts[name] = text
    return texts


def plain_name(name: str) -> str:
    """A name as it is compared: NFC, without the suffix of an audio file."""
    name = unicodedata.normalize("NFC", name)
    stem, dot, suffix = name.rpartition(".")
    return stem if f"{dot}{suffix}".lower() in SUFFIXES else name


def _rows(path: Path) -> tuple[list[Row], str]:
    """The lines cut into columns, empty ones at the end left out, and what separates them."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = file.readlines()
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(
            f"{path}: not found; speech.folder has to hold {path.name} (lines name|text, or "
            "name|text|normalized text) and wavs/<name>.wav"
        ) from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not UTF-8; convert it") from None
    filled = [line for line in lines if line.strip()]
    held = (s for s in SEPARATORS if 2 * sum(s in line for line in filled) > len(filled))
    separator = next(held, "|")
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        reader = csv.reader(
            [line],
            delimiter=separator,
            # Only tables of commas quote: elsewhere a quote is a part of the text, as in LJSpeech.
            quoting=csv.QUOTE_MINIMAL if separator == "," else csv.QUOTE_NONE,
            skipinitialspace=True,
            strict=True,
        )
        try:
            row = [cell.strip() for cell in next(reader)]
        except csv.Error as error:  # a quote that is not closed would swallow the lines below
            raise UserError(f"{path}:{number}: {error}; mend the quotes of this line") from None
        while row and not row[-1]:
            row.pop()
        rows.append((number, row))
    return rows, separator


def _named(columns: Sequence[str]) -> Layout:
    """The layout that words name, `name` and a text among them."""
    texts = [n for kind in (NORMALIZED, TEXTS) for n, word in enumerate(columns) if word in kind]
    return Layout(list(columns).index("name"), tuple(texts), len(columns))


def _decide(path: Path, rows: Sequence[Row]) -> Layout:
    """The layout of a file that does not name its columns; the first is the name."""
    widths = Counter(len(row) for _, row in rows if len(row) > 1)
    width = min(widths, key=lambda width: (-widths[width], width), default=0)
    full = [row for _, row in rows if len(row) == width]
    cells = {n: [row[n] for row in full] for n in range(1, width)}
    written = {n: some for n, some in cells.items() if not all(map(_is_number, some))}
    for raw, normalized in combinations(written, 2):
        if _alike(written[raw], written[normalized]):
            return Layout(0, (normalized, raw), width)
    texts = [n for n, some in written.items() if width == 2 or not _are_labels(some)]
    if len(texts) == 1:
        return Layout(0, (texts[0],), width)
    number, row = next(((n, row) for n, row in rows if len(row) == width), (1, []))
    first = ", ".join(repr(clip(cell, 30)) for cell in row[1:]) or "one column"
    raise UserError(
        f"{path}:{number}: cannot tell which column is the text ({first}); name the columns in "
        f"{_EXAMPLE}, and separate them by '|'"
    )


def _is_number(cell: str) -> bool:
    """Whether a cell is empty or a number, as seconds or the number of a speaker."""
    return not cell or _NUMBER.fullmatch(cell.lower()) is not None


def _are_labels(cells: Sequence[str]) -> bool:
    """Whether cells are what texts are not: without a space, or the same over and over."""
    return not any(" " in cell for cell in cells) or 2 * len(set(cells)) <= len(cells)


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two columns say the same: most lines share half of the words of the shorter cell."""
    pairs = [
        (set(_WORD.findall(a.lower())), set(_WORD.findall(b.lower())))
        for a, b in zip(one, other, strict=True)
        if a and b
    ]
    same = sum(2 * len(a & b) >= max(1, min(len(a), len(b))) for a, b in pairs)
    return 2 * same > len(pairs)
