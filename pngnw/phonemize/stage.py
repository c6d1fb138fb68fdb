"""The phonemize stage: sentences to words with phonemes, shard by shard.

Guarantees: rows keep their order; a sentence is dropped only when one of its words has no
pronunciation, and is counted: `rows_in = rows_out + sum(dropped.*)`. The column `words` is
list<struct<text, phonemes: list<dictionary>, origin: dictionary>>.
"""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa

from pngnw.core import shards
from pngnw.core.ragged import gather, offsets
from pngnw.core.shards import Stats
from pngnw.core.stage import StageResult
from pngnw.engine import Transform, map_shards, reduce
from pngnw.params import Params, Phonemize, Run
from pngnw.phonemize.arpabet import ARPABET
from pngnw.phonemize.lexicon import load_user
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.pronouncer import (
    LEXICON,
    OOV,
    ORIGINS,
    PUNCTUATION,
    RULE,
    UNPRONOUNCEABLE,
    USER,
)
from pngnw.phonemize.receipts import PronouncedTokens

_CODED: Final = pa.dictionary(pa.int32(), pa.string())
WORDS: Final = pa.list_(
    pa.struct([("text", pa.string()), ("phonemes", pa.list_(_CODED)), ("origin", _CODED)])
)
CODE: Final = ("pngnw.phonemize",)


def run(params: Params, root: Path) -> StageResult:
    """Give every word of data/clean its phonemes; write data/phonemize.

    Known words come from CMUdict (and phonemize.lexicon, which wins), homographs are told apart by
    a trained model of their neighbors, compounds and endings go by rule, g2p_en's network
    pronounces the rest.

    Raises:
        UserError: there are no shards, or the user's lexicon has a mistake.
    """
    inputs, out = shards.paths(root / "data/clean"), root / "data/phonemize"
    config = params.phonemize
    if config.lexicon:
        load_user(Path(config.lexicon))  # refuse a mistake before any shard is begun
    mapped = map_shards(
        partial(_open, config),
        inputs,
        out,
        stage="phonemize",
        config={"lexicon": shards.file_digest(Path(config.lexicon)) if config.lexicon else None},
        code=CODE,
        run=params.run,
    )
    distinct, unknown = _distinct([out / path.name for path in inputs], params.run)
    return StageResult(_metrics(mapped.stats, distinct, unknown), mapped.cost)


def _open(config: Phonemize) -> Transform:
    return partial(transform, Phonemizer(config.lexicon))


def transform(phonemizer: Phonemizer, table: pa.Table) -> tuple[pa.Table, Stats]:
    """Add the column `words` to a table with a column `text`; drop and count what has none."""
    pronounced = phonemizer.pronounce(table["text"])
    missing = np.array([origin == UNPRONOUNCEABLE for origin in pronounced.origins], np.int64)
    missing_W = missing[pronounced.reading_W]
    keep_R = np.diff(offsets(missing_W)[pronounced.tokens.bounds_R]) == 0
    stats: Counter[str] = Counter({"dropped.unpronounceable": int((~keep_R).sum())})
    if not keep_R.all():
        table = table.filter(pa.array(keep_R))
        pronounced = phonemizer.pronounce(table["text"])
    origin_of = {origin: number for number, origin in enumerate(ORIGINS)}
    origin_of[USER] = origin_of[LEXICON]
    # Readings that no token has may be unpronounceable still.
    origins = np.array([origin_of.get(origin, -1) for origin in pronounced.origins], np.int32)
    origin_W = origins[pronounced.reading_W]
    counts = np.bincount(origin_W, minlength=len(ORIGINS)).tolist()
    stats.update({f"origin.{name}": n for name, n in zip(ORIGINS, counts, strict=True)})
    tokens = pronounced.tokens
    fields = {
        "text": pa.array(tokens.distinct, pa.string()).take(pa.array(tokens.kind_W)),
        "phonemes": _phonemes(pronounced),
        "origin": pa.DictionaryArray.from_arrays(origin_W, list(ORIGINS)),
    }
    words = pa.StructArray.from_arrays(list(fields.values()), names=list(fields))
    column = pa.ListArray.from_arrays(pa.array(tokens.bounds_R, pa.int32()), words).cast(WORDS)
    return table.append_column(pa.field("words", WORDS), column), dict(stats)


def _phonemes(pronounced: PronouncedTokens) -> pa.ListArray:
    """The phonemes of every token, as a list of a dictionary's symbols."""
    split = [reading.split() for reading in pronounced.readings]
    flat = [symbol for phonemes in split for symbol in phonemes]
    symbols = [*ARPABET, *sorted({*flat} - {*ARPABET})]
    numbers = {symbol: number for number, symbol in enumerate(symbols)}
    codes = np.array([numbers[symbol] for symbol in flat], np.int32)
    lengths = np.array([len(phonemes) for phonemes in split], np.int64)
    first_W = offsets(lengths)[pronounced.reading_W]
    count_W = lengths[pronounced.reading_W]
    return pa.ListArray.from_arrays(
        pa.array(offsets(count_W), pa.int32()),
        pa.DictionaryArray.from_arrays(codes[gather(first_W, count_W)], symbols),
    )


def _metrics(stats: Stats, distinct: int, unknown: int) -> dict[str, Any]:
    """Rows, drops, and where the pronunciations came from; shares are of words without marks."""
    counts = {name: int(stats.get(f"origin.{name}", 0)) for name in ORIGINS}
    marks = counts.pop(PUNCTUATION)
    words = sum(counts.values())
    return {
        "rows_in": stats["rows_in"],
        "rows_out": stats["rows_out"],
        "dropped": {
            name.removeprefix("dropped."): count
            for name, count in sorted(stats.items())
            if name.startswith("dropped.")
        },
        "words": words,
        "marks": marks,
        "origin_words": counts,
        "origin_share": {name: count / max(words, 1) for name, count in counts.items()},
        "out_of_lexicon_share": (counts[OOV] + counts[RULE]) / max(words, 1),
        "distinct_words": distinct,
        "distinct_unknown_words": unknown,
    }


def _distinct(outputs: list[Path], run: Run) -> tuple[int, int]:
    """How many different words there are, case apart, and how many of them are OOV."""
    with shards.scratch("phonemize") as work:
        map_shards(
            _open_distinct,
            outputs,
            work,
            stage="phonemize.words",
            config=None,
            code=CODE,
            run=run,
            in_process=True,
        )
        words = reduce(
            shards.paths(work), lambda words: words.lazy().unique().collect(engine="streaming")
        )
    return words["word"].n_unique(), words.filter(pl.col("oov"))["word"].n_unique()


def _open_distinct() -> Transform:
    return _distinct_words


def _distinct_words(table: pa.Table) -> tuple[pa.Table, Stats]:
    """The different words of a table."""
    frame = pl.from_arrow(table.select(["words"]))
    assert isinstance(frame, pl.DataFrame)
    words = (
        frame.select(pl.col("words").explode(empty_as_null=False))
        .unnest("words")
        .select(pl.col("text").str.to_lowercase().alias("word"), pl.col("origin").cast(pl.String))
        .filter(pl.col("origin") != PUNCTUATION)
        .select("word", (pl.col("origin") == OOV).alias("oov"))
        .unique()
        .sort("word", "oov")
    )
    return words.to_arrow(compat_level=pl.CompatLevel.oldest()), {}
