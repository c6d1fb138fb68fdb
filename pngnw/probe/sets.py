"""A user's files of labelled text (their formats: docs/probes.md, "Files").

Guarantees: a row that is not as it should be is refused by file and line, none is skipped. A file
whose name ends in `.gz` is unpacked.
"""

import csv
import gzip
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pngnw.core.errors import UserError
from pngnw.phonemize.homographs import read_table
from pngnw.phonemize.homographs.labelled import held_out, read_wikipedia
from pngnw.probe.questions import TEST, TRAIN, UNASSIGNED, VALID

_PARTS: Final = {"train": TRAIN, "val": VALID, "valid": VALID, "test": TEST, None: UNASSIGNED}
_NEW: Final = "<file>"
_ROW: Final = "not `word<TAB>prominence 0-2<TAB>boundary<TAB>real prominence<TAB>real boundary`"
PAUSE: Final = 0.1  # seconds
_PART: Final = re.compile(r"[^\W\d_]+(?:['’.][^\W\d_]+)*")  # a word, or a part of a compound
_COLUMNS: Final = ("homograph", "wordid", "sentence", "start", "end")
_INNER: Final = re.compile(r"-[^\W\d_]")


Interval = tuple[str, float, float]  # name, start and end in seconds


@dataclass(frozen=True, slots=True)
class Span:
    """A question about `text[start:end]`, in code points; see `Questions`."""

    start: int
    end: int
    group: str
    label: str
    value: float = math.nan


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A sentence as written, the questions about it, and its part if the file says it."""

    text: str
    spans: tuple[Span, ...]
    part: int = UNASSIGNED


def read_emotion(path: Path) -> list[LabelledText]:
    """Texts with a label each; of labels that are lists, one question for every position in them.

    Lists with exactly one true position each count as one label, its number.

    Raises:
        UserError: the file or a line of it is not as above.
    """
    parse = _json_row if path.name.removesuffix(".gz").endswith(".jsonl") else _tab_row
    rows = [(where, *parse(where, line)) for where, line in lines(path)]
    if not rows:
        raise UserError(f"{path}: empty; give a file of labelled texts (docs/probes.md)")
    lists = [label for _, _, label, _ in rows if isinstance(label, list)]
    single = all(sum(label) == 1 for label in lists)
    texts = []
    for where, text, label, part in rows:
        if lists and (not isinstance(label, list) or len(label) != len(lists[0])):
            raise UserError(f"{where}: its label is no list of {len(lists[0])}, as others are")
        texts.append(LabelledText(text, tuple(_spans(text, label, single)), part))
    if len({text.part == UNASSIGNED for text in texts}) > 1:
        raise UserError(f"{path}: some lines say their split and others do not")
    if texts[0].part != UNASSIGNED and not {TRAIN, TEST} <= {text.part for text in texts}:
        raise UserError(f"{path}: needs lines of both splits, train and test, or no split at all")
    return texts


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """`file:number` of each line of a text file that is not blank, and the line.

    Raises:
        UserError: it is missing, no file or no UTF-8.
    """
    content = b""
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        text = content.decode("utf-8")
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{path}: cannot be read ({reason}); see docs/probes.md") from None
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise UserError(f"{path}:{number}: not UTF-8; convert the file") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", line.rstrip("\r")


def _json_row(where: str, line: str) -> tuple[str, Any, int]:
    """Text, label and part."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise UserError(f"{where}: not JSON") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise UserError(f"{where}: not an object with a text")
    label, split = row.get("label"), row.get("split")
    if isinstance(label, list) and label and all(each in (0, 1) for each in label):
        label = [bool(each) for each in label]
    elif not isinstance(label, str | int) or label == "":
        raise UserError(f"{where}: label is {label!r}, not a word, a number or a list of 0 and 1")
    if split is not None and not (isinstance(split, str) and split in _PARTS):
        raise UserError(f"{where}: split is {split!r}, not train, val or test")
    return row["text"], label, _PARTS[split]


def _tab_row(where: str, line: str) -> tuple[str, Any, int]:
    """Text, label and part."""
    fields = line.split("\t")
    if len(fields) != 2 or not all(field.strip() for field in fields):
        raise UserError(f"{where}: not `text<TAB>label`")
    return fields[0], fields[1].strip(), UNASSIGNED


def _spans(text: str, label: Any, single: bool) -> Iterator[Span]:
    if not isinstance(label, list):
        yield Span(0, len(text), "all", str(label))
    elif single:
        yield Span(0, len(text), "all", str(label.index(True)))
    else:
        for number, true in enumerate(label):
            yield Span(0, len(text), str(number), "yes" if true else "no")


def read_prominence(path: Path) -> list[LabelledText]:
    """Sentences with the prominence of every word: labels 0, 1, 2, and the real value.

    Marks, whose columns say NA, stay in the text and are not asked about. Rows of three columns
    (the labels of May 2019) have no real value. In a folder, `train.txt` and `test.txt` (or the
    same with `.gz`) are the parts that their names say.

    Raises:
        UserError: a file is missing, or it or a line of it is not as above.
    """
    if not path.is_dir():
        return _read_prominence(path)
    texts = []
    for name, part in (("train.txt", TRAIN), ("test.txt", TEST)):
        packed = path / f"{name}.gz"
        file = packed if packed.exists() else path / name
        texts += [replace(text, part=part) for text in _read_prominence(file)]
    return texts


def _read_prominence(path: Path) -> list[LabelledText]:
    texts: list[LabelledText] = []
    rows: list[tuple[str, str, float]] = []
    for where, line in lines(path):
        if line.startswith(_NEW):
            texts += _sentence(rows)
            rows = []
        else:
            rows.append(_word(where, line.split("\t")))
    texts += _sentence(rows)
    if not texts:
        raise UserError(f"{path}: empty; give a file of the Helsinki Prosody Corpus")
    return texts


def _word(where: str, fields: Sequence[str]) -> tuple[str, str, float]:
    """Word, label (empty for a mark) and real value."""
    if len(fields) not in (3, 5) or not fields[0].strip():
        raise UserError(f"{where}: {_ROW}")
    word, label = fields[:2]
    if label == "NA":
        return word, "", math.nan
    value = math.nan
    with suppress(ValueError):
        value = float(fields[3]) if len(fields) == 5 else math.nan
    if label not in ("0", "1", "2") or (len(fields) == 5 and not math.isfinite(value)):
        raise UserError(f"{where}: {_ROW}")
    return word, label, value


def _sentence(rows: Sequence[tuple[str, str, float]]) -> list[LabelledText]:
    text, spans = "", []
    for word, label, value in rows:
        # A mark stands at the word before it.
        text += " " if text and label else ""
        if label:
            spans.append(Span(len(text), len(text) + len(word), "all", label, value))
        text += word
    return [LabelledText(text, tuple(spans))] if spans else []


def read_pauses(path: Path) -> tuple[list[LabelledText], Counter[str]]:
    """Texts with a question behind each word: is it silent there for `PAUSE` seconds?

    The aligner's words are found in the text, in order; the last one is not asked about. A word
    that is written differently ("Mr." for "mister") is found between two that are not.

    Returns:
        The texts; and by reason how many words could not be asked about: `not_in_text`, and
        `inside_a_word`, which are the parts of compounds ("half-past") but for the last.

    Raises:
        UserError: the file or a line of it is not as above.
    """
    texts: list[LabelledText] = []
    dropped: Counter[str] = Counter()
    for where, line in lines(path):
        row, (words,) = aligned(where, line, "words")
        text, spoken = row["text"], [word for word in words if word[0]]
        parts = list(_PART.finditer(text))
        found = matches([part[0].lower() for part in parts], [word for word, *_ in spoken])
        spans = []
        for number, ((_, _, end), (_, start, _)) in enumerate(pairwise(spoken)):
            part = found.get(number)
            if part is None:
                dropped["not_in_text"] += 1
            elif _INNER.match(text, parts[part].end()):
                dropped["inside_a_word"] += 1
            else:
                label = "pause" if round(start - end, 6) >= PAUSE else "none"
                spans.append(Span(*parts[part].span(), "all", label))
        texts.append(LabelledText(text, tuple(spans)))
    if not texts:
        raise UserError(f"{path}: empty; give a file of texts with the times of their words")
    return texts, dropped


def aligned(where: str, line: str, *kinds: str) -> tuple[dict[str, Any], list[list[Interval]]]:
    """A forced aligner's row, and its intervals of each kind (`words`, `phones`), silences among
    them.

    Raises:
        UserError: it lacks a text or a kind, or times are not in order; names `where`.
    """
    try:
        row = json.loads(line)
        found = [[(w, float(start), float(end)) for w, start, end in row[kind]] for kind in kinds]
        times = [[time for _, *bounds in each for time in bounds] for each in found]
        names = [name for each in found for name, *_ in each]
        good = all(isinstance(name, str) for name in (row["text"], *names))
    except (ValueError, TypeError, KeyError, RecursionError):
        good = False
    if not good or times != [sorted(each) for each in times]:
        raise UserError(
            f"{where}: not an object with text and {' and '.join(kinds)}, each "
            "[name, start, end] in order"
        )
    return row, found


def matches(written: Sequence[str], spoken: Sequence[str]) -> dict[int, int]:
    """Which written word each spoken one is; as many others between two matches are these."""
    found: dict[int, int] = {}
    matcher = SequenceMatcher(None, written, spoken, autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        if b - a == d - c:
            found.update(zip(range(c, d), range(a, b), strict=True))
    return found


def read_homographs(folder: Path) -> tuple[list[LabelledText], dict[str, tuple[str, ...]]]:
    """Sentences with the reading of one word, and the phonemes that every homograph gets.

    Our phonemes of a homograph are themselves a guess at its reading, and an apt one. They are
    hidden as in the task g2p, and so that not even their number tells, the word gets those of its
    first reading in `readings.tsv` before. The test part is that of `make bench ONLY=homographs`, a
    tenth of every reading.

    Raises:
        UserError: there is no file, or a row is not as it should be; names file and line.
    """
    for file in sorted(folder.glob("*.tsv")):
        _check_columns(file)
    table = read_table()
    rows = read_wikipedia(folder, table)
    test = held_out(rows)
    texts = [
        LabelledText(
            row.sentence,
            (Span(row.start, row.end, row.word, table[row.word][row.reading].name),),
            TEST if row in test else TRAIN,
        )
        for row in rows
    ]
    return texts, {word: readings[0].phonemes for word, readings in table.items()}


def _check_columns(file: Path) -> None:
    """Refuse what the reader of the homograph model's own training takes for granted."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            table = csv.reader(lines, delimiter="\t", quotechar='"')
            if tuple(next(table, ())) != _COLUMNS:
                raise UserError(f"{file}:1: the columns are not {', '.join(_COLUMNS)}")
            for row in table:
                if len(row) != len(_COLUMNS) or not all(at.isdecimal() for at in row[3:]):
                    raise UserError(f"{file}:{table.line_num}: not {', '.join(_COLUMNS)}")
    except UnicodeDecodeError:
        raise UserError(f"{file}: not UTF-8; convert the file") from None
    except csv.Error as error:
        raise UserError(f"{file}: no table ({error})") from None
