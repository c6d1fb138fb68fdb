"""The clean stage: data/raw to shards of clean, deduplicated sentences in spoken form.

Four steps: distribute the documents over shards, map each shard to candidate sentences, find
duplicates over all of them, write what is left. Guarantees: lines_in = sentences_out +
sum(dropped), checked before anything is reported; equal bytes for equal input, whatever the number
of workers; an unchanged shard's candidates are taken from the shard store. The final write holds
one shard in memory, in order to sort it.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pngnw import shards
from pngnw.corpus import candidates, documents, duplicates, filters
from pngnw.engine import map_shards
from pngnw.errors import UserError
from pngnw.params import Clean, Run

SPLITS = ("train", "valid", "test")
SCHEMA = pa.schema(candidates.COLUMNS)


def clean(raw: Path, out: Path, params: Clean, run: Run) -> dict[str, Any]:
    """Write `out/part-*.parquet` from the texts under `raw` and return the stage's metrics.

    A line is a unit of text: a candidate sentence, a heading, a blank line, or a piece of markup
    that is left out.

    Raises:
        UserError: there is no text under `raw`, a dump is broken, or a shard failed.
    """
    counts: Counter[str] = Counter()
    cache = shards.cache_root()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="clean-") as temporary:
        work = Path(temporary)
        inputs = documents.write_documents(raw, work / "documents", params, counts)
        if not counts["files"]:
            raise UserError(f"{raw}: no .txt or .xml.bz2 file; run `dvc repro fetch`")
        limits = {"min_words": params.min_words, "max_words": params.max_words}
        mapped = map_shards(
            partial(candidates.open_candidates, **limits),
            inputs,
            work / "candidates",
            stage="clean",
            config=limits,
            code=["pngnw.corpus"],
            run=run,
        )
        counts.update({key: int(value) for key, value in mapped.items()})
        found = shards.paths(work / "candidates")
        exact, near = duplicates.find(found, params.near_duplicate)
        for path in found:
            counts.update(_write(path, out / path.name, params, exact, near))
    _check_balance(counts)
    _warn_of_empty_splits(counts, params)
    return _metrics(counts)


def _write(
    source: Path,
    target: Path,
    params: Clean,
    exact: np.ndarray[Any, Any],
    near: np.ndarray[Any, Any],
) -> Counter[str]:
    """Write one shard without the duplicates, in the order of documents and sentences."""
    table = shards.read(source, [name for name, _ in candidates.COLUMNS])
    ids = table["id"].to_numpy()
    equal, similar = np.isin(ids, exact), np.isin(ids, near)
    counts = Counter({"dropped.duplicate": equal.sum(), "dropped.near_duplicate": similar.sum()})
    kept = table.filter(pa.array(~(equal | similar))).sort_by(
        [("doc", "ascending"), ("index", "ascending")]
    )
    split = pc.dictionary_encode(kept["split"].cast(pa.string())).combine_chunks()
    kept = kept.set_column(3, SCHEMA.field("split"), split)
    for name, text in zip(kept["split"].to_pylist(), kept["text"].to_pylist(), strict=True):
        counts[f"split.{name}.sentences"] += 1
        counts[f"split.{name}.words"] += len(filters.words_of(text))
    made_from = shards.fingerprint(
        params, shards.code_digest("pngnw.corpus"), shards.file_digest(source)
    )
    with shards.Writer(target, stage="clean", fingerprint=made_from) as writer:
        writer.write(kept)
        writer.stats = {"rows_out": kept.num_rows}
    return Counter({key: int(value) for key, value in counts.items()})


def _check_balance(counts: Mapping[str, int]) -> None:
    out = sum(counts[f"split.{split}.sentences"] for split in SPLITS)
    dropped = sum(_group(counts, "dropped").values())
    if counts["lines_in"] != out + dropped:
        raise AssertionError(
            f"clean lost count: {counts['lines_in']} lines in, {out} out, {dropped} dropped"
        )


def _warn_of_empty_splits(counts: Mapping[str, int], params: Clean) -> None:
    shares = {"train": 1 - params.valid - params.test, "valid": params.valid, "test": params.test}
    empty = [s for s in SPLITS if shares[s] > 0 and not counts[f"split.{s}.sentences"]]
    if empty:
        print(
            f"clean: warning: no sentence in split {', '.join(empty)} ({counts['documents']} "
            "documents); add documents, raise clean.valid and clean.test, change "
            "clean.split_salt, or set clean.split_by: part",
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
