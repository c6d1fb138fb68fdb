"""Training of the homograph model, with its scores: `python -m pngnw.tools.homographs.training`.

Guarantees: the same data give the same file on one machine, byte for byte. What is held out is
scored with a model that never saw it; the model that is written has seen every row but the held-out
half of the everyday sentences. Writes the weights and, beside them, their scores as JSON. Needs
`textblob-aptagger`, which the product does not.

Every row is learnt twice, as it is and as speech (`data.as_speech`). The temperature comes from a
tenth of the training rows and a model without them.

Scores are accuracy; recall averaged over readings, which gives every reading the same weight
(always choosing the commonest one scores about a half); and expected calibration error. A row
without an answer counts as wrong.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
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
from pngnw.phonemize.homographs.features import extract
from pngnw.phonemize.homographs.labelled import Row, Table, held_out, read_wikipedia
from pngnw.phonemize.homographs.model import Model
from pngnw.phonemize.homographs.neighbors import Vocabulary
from pngnw.tools.homographs.data import as_speech, prepare, read_everyday, read_examples
from pngnw.tools.homographs.fit import Labelled, calibration_error, fit, temperature
from pngnw.tools.homographs.tagger import Silver, tag, verbs_and_nouns
from pngnw.tools.homographs.vocabulary import learn

Scores = dict[str, int | float]


def labelled(
    rows: Sequence[Row], table: Table, vocabulary: Vocabulary
) -> tuple[list[Row], Labelled]:
    """Rows as the model sees them; those whose homograph the tokenizer hides are left out."""
    examples = prepare(rows)
    kinds = {word: [reading.kind for reading in readings] for word, readings in table.items()}
    return examples.rows, Labelled(
        [row.word for row in examples.rows],
        kinds,
        extract(examples.tokens, examples.token_N, examples.piece_N, vocabulary),
        np.array([row.reading for row in examples.rows], np.int64),
    )


def tagged(silver: Silver, vocabulary: Vocabulary) -> Labelled:
    """What a tagger labelled, as the model sees it."""
    first_N = np.zeros(len(silver.token_N), np.int64)
    return Labelled(
        silver.words,
        dict.fromkeys(silver.words, ("N", "V")),
        extract(silver.tokens, silver.token_N, first_N, vocabulary),
        np.array([kind == "V" for kind in silver.kinds], np.int64),
        own=False,
    )


def fit_rows(
    natural: Sequence[Row],
    written: Sequence[Row],
    table: Table,
    silver: Labelled | None,
    vocabulary: Vocabulary,
) -> Model:
    """The model that labelled rows and their copies as speech teach: natural ones, which also tell
    how frequent a reading is, and those written for it."""
    rows = [*natural, *written]
    _, gold = labelled(rows, table, vocabulary)
    _, speech = labelled([as_speech(row) for row in rows], table, vocabulary)
    frequent = Counter((row.word, row.reading) for row in natural)
    return fit(gold, speech, silver, vocabulary, frequent)


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


def score(model: Model, rows: Sequence[Row], table: Table) -> Scores:
    """`scores` of what the model chooses, and its expected calibration error."""
    found, given = labelled(rows, table, model.vocabulary)
    chosen, confidence = model.choose(given.words, given.kinds, given.features)
    right = chosen == given.reading_N
    answers = dict.fromkeys(rows, False) | dict(zip(found, right.tolist(), strict=True))
    return scores(answers) | {"calibration_error": round(calibration_error(confidence, right), 4)}


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
    _log("learning the vocabulary")
    vocabulary = learn(sentences)
    silver = tagged(verbs_and_nouns(sentences), vocabulary)
    held = held_out(given)
    train, test = ([row for row in given if (row in held) == is_test] for is_test in (False, True))
    shown, everyday = read_everyday(table)
    ours = read_examples(table) + shown
    report: dict[str, object] = {
        "labelled": len(given),
        "own_examples": len(ours),
        "silver": len(silver.words),
        "not_found": prepare(given).lost,
    }
    _log("fitting the temperature")
    unseen = held_out(train)
    model = fit_rows([row for row in train if row not in unseen], ours, table, silver, vocabulary)
    both = [each for row in train if row in unseen for each in (row, as_speech(row))]
    degree = temperature(model, labelled(both, table, vocabulary)[1])
    _log("scoring what is held out")
    model = replace(fit_rows(train, ours, table, silver, vocabulary), temperature=degree)
    report["held_out"] = score(model, test, table)
    report["held_out_as_speech"] = score(model, [as_speech(row) for row in test], table)
    report["held_out_majority"] = scores(majority(train, test))
    report["everyday_held_out"] = score(model, everyday, table)
    report["everyday_majority"] = scores(majority(train + ours, everyday))
    _log("fitting all rows")
    model = replace(fit_rows(given, ours, table, silver, vocabulary), temperature=degree)
    tensors: dict[str, NDArray[Any]] = {
        "keys": model.keys,
        "weights": model.weights,
        "temperature": np.array([degree], np.float32),
    }
    for field in fields(vocabulary):
        tensors[f"vocabulary_{field.name}"] = getattr(vocabulary, field.name)
    data = save(tensors)
    report |= {"weights": len(model.keys), "vocabulary": len(vocabulary.keys), "bytes": len(data)}
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
