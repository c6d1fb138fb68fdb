"""How often homographs are read rightly: ours through the whole chain, g2p_en 2.1.0, the majority.

The sentences are a tenth of the train split of WikipediaHomographData that our model is kept from:
it is trained anew on the other nine tenths (and without what a tagger labelled, which takes text).
Everybody gets the sentence as written. The phonemes of the token that holds the homograph count as
the reading they are nearest to (edit distance over ARPAbet with stress); a tie is a mistake, and so
is a homograph that a peer glued to its neighbor.
"""

import re
from collections.abc import Sequence
from unittest.mock import patch

from benchmarks import nltk_data
from benchmarks.result import Result
from benchmarks.systems import ROOT, Worker
from pngnw.phonemize.homographs import WEIGHTS, Homographs, Reading, read_table
from pngnw.phonemize.homographs.labelled import Row, held_out, read_wikipedia
from pngnw.phonemize.homographs.model import Model
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.pretrain.evaluate import distance
from pngnw.tools.homographs.data import read_everyday, read_examples
from pngnw.tools.homographs.training import fit_rows, majority, scores

DATA = ROOT.parent / "shared" / "data" / "homographs"
Table = dict[str, tuple[Reading, ...]]


def measure() -> list[Result]:
    """Accuracy and mean recall per reading, in per cent; nothing where the data are not there."""
    if not DATA.is_dir():
        print(f"homographs: not measured, there is no {DATA}")
        return []
    table = read_table()
    rows = read_wikipedia(DATA / "train", table)
    held = held_out(rows)
    test = sorted(held, key=lambda row: (row.word, row.sentence, row.start))
    ours = scores(_right(test, _ours(table, rows, test), table))
    with Worker(nltk_data.g2p_en(answers=True)) as worker:
        answers = worker.ask([row.sentence for row in test]).answers
    heard = [_spoken(row, answer) for row, answer in zip(test, answers, strict=True)]
    theirs = scores(_right(test, heard, table))
    common = scores(majority([row for row in rows if row not in held], test))
    return [
        Result(
            f"homographs.{name}",
            "%",
            100 * ours[name],
            {"g2p_en": 100 * theirs[name], "majority": 100 * common[name]},
        )
        for name in ("accuracy", "mean_recall")
    ]


def nearest(phonemes: Sequence[str], readings: Sequence[Reading]) -> int | None:
    """Which reading the phonemes are nearest to; None when two are equally near."""
    distances = [distance(phonemes, reading.phonemes) for reading in readings]
    best = min(distances)
    return distances.index(best) if distances.count(best) == 1 else None


def _right(
    rows: Sequence[Row], heard: Sequence[Sequence[str] | None], table: Table
) -> dict[Row, bool]:
    return {
        row: phonemes is not None and nearest(phonemes, table[row.word]) == row.reading
        for row, phonemes in zip(rows, heard, strict=True)
    }


def _ours(table: Table, rows: list[Row], test: list[Row]) -> list[Sequence[str] | None]:
    known = Model.load(WEIGHTS).vocabulary  # learnt from text without labels
    held = set(test)
    shown, _ = read_everyday(table)
    kept = [row for row in rows if row not in held]
    model = fit_rows(kept + read_examples(table) + shown, table, None, known)
    with patch("pngnw.phonemize.homographs.load", return_value=Homographs(table, model)):
        phonemizer = Phonemizer()
    spoken = phonemizer.batch([row.sentence for row in test])
    holding = [
        [word.phonemes for word in line.words if word.start <= row.start and row.end <= word.end]
        for row, line in zip(test, spoken, strict=True)
    ]
    return [phonemes[0] if phonemes else None for phonemes in holding]


def _spoken(row: Row, tokens: Sequence[tuple[str, list[str]]]) -> Sequence[str] | None:
    """The phonemes of the token of g2p_en's that holds the homograph, or None."""
    whole = re.compile(rf"(?<![a-z]){row.word}(?![a-z])")
    holding = [phonemes for token, phonemes in tokens if whole.search(token)]
    earlier = len(whole.findall(row.sentence[: row.start].lower()))
    return holding[earlier] if earlier < len(holding) else None
