"""Trains the homograph model: `python -m pngnw.tools.homographs.training --help`.

Guarantees: the same data give the same file, byte for byte. The held-out tenth is judged with a
model that never saw it; the model that is written has seen every row. Writes the weights and,
beside them, their figures as JSON. Needs `textblob-aptagger`, which the product does not.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from pngnw.core import shards
from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.phonemize.homographs import WEIGHTS, read_table
from pngnw.phonemize.homographs.features import Classes, extract
from pngnw.phonemize.homographs.model import Model
from pngnw.tools.homographs.data import (
    Row,
    Table,
    held_out,
    prepare,
    read_examples,
    read_wikipedia,
)
from pngnw.tools.homographs.fit import Labelled, fit
from pngnw.tools.homographs.judging import answered, cross_validated, figures, majority
from pngnw.tools.homographs.silver import Silver, classes, tag, verbs_and_nouns


def labelled(rows: Sequence[Row], table: Table, known: Classes) -> tuple[list[Row], Labelled]:
    """Rows as the model sees them; those whose homograph the tokenizer hides are left out."""
    found = prepare(rows)
    kinds = {word: [reading.kind for reading in readings] for word, readings in table.items()}
    return found.rows, Labelled(
        [row.word for row in found.rows],
        kinds,
        extract(found.tokens, found.found, found.inside, known),
        np.array([row.reading for row in found.rows], np.int64),
    )


def tagged(silver: Silver, known: Classes) -> Labelled:
    """What a tagger labelled, as the model sees it."""
    whole = np.zeros(len(silver.found), np.int64)
    return Labelled(
        silver.words,
        dict.fromkeys(silver.words, ("N", "V")),
        extract(silver.tokens, silver.found, whole, known),
        np.array([kind == "V" for kind in silver.kinds], np.int64),
        own=False,
    )


def main() -> None:
    """Train, judge, write."""
    options = _options()
    table = read_table()
    given = read_wikipedia(options.data / "train", table)
    _say(f"{len(given)} labelled sentences; tagging {options.text}")
    found = tag(
        text
        for path in shards.paths(options.text)
        for text in shards.read(path, ["text"])["text"].to_pylist()
    )
    known = classes(found)
    silver = tagged(verbs_and_nouns(found), known)
    rows, gold = labelled(given, table, known)
    _, own = labelled(read_examples(table), table, known)
    held = held_out(given)
    is_held = np.array([row in held for row in rows], bool)
    train, test = np.flatnonzero(~is_held), np.flatnonzero(is_held)
    train_rows, test_rows = ([rows[n] for n in part.tolist()] for part in (train, test))
    report: dict[str, object] = {
        "labelled": len(given),
        "own_examples": len(own.words),
        "silver": len(silver.words),
        "not_found": len(given) - len(rows),
    }
    if options.cross_validate:
        _say("cross-validating inside the nine tenths")
        right = cross_validated(train_rows, gold.pick(train), own, silver, known)
        report["cross_validated"] = figures(right)
    _say("judging the held-out tenth")
    model = fit(gold.pick(train).joined(own), silver, known)
    unanswered = dict.fromkeys(held, False)
    report["held_out"] = figures(unanswered | answered(model, test_rows, gold.pick(test)))
    report["held_out_majority"] = figures(majority(train_rows, sorted(held, key=str)))
    _say("fitting all rows")
    model = fit(gold.joined(own), silver, known)
    data = _bytes(model)
    report |= {"weights": len(model.keys), "classes": len(known.keys), "bytes": len(data)}
    options.out.write_bytes(data)
    text = json.dumps(report, indent=2)
    write_text(options.out.with_suffix(".json"), text + "\n")
    print(text)


def _bytes(model: Model) -> bytes:
    tensors: dict[str, NDArray[Any]] = {
        "keys": model.keys,
        "weights": model.weights,
        "class_keys": model.classes.keys,
        "class_numbers": model.classes.numbers,
    }
    return save(tensors)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pngnw.tools.homographs.training")
    parser.description = "Train the homograph model and judge it on a held-out tenth."
    parser.epilog = f"example: {parser.prog} --data WikipediaHomographData --out /tmp/weights"
    parser.add_argument(
        "--data", type=Path, required=True, help="WikipediaHomographData, the folder above train/"
    )
    parser.add_argument(
        "--text",
        type=Path,
        default=Path("data/clean"),
        help="sentences to learn word classes from, unlabelled (default: data/clean)",
    )
    parser.add_argument(
        "--out", type=Path, default=WEIGHTS, help="weights; figures go beside them as .json"
    )
    parser.add_argument(
        "--cross-validate", action="store_true", help="also judge settings inside the nine tenths"
    )
    return parser.parse_args()


def _say(text: str) -> None:
    print(f"homographs.training: {text}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(f"homographs.training: {error}")
