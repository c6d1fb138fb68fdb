"""The align stage: phonemized shards to id arrays, with the vocabulary and the aligner they need.

Guarantees: the folder holds all that reading the ids or aligning new text takes: the shards,
`wordpieces.txt` and `aligner.json`; and `lexicon.parquet`, the words of the lexicon. Only the words
of the training split shape the vocabulary. A sentence with a word that the counts (8 bits) cannot
hold is dropped and counted.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from pngnw import engine
from pngnw.align import ALIGNER, LEXICON, WORDPIECES, aligner_training
from pngnw.align.aligner import Aligner
from pngnw.align.sentences import (
    LONGEST,
    Indices,
    Method,
    WordAligner,
    WordTable,
    sentence_columns,
)
from pngnw.align.wordpieces import Wordpieces, train_wordpieces
from pngnw.core import atomic, shards
from pngnw.core.errors import UserError
from pngnw.core.ragged import offsets
from pngnw.core.shards import Stats
from pngnw.core.stage import StageResult
from pngnw.params import Params, Run
from pngnw.phonemize.lexicon import CMUDICT, Lexicon, load_cmudict, load_user

DISTINCT = 2_000_000  # of more words those seen once are mostly noise, and memory
CODE = ("pngnw.align", "pngnw.phonemize.arpabet", "pngnw.phonemize.lexicon")


def run(params: Params, root: Path) -> StageResult:
    """Train or load the wordpieces; align letters, phonemes and pieces of every word."""
    out = root / "data/align"
    inputs = shards.paths(root / "data/phonemize")
    out.mkdir(parents=True, exist_ok=True)
    if params.align.vocab_size is None:
        wordpieces = Wordpieces.load(Path(params.align.vocab))
    else:
        wordpieces = train_wordpieces(_word_counts(inputs, params.run), params.align.vocab_size)
    wordpieces.save(out / WORDPIECES)
    atomic.copy(_trained_aligner(), out / ALIGNER)
    atomic.copy(_aligned_lexicon(out, params), out / LEXICON)
    mapped = engine.map_shards(
        partial(_open_aligner, out.absolute(), params.align.piece_of_phoneme),
        inputs,
        out,
        stage="align",
        config={
            "piece_of_phoneme": params.align.piece_of_phoneme,
            "wordpieces": shards.file_digest(out / WORDPIECES),
            "aligner": shards.file_digest(out / ALIGNER),
        },
        code=CODE,
        run=params.run,
        in_process=True,
    )
    stats = mapped.stats
    words, pieces = max(stats.get("words", 0), 1), max(stats.get("pieces", 0), 1)
    metrics = {
        **stats,
        "vocabulary": wordpieces.size,
        "pieces_per_word": stats.get("pieces", 0) / words,
        "unknown_pieces_share": stats.get("unknown_pieces", 0) / pieces,
        "words_monotone_share": stats.get("words_monotone", 0) / words,
        "words_every_piece_spoken_share": stats.get("words_every_piece_spoken", 0) / words,
    }
    return StageResult(metrics, mapped.cost)


def _trained_aligner() -> Path:
    """The trained aligner in the cache: only code and CMUdict decide on it."""
    key = shards.fingerprint(shards.code_digest(*sorted(CODE)), shards.file_digest(CMUDICT))
    path = shards.cache_root() / "aligner" / f"{key}.json"
    try:
        Aligner.load(path)
    except UserError:  # not there, or damaged
        aligner_training.train().save(path)
    return path


def _aligned_lexicon(folder: Path, params: Params) -> Path:
    """CMUdict and the user's own lexicon, which wins, aligned; in the cache."""
    user = params.phonemize.lexicon
    key = shards.fingerprint(
        shards.code_digest(*sorted(CODE)),
        [shards.file_digest(file) for file in (CMUDICT, folder / WORDPIECES, folder / ALIGNER)],
        None if user is None else shards.file_digest(Path(user)),
        params.align.piece_of_phoneme,
    )
    path = shards.cache_root() / "lexicon" / f"{key}.parquet"
    try:
        shards.read_info(path)
    except UserError:  # not there, or damaged
        lexicon = {**load_cmudict(), **({} if user is None else load_user(Path(user)))}
        aligner = WordAligner.load(folder, params.align.piece_of_phoneme)
        table = lexicon_table(aligner, lexicon)
        shards.write(path, table, stage="align", fingerprint=key)
    return path


def lexicon_table(aligner: WordAligner, lexicon: Lexicon) -> pa.Table:
    """Words and their phonemes as rows of the align stage, numbered, in the lexicon's order."""
    table, words = aligner.look_up([(word, said, False) for word, said in lexicon.items()])
    ids = pa.array(np.arange(len(words), dtype=np.uint64))
    return pa.table({"id": ids, **_columns(table, words, np.arange(len(words) + 1))})


def _word_counts(inputs: Sequence[Path], run: Run) -> dict[str, int]:
    """Counts of the training split's words: a map over shards, then a sum.

    Of more than `DISTINCT` words those that occur once are left out.
    """
    with shards.scratch("align") as folder:
        engine.map_shards(
            _open_counts,
            inputs,
            folder,
            stage="align.words",
            config=None,
            code=CODE,
            run=run,
            in_process=True,
        )
        total = engine.reduce(
            shards.paths(folder),
            lambda counts: (
                counts.lazy()
                .group_by("word")
                .agg(pl.col("count").sum())
                .collect(engine="streaming")
            ),
        )
    if len(total) > DISTINCT:
        total = total.filter(pl.col("count") > 1)
    return dict(total.sort("word").iter_rows())


def _open_counts() -> engine.Transform:
    return count_words


def count_words(table: pa.Table) -> tuple[pa.Table, Stats]:
    """Distinct words of the training rows, lower-cased, with their counts; sorted."""
    frame = pl.from_arrow(table.select(["split", "words"]))
    assert isinstance(frame, pl.DataFrame)
    counts = (
        frame.filter(pl.col("split").cast(pl.String) == "train")
        .select(pl.col("words").explode(empty_as_null=False))
        .unnest("words")
        .filter(pl.col("origin").cast(pl.String) != "punctuation")
        .group_by(pl.col("text").str.to_lowercase().alias("word"))
        .agg(pl.len().cast(pl.UInt64).alias("count"))
        .sort("word")
    )
    return counts.to_arrow(compat_level=pl.CompatLevel.oldest()), {}


def _open_aligner(folder: Path, method: Method) -> engine.Transform:
    return partial(align_table, WordAligner.load(folder, method))


def align_table(aligner: WordAligner, rows: pa.Table) -> tuple[pa.Table, Stats]:
    """Rows of the phonemize stage to rows of the align stage, with their statistics."""
    table, words, per_row = _look_up(aligner, rows)
    starts = offsets(per_row)
    too_long = np.diff(offsets(table.longest[words] > LONGEST)[starts]) > 0
    empty = per_row == 0
    keep = ~(too_long | empty)
    words, starts = words[np.repeat(keep, per_row)], offsets(per_row[keep])
    arrays = {name: rows[name].filter(pa.array(keep)) for name in ("id", "split")}
    arrays |= _columns(table, words, starts)
    stats = _stats(table, words, aligner.wordpieces.unknown)
    stats["dropped.word_too_long"] = int(too_long.sum())
    stats["dropped.no_words"] = int(empty.sum())
    return pa.table(arrays), stats


def _columns(table: WordTable, words: Indices, starts: Indices) -> dict[str, pa.Array]:
    """The align columns of a run of words, cut into sentences at `starts`."""
    return {
        name: pa.ListArray.from_arrays(
            pa.array(column.offsets[starts].astype(np.int32)), pa.array(column.values)
        )
        for name, column in sentence_columns(table, words).items()
    }


def _look_up(aligner: WordAligner, rows: pa.Table) -> tuple[WordTable, Indices, Indices]:
    """The aligner's words, the index of every word of the rows among them, and words per row."""
    column = pl.from_arrow(rows.select(["words"]))
    assert isinstance(column, pl.DataFrame)
    per_row = column["words"].list.len().to_numpy().astype(np.int64)
    keys = (
        column["words"]
        .explode(empty_as_null=False)
        .struct.unnest()
        .select(
            pl.col("text"),
            pl.col("phonemes").cast(pl.List(pl.String)).list.join(" "),
            pl.col("origin").cast(pl.String) == "punctuation",
        )
    )
    distinct = keys.unique(maintain_order=True).with_row_index("number")
    numbered = keys.join(distinct, on=keys.columns, how="left", maintain_order="left")
    key_rows = [(text, phonemes, mark) for _, text, phonemes, mark in distinct.rows()]
    table, indices = aligner.look_up(key_rows)
    return table, indices[numbered["number"].to_numpy()], per_row


def _stats(table: WordTable, words: Indices, unknown: int) -> Stats:
    """Counts over the words that stay; sums, so that shards add up."""
    used, times = np.unique(words, return_counts=True)
    pieces, owners = table.pieces.take(used), table.piece_of_phoneme.take(used)
    row = np.repeat(np.arange(len(used)), owners.counts)
    steps = np.diff(owners.values.astype(np.int64), prepend=0)
    backwards = np.bincount(row[(steps < 0) & (np.diff(row, prepend=-1) == 0)])
    with_phoneme = np.unique(row * (LONGEST + 1) + owners.values) // (LONGEST + 1)
    has_unknown = np.repeat(np.arange(len(used)), pieces.counts)[pieces.values == unknown]
    every_piece = np.bincount(with_phoneme, minlength=len(used)) == pieces.counts
    monotone = np.bincount(np.flatnonzero(backwards), minlength=len(used)) == 0
    return {
        "words": len(words),
        "graphemes": int((table.graphemes.counts[used] * times).sum()),
        "phonemes": int((owners.counts * times).sum()),
        "pieces": int((pieces.counts * times).sum()),
        "unknown_pieces": int(times[has_unknown].sum()),
        "words_without_phonemes": int(times[owners.counts == 0].sum()),
        "words_monotone": int(times[monotone].sum()),
        "words_every_piece_spoken": int(times[every_piece].sum()),
    }
