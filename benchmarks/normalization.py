"""How often text normalization reads a written text as an editor would, class by class.

The cases (`tests/data/normalization`, how they were made: docs/normalization.md) were written by
somebody who had not seen the rules; rules were mended on the failures of the dev half, never on
those of the held-out half. A case is right if one of its readings is the spoken form, word for
word, without regard to case, marks, accents, and whether spelled letters stand apart. Cases out of
the corpus ("real") are a class of their own and not part of `all`.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.result import Result
from pngnw.normalize import normalize

CASES = Path(__file__).parents[1] / "tests/data/normalization"
_FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"})
_LETTERS = re.compile(r"\b(?:[a-z] )+[a-z]s?\b")


def measure() -> list[Result]:
    """Right cases of every class in per cent, of both halves."""
    return [
        Result(f"normalization.{half}.{name}", "%", 100 * right / cases, {})
        for half in ("dev", "heldout")
        for name, (right, cases) in scores(CASES / f"{half}.tsv").items()
    ]


def scores(path: Path) -> dict[str, tuple[int, int]]:
    """Of every class and of `all` but "real", how many cases are right and how many there are."""
    cases, right = Counter[str](), Counter[str]()
    for name, _, is_right in judged(path):
        for group in (name, *(["all"] if name != "real" else [])):
            cases[group] += 1
            right[group] += is_right
    return {name: (right[name], count) for name, count in cases.items()}


def judged(path: Path) -> Iterable[tuple[str, str, bool]]:
    """Of every case the class, the written text, and whether it is read rightly."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            spoken = _forms(normalize(row["written"]).text)
            together = {form.replace(" ", "") for form in spoken}
            readings = [_plain(reading) for reading in row["spoken"].split(" || ")]
            yield (
                row["class"],
                row["written"],
                any(
                    reading in spoken
                    or _joined(reading) in spoken
                    or (re.search(r"\b[a-z] [a-z]\b", reading) is not None
                        and reading.replace(" ", "") in together)
                    for reading in readings
                ),
            )  # fmt: skip


def _forms(text: str) -> set[str]:
    """What counts as the same: letters of initialisms apart or together."""
    dotted = re.sub(
        r"\b(?:[A-Za-z]{1,2}\.){2,}", lambda m: " ".join(m[0].replace(".", "")) + " ", text
    )
    capitals = re.sub(r"\b[A-Z]{2,}(?=s?\b)", lambda m: " ".join(m[0]), dotted)
    plain = {_plain(form) for form in (text, dotted, capitals)}
    return plain | {_joined(form) for form in plain}


def _plain(text: str) -> str:
    """Lower-case words without marks and accents."""
    text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    text = "".join(char for char in text if not unicodedata.combining(char)).lower()
    text = re.sub(r"(?<=[^\W\d_])\.(?=[^\W\d_]|'s\b)", "", text.translate(_FOLDED))
    words = "".join(char if char.isalnum() or char == "'" else " " for char in text).split()
    bare = [word.strip("'") for word in words]
    return " ".join("o" if w == "oh" else w for w in bare if w).replace("per cent", "percent")


def _joined(text: str) -> str:
    """Runs of single letters as one word."""
    return _LETTERS.sub(lambda match: match[0].replace(" ", ""), text.replace("'", ""))
