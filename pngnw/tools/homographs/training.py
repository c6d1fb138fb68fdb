"""Training of the homograph model, with its scores: `python -m pngnw.tools.homographs.training`.

Guarantees: the same data give the same file, byte for byte. The held-out tenth is scored with a
model that never saw it; the model that is written has seen every row. Writes the weights and,
beside them, their scores as JSON. Needs `textblob-aptagger`, which the product does not.

Scores are accuracy, and recall averaged over readings, which gives every reading the same weight:
always choosing the commonest one scores about a half. A row without an answer counts as wrong.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
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
from pngnw.phonemize.homographs.labelled import Row, Table, held_out, read_wikipedia
from pngnw.phonemize.homographs.model import Model
from pngnw.tools.homographs.data import prepare, read_examples
from pngnw.tools.homographs.fit import Labelled, fit
from pngnw.tools.homographs.tagger import Silver, classes, tag, verbs_and_nouns

Scores = dict[str, int | float]


def labelled(rows: Sequence[Row], table: Table, known: Classes) -> tuple[list[Row], Labelled]:
    """Rows as the model sees them; those whose homograph the tokenizer hides are left out."""
    examples = prepare(rows)
    kinds = {word: [reading.kind for reading in readings] for word, readings in table.items()}
    return examples.rows, Labelled(
        [row.word for row in examples.rows],
        kinds,
        extract(examples.tokens, examples.token_N, examples.piece_N, known),
        np.array([row.reading for row in examples.rows], np.int64),
    )


def tagged(silver: Silver, known: Classes) -> Labelled:
    """What a tagger labelled, as the model sees it."""
    first_N = np.zeros(len(silver.token_N), np.int64)
    return Labelled(
        silver.words,
        dict.fromkeys(silver.words, ("N", "V")),
        extract(silver.tokens, silver.token_N, first_N, known),
        np.array([kind == "V" for kind in silver.kinds], np.int64),
        own=False,
    )


def scores(right: Mapping[Row, bool]) -> Scores:
    """Accuracy and mean recall; `right` tells whether each row got its right reading."""
    by_reading: defaultdict[tuple[str, int], list[bool]] = defaultdict(list)
    for row, is_right in right.items():
        by_reading[row.word, row.reading].append(is_right)
    recalls = [float(np.mean(each)) for each in by_reading.values()]
    return {
        "rows": len(right),
        "readings": len(recalls),
        "accuracy": round(sum(right.values()) / max(len(right), 1), 4),
        "mean_recall": round(float(np.mean(recalls)), 4),
    }


def right_choices(model: Model, rows: Sequence[Row], given: Labelled) -> dict[Row, bool]:
    """Whether the model chooses the right reading of every row; `given` is what it sees of them."""
    chosen = model.choose(given.words, given.kinds, given.features)
    return dict(zip(rows, (chosen == given.reading_N).tolist(), strict=True))


def majority(trained: Sequence[Row], rows: Sequence[Row]) -> dict[Row, bool]:
    """Whether the reading that is the commonest in training is the right one."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for row in trained:
        counts[row.word][row.reading] += 1
    return {row: row.reading == counts[row.word].most_common(1)[0][0] for row in rows}


def main() -> None:
    """Train, score, write."""
    options = _options()
    table = read_table()
    given = read_wikipedia(options.data / "train", table)
    _log(f"{len(given)} labelled sentences; tagging {options.text}")
    sentences = tag(
        text
        for path in shards.paths(options.text)
        for text in shards.read(path, ["text"])["text"].to_pylist()
    )
    known = classes(sentences)
    silver = tagged(verbs_and_nouns(sentences), known)
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
    _log("scoring the held-out tenth")
    model = fit(gold.pick(train).joined(own), silver, known)
    unanswered = dict.fromkeys(held, False)
    report["held_out"] = scores(unanswered | right_choices(model, test_rows, gold.pick(test)))
    report["held_out_majority"] = scores(majority(train_rows, sorted(held, key=str)))
    _log("fitting all rows")
    model = fit(gold.joined(own), silver, known)
    tensors: dict[str, NDArray[Any]] = {
        "keys": model.keys,
        "weights": model.weights,
        "class_keys": model.classes.keys,
        "class_numbers": model.classes.numbers,
    }
    data = save(tensors)
    report |= {"weights": len(model.keys), "classes": len(known.keys), "bytes": len(data)}
    options.out.write_bytes(data)
    text = json.dumps(report, indent=2, allow_nan=False)
    write_text(options.out.with_suffix(".json"), text + "\n")
    print(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pngnw.tools.homographs.training")
    parser.description = "Train the homograph model and score it on a held-out tenth."
    parser.epilog = f"example: {parser.prog} --data WikipediaHomographData --out /tmp/weights"
    option = partial(parser.add_argument, type=Path)
    option("--data", required=True, help="WikipediaHomographData, the folder above train/")
    text = "sentences to learn word classes from, unlabelled (default: data/clean)"
    option("--text", default=Path("data/clean"), help=text)
    option("--out", default=WEIGHTS, help="weights; scores go beside them as .json")
    return parser.parse_args()


def _log(text: str) -> None:
    print(f"homographs.training: {text}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(f"homographs.training: {error}")
