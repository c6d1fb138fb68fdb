"""The phonemize stage: sentences to words with phonemes, shard by shard.

Guarantees: rows keep their order; a sentence is dropped only when one of its words has no
pronunciation, and is counted: `rows_in = rows_out + sum(dropped.*)`. The column `words` is
list<struct<text, start: u32, end: u32, phonemes: list<dictionary>, origin: dictionary>>.
"""

from collections import Counter
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from pngnw.core import shards
from pngnw.core.shards import Stats
from pngnw.core.stage import StageResult
from pngnw.engine import MapResult, Transform, map_shards, reduce
from pngnw.params import Params, Phonemize, Run
from pngnw.phonemize import tokenizer
from pngnw.phonemize.answers import Answers
from pngnw.phonemize.arpabet import ARPABET
from pngnw.phonemize.lexicon import PACKAGES, load_user
from pngnw.phonemize.phonemizer import Phonemizer, Spoken
from pngnw.phonemize.pronouncer import NEURAL, ORIGINS, PUNCTUATION, RULE, UNPRONOUNCEABLE

_CODED: Final = pa.dictionary(pa.int32(), pa.string())
WORDS: Final = pa.list_(
    pa.struct(
        [
            ("text", pa.string()),
            ("start", pa.uint32()),
            ("end", pa.uint32()),
            ("phonemes", pa.list_(_CODED)),
            ("origin", _CODED),
        ]
    )
)
CODE: Final = ("pngnw.phonemize",)


def phonemize(
    clean: Path, out: Path, config: Phonemize, run: Run
) -> tuple[dict[str, Any], MapResult]:
    """Phonemize every shard of `clean` into `out`; the metrics of the stage and its work.

    Raises:
        UserError: there are no shards, or the user's lexicon has a mistake.
    """
    inputs = shards.paths(clean)
    mapped = map_shards(
        partial(_open, config),
        inputs,
        out,
        stage="phonemize",
        config=_depends_on(config),
        code=CODE,
        run=run,
    )
    outputs = [out / path.name for path in inputs]
    return metrics(mapped.stats, *_distinct(outputs, run)), mapped


def _depends_on(config: Phonemize) -> dict[str, str]:
    """What decides about the phonemes besides our code: the data packages, the user's lexicon."""
    data = {name: version(name) for name in PACKAGES}
    if config.lexicon:
        load_user(Path(config.lexicon))  # refuse a mistake before any shard is begun
        data["lexicon"] = shards.file_digest(Path(config.lexicon))
    return data


def _open(config: Phonemize) -> Transform:
    answers = Answers(shards.cache_root() / "phonemes")
    phonemizer = Phonemizer.load(config, answers)
    return partial(transform, phonemizer)


def transform(phonemizer: Phonemizer, table: pa.Table) -> tuple[pa.Table, Stats]:
    """Add the column `words` to a table with a column `text`; drop and count what has none."""
    spoken = phonemizer.speak(table["text"])
    mute = np.array([origin == UNPRONOUNCEABLE for origin in spoken.origins], bool)
    before_R = tokenizer.cumulated(mute[spoken.reading_W].astype(np.int64))[spoken.tokens.bounds_R]
    keep_R = np.diff(before_R) == 0
    stats: Counter[str] = Counter({"dropped.unpronounceable": int((~keep_R).sum())})
    if not keep_R.all():
        table = table.filter(pa.array(keep_R))
        spoken = phonemizer.speak(table["text"])
    stats.update(_per_origin(spoken))
    return table.append_column(pa.field("words", WORDS), words_column(spoken)), dict(stats)


def _per_origin(spoken: Spoken) -> dict[str, int]:
    origin_of = {origin: number for number, origin in enumerate(ORIGINS)}
    numbers = np.array([origin_of.get(origin, -1) for origin in spoken.origins], np.int64)
    counts = np.bincount(numbers[spoken.reading_W], minlength=len(ORIGINS))
    return {f"origin.{name}": int(count) for name, count in zip(ORIGINS, counts, strict=True)}


def words_column(spoken: Spoken) -> pa.ListArray:
    """The words of every text as an array of type `WORDS`."""
    tokens = spoken.tokens
    sounds = pl.Series(spoken.readings, dtype=pl.String).str.extract_all("[^ ]+").to_arrow()
    marks = set(pc.unique(sounds.flatten()).to_pylist()) - set(ARPABET)
    symbols = [*ARPABET, *sorted(marks)]
    flat = pc.index_in(sounds.flatten(), pa.array(symbols, sounds.type.value_type)).to_numpy()
    lengths = pc.list_value_length(sounds).to_numpy().astype(np.int64)
    first_W = tokenizer.cumulated(lengths)[spoken.reading_W]
    count_W = lengths[spoken.reading_W]
    phonemes = pa.ListArray.from_arrays(
        pa.array(tokenizer.cumulated(count_W), pa.int32()),
        pa.DictionaryArray.from_arrays(flat[tokenizer.gather(first_W, count_W)], symbols),
    )
    origin_of = {origin: index for index, origin in enumerate(ORIGINS)}
    origin = np.array([origin_of[name] for name in spoken.origins], np.int32)
    fields = {
        "text": pa.array(tokens.distinct, pa.string()).take(pa.array(tokens.kind_W)),
        "start": pa.array(tokens.start_W, pa.uint32()),
        "end": pa.array(tokens.end_W, pa.uint32()),
        "phonemes": phonemes,
        "origin": pa.DictionaryArray.from_arrays(origin[spoken.reading_W], list(ORIGINS)),
    }
    struct = pa.StructArray.from_arrays(list(fields.values()), names=list(fields))
    return pa.ListArray.from_arrays(pa.array(tokens.bounds_R, pa.int32()), struct).cast(WORDS)


def metrics(stats: Stats, distinct: int, unknown: int) -> dict[str, Any]:
    """Rows, drops, and where the pronunciations came from; shares are of words without marks.

    `distinct` words there are, `unknown` of them the network's.
    """
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
        "out_of_lexicon_share": (counts[NEURAL] + counts[RULE]) / max(words, 1),
        "distinct_words": distinct,
        "distinct_unknown_words": unknown,
    }


def _distinct(outputs: list[Path], run: Run) -> tuple[int, int]:
    """How many different words there are, case apart, and how many only the network knew."""
    with shards.scratch("phonemize") as work:
        map_shards(
            _open_words,
            outputs,
            work,
            stage="phonemize.words",
            config=None,
            code=CODE,
            run=run,
            in_process=True,
        )
        found = reduce(shards.paths(work), unique)
    return found["word"].n_unique(), found.filter(pl.col("neural"))["word"].n_unique()


def unique(words: pl.DataFrame) -> pl.DataFrame:
    """Each row once, in any order. Streamed, it takes a quarter of the memory, half the time."""
    return words.lazy().unique().collect(engine="streaming")


def _open_words() -> Transform:
    return words_of


def words_of(table: pa.Table) -> tuple[pa.Table, Stats]:
    """The different words of a table, as hashes: 8 bytes each, whatever their length."""
    flat = pc.list_flatten(table["words"])
    words, origins = (pc.struct_field(flat, name) for name in ("text", "origin"))
    frame = pl.DataFrame({"text": words, "origin": origins.cast(pa.string())})
    seen = (
        frame.lazy()
        .filter(pl.col("origin") != PUNCTUATION)
        .select(pl.col("text").str.to_lowercase(), (pl.col("origin") == NEURAL).alias("neural"))
        .unique()
        .collect()
    )
    hashes = [xxhash.xxh3_64_intdigest(word.encode()) for word in seen["text"]]
    found = pl.DataFrame({"word": pl.Series(hashes, dtype=pl.UInt64), "neural": seen["neural"]})
    return found.sort("word", "neural").to_arrow(compat_level=pl.CompatLevel.oldest()), {}


def run(params: Params, root: Path) -> StageResult:
    """Give every word of data/clean its phonemes; write data/phonemize.

    Known words come from CMUdict (and phonemize.lexicon, which wins), homographs are told apart by
    a trained model of their neighbours, compounds and endings go by rule, g2p_en's network answers
    the rest.
    """
    metrics, work = phonemize(
        root / "data/clean", root / "data/phonemize", params.phonemize, params.run
    )
    return StageResult(metrics, work.cost)
