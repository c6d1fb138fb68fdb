"""A user's files of labelled text: emotion and word prominence.

Guarantees: a row that is not as it should be is refused by file and line, none is skipped.

| kind | file | a line |
|---|---|---|
| emotion | `.jsonl` | `{"text": ..., "label": ..., "split": "train" / "val" / "test"}` |
| emotion | any other | `text<TAB>label` |
| prominence | Helsinki Prosody Corpus (Talman et al. 2019) | five columns, or `<file><TAB>name` |
"""

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pngnw.core.errors import UserError
from pngnw.probe.questions import TEST, TRAIN, UNDEALT, VALID
from pngnw.probe.texts import Span, Text

_PARTS: Final = {"train": TRAIN, "val": VALID, "valid": VALID, "test": TEST, None: UNDEALT}
_NEW: Final = "<file>"
_ROW: Final = "not `word<TAB>prominence 0-2<TAB>boundary<TAB>real prominence<TAB>real boundary`"


def lines_of(path: Path) -> Iterator[tuple[str, str]]:
    """The lines of a text file, and `file:number` of each.

    Raises:
        UserError: it is missing, no file or no UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); see docs/probes.md") from None
    except UnicodeDecodeError as error:
        number = path.read_bytes()[: error.start].count(b"\n") + 1
        raise UserError(f"{path}:{number}: not UTF-8; convert the file") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", line.rstrip("\r")


def read_emotion(path: Path) -> list[Text]:
    """Texts with a label each; of labels that are lists, one question for every place in them.

    Lists with exactly one true place each count as one label, its number.

    Raises:
        UserError: the file or a line of it is not as above.
    """
    json_lines = path.suffix == ".jsonl"
    rows = [_object(where, line) if json_lines else _pair(where, line)
            for where, line in lines_of(path)]  # fmt: skip
    if not rows:
        raise UserError(f"{path}: empty; give a file of labelled texts (docs/probes.md)")
    lists = [label for _, _, label, _ in rows if isinstance(label, list)]
    single = all(sum(label) == 1 for label in lists)
    texts = []
    for where, text, label, part in rows:
        if lists and (not isinstance(label, list) or len(label) != len(lists[0])):
            raise UserError(f"{where}: its label is no list of {len(lists[0])}, as others are")
        texts.append(Text(text, tuple(_spans(text, label, single)), part))
    if len({text.part == UNDEALT for text in texts}) > 1:
        raise UserError(f"{path}: some lines say their split and others do not")
    if texts[0].part != UNDEALT and not {TRAIN, TEST} <= {text.part for text in texts}:
        raise UserError(f"{path}: needs lines of both splits, train and test, or no split at all")
    return texts


def _spans(text: str, label: Any, single: bool) -> Iterator[Span]:
    if not isinstance(label, list):
        yield Span(0, len(text), "all", str(label))
    elif single:
        yield Span(0, len(text), "all", str(label.index(True)))
    else:
        for number, true in enumerate(label):
            yield Span(0, len(text), str(number), "yes" if true else "no")


def _object(where: str, line: str) -> tuple[str, str, Any, int]:
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
    return where, row["text"], label, _PARTS[split]


def _pair(where: str, line: str) -> tuple[str, str, Any, int]:
    fields = line.split("\t")
    if len(fields) != 2 or not all(field.strip() for field in fields):
        raise UserError(f"{where}: not `text<TAB>label`")
    return where, fields[0], fields[1].strip(), UNDEALT


def read_prominence(path: Path) -> list[Text]:
    """Sentences with the prominence of every word: labels 0, 1, 2, and the real value.

    Marks, whose columns say NA, stay in the text and are not asked about.

    Raises:
        UserError: the file or a line of it is not as above.
    """
    texts: list[Text] = []
    rows: list[tuple[str, str, float]] = []
    for where, line in lines_of(path):
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
    if len(fields) != 5 or not fields[0].strip():
        raise UserError(f"{where}: {_ROW}")
    word, label, _, value, _ = fields
    if label == "NA":
        return word, "", math.nan
    try:
        real = float(value)
    except ValueError:
        real = math.nan
    if label not in ("0", "1", "2") or not math.isfinite(real):
        raise UserError(f"{where}: {_ROW}")
    return word, label, real


def _sentence(rows: Sequence[tuple[str, str, float]]) -> list[Text]:
    text, spans = "", []
    for word, label, value in rows:
        # A mark stands at the word before it.
        text += " " if text and label else ""
        if label:
            spans.append(Span(len(text), len(text) + len(word), "all", label, value))
        text += word
    return [Text(text, tuple(spans))] if spans else []
