"""The clean stage: raw text to shards of clean, deduplicated sentences in spoken form.

Four steps: distribute the documents over shards, map each shard to candidate sentences, find
duplicates over all of them, write what is left. Guarantees: lines_in = sentences_out +
sum(dropped), checked before anything is reported; equal bytes for equal input, whatever the number
of workers; an unchanged shard is taken from the shard store; sentences stand in the order of their
documents' names (of their pages, for a dump); memory is bounded by row groups and by the number of
duplicates.
"""

import math
import sys
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pngnw.clean import candidates, documents, duplicates, filters
from pngnw.clean.distribute import distribute
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.core.stage import StageResult
from pngnw.engine import Transform, map_shards
from pngnw.params import Clean, Params

SPLITS = ("train", "valid", "test")
SPLIT_KEYS = {"valid", "test", "split_by", "split_salt"}
SCHEMA = pa.schema(candidates.COLUMNS)
CODE = ("pngnw.clean", "pngnw.normalize")
PER_SPLIT = 8  # expected sentences with which a split is empty once in 3,000 times
# What texts have besides sentences, and are right to lose.
STRUCTURE = frozenset({"blank", "markup", "back_matter", "list", "redirect"})
REMEDIES = {
    "bad_record": "name the key of the texts as `column` of their source in fetch.sources",
    "heading": "headings are lines of three words or less, in capitals or Without A Full Stop; "
    "write sentences in lower case with a full stop",
    "capitals": "write the texts in lower case",
    "language": "take out what is not English",
    "alphabet": "take out what is not in Latin letters",
    "undecodable": "save the texts as UTF-8",
    "empty_document": "the files hold no text; replace them",
    "too_short": "lower clean.min_words",
    "too_long": f"raise clean.max_words, or end sentences within {filters.LONGEST_SENTENCE} "
    "characters by a full stop",
    "duplicate": "take out copies",
    "near_duplicate": "take out near copies, or raise clean.near_duplicate",
    "markup_residue": "take out markup and addresses of the web",
}


def run(params: Params, root: Path) -> StageResult:
    """Write `data/clean/part-*.parquet` from the texts under `data/raw`.

    A line is a unit of text: a candidate sentence, a heading, a blank line, or a piece of markup
    that is left out. The cost counts a shard as computed if its candidates are.

    Raises:
        UserError: there is no text in `data/raw`, a dump is broken, a shard failed, no sentence is
            left, or one reason took more than `clean.max_dropped` of the text.
    """
    raw, clean, workers = root / "data/raw", params.clean, params.run
    counts: Counter[str] = Counter()
    with shards.scratch("clean") as scratch:
        inputs = distribute(documents.read_documents(raw, counts), scratch / "documents", clean)
        if not counts["files"]:
            raise UserError(f"{raw}: no file of text; run `dvc repro fetch`")
        limits = {"min_words": clean.min_words, "max_words": clean.max_words}
        split = clean if clean.split_by == "sentence" else None
        mapped = map_shards(
            partial(candidates.open_candidates, **limits, split=split),
            inputs,
            scratch / "candidates",
            stage="clean.candidates",
            config={**limits, "split": split and split.model_dump(include=SPLIT_KEYS)},
            code=CODE,
            run=workers,
            per_shard=True,
            in_process=True,
        )
        counts.update({key: int(value) for key, value in mapped.stats.items()})
        sentences = shards.paths(scratch / "candidates")
        duplicates.find(sentences, scratch / "duplicates", clean.near_duplicate, workers)
        written = map_shards(
            partial(duplicates.opened, _of_shard),
            sentences,
            root / "data/clean",
            stage="clean",
            config=None,
            code=CODE,
            run=workers,
            per_shard=True,
            beside=scratch / "duplicates" / "all",
            in_process=True,
        )
        counts.update({key: int(value) for key, value in written.stats.items()})
    _check_balance(counts)
    _refuse_lost_text(counts, clean.max_dropped)
    _warn_of_empty_splits(counts, clean)
    return StageResult(_metrics(counts), mapped.cost)


def _of_shard(duplicates_of_shard: Path | None) -> Transform:
    assert duplicates_of_shard is not None
    table = shards.read(duplicates_of_shard)
    rows, near = table["row"].to_numpy(), table["near"].to_numpy()
    return partial(_without_duplicates, rows[~near], rows[near])


def _without_duplicates(
    exact: npt.NDArray[np.uint32], near: npt.NDArray[np.uint32], table: pa.Table
) -> tuple[pa.Table, Stats]:
    """The rows that are no duplicates, with the columns of the stage."""
    rows = table["row"].to_numpy()
    equal, similar = np.isin(rows, exact), np.isin(rows, near)
    stats: Stats = {
        "dropped.duplicate": int(equal.sum()),
        "dropped.near_duplicate": int(similar.sum()),
    }
    table = table.filter(pa.array(~(equal | similar)))
    names = table["split"].cast(pa.string())
    for split in SPLITS:
        words = table["words"].filter(pc.equal(names, split))
        stats[f"split.{split}.sentences"] = len(words)
        stats[f"split.{split}.words"] = pc.sum(words).as_py() or 0
    table = table.set_column(3, SCHEMA.field("split"), pc.dictionary_encode(names).combine_chunks())
    return table.select(SCHEMA.names).combine_chunks(), stats


def _check_balance(counts: Mapping[str, int]) -> None:
    out = sum(counts[f"split.{split}.sentences"] for split in SPLITS)
    dropped = sum(_group(counts, "dropped").values())
    if counts["lines_in"] != out + dropped:
        raise AssertionError(
            f"clean lost count: {counts['lines_in']} lines in, {out} out, {dropped} dropped"
        )


def _refuse_lost_text(counts: Mapping[str, int], most: float) -> None:
    """Stop where text was lost that the user hardly wanted to lose."""
    dropped = _group(counts, "dropped")
    reasons = {reason: count for reason, count in dropped.items() if reason not in STRUCTURE}
    total = counts["lines_in"] - sum(dropped.values()) + sum(reasons.values())
    worst = max(reasons, key=lambda reason: reasons[reason], default="")
    left = total - sum(reasons.values())
    if left and reasons.get(worst, 0) <= most * total:
        return
    largest = sorted(dropped.items(), key=lambda item: -item[1])
    counted = ", ".join(f"{reason} {count}" for reason, count in largest)
    remedy = REMEDIES.get(worst, "look at the texts")
    if left:
        remedy += "; or raise clean.max_dropped, if that is as you want it"
    raise UserError(
        f"clean: {left} sentences are left of {counts['lines_in']} lines (dropped: {counted}); "
        + remedy
    )


def _warn_of_empty_splits(counts: Mapping[str, int], params: Clean) -> None:
    shares = {"train": 1 - params.valid - params.test, "valid": params.valid, "test": params.test}
    empty = [s for s in SPLITS if shares[s] > 0 and not counts[f"split.{s}.sentences"]]
    if not empty:
        return
    sentences = sum(counts[f"split.{split}.sentences"] for split in SPLITS)
    enough = math.ceil(PER_SPLIT / min(share for share in shares.values() if share > 0))
    if params.split_by != "sentence" and sentences >= enough:
        remedy = "set clean.split_by: sentence, which gives each split its share"
    else:
        remedy = (
            f"add text ({enough} sentences are enough at these shares), or raise clean.valid and "
            "clean.test, and set clean.split_by: sentence"
        )
    print(
        f"clean: warning: no sentence in split {', '.join(empty)} ({counts['documents']} "
        f"documents, {sentences} sentences), so no encoder can be trained; {remedy}",
        file=sys.stderr,
    )


def _metrics(counts: Mapping[str, int]) -> dict[str, Any]:
    splits = {
        split: {unit: counts[f"split.{split}.{unit}"] for unit in ("sentences", "words")}
        for split in SPLITS
    }
    return {
        "files": counts["files"],
        "bytes_in": counts["bytes_in"],
        "documents": counts["documents"],
        "lines_in": counts["lines_in"],
        "sentences_out": sum(split["sentences"] for split in splits.values()),
        "words": sum(split["words"] for split in splits.values()),
        "splits": splits,
        "dropped": _group(counts, "dropped"),
        "repaired": _group(counts, "repaired"),
    }


def _group(counts: Mapping[str, int], group: str) -> dict[str, int]:
    prefix = f"{group}."
    return {
        key.removeprefix(prefix): counts[key]
        for key in sorted(counts)
        if key.startswith(prefix) and counts[key]
    }
