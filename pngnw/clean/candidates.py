"""The map of the clean stage: documents of a shard to the sentences that pass every filter.

Guarantees: each unit of text (blank line, heading, piece of markup, candidate sentence) is counted
once as lines_in, and is either a row or counted under dropped.<reason>. A row's index in the
document does not depend on what else is dropped or on other documents.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pyarrow as pa
import xxhash

from pngnw.clean import filters, minhash, sentences, wiki
from pngnw.clean.distribute import split_of
from pngnw.core.shards import Stats
from pngnw.engine import Transform
from pngnw.normalize import normalize_all
from pngnw.params import Clean

COLUMNS = (
    ("id", pa.uint64()),
    ("doc", pa.string()),
    ("index", pa.uint32()),
    ("split", pa.dictionary(pa.int32(), pa.string())),
    ("text", pa.string()),
    ("source_text", pa.string()),
)
# Beside what the stage writes: the row's number in the shard, and how many words it has.
SCHEMA = pa.schema([*COLUMNS, ("row", pa.uint32()), ("words", pa.uint16()), *minhash.KEYS])
_OPENERS = frozenset(" (-'")
Row = tuple[int, str, int, str, str, str, int, int]


def open_candidates(
    min_words: int, max_words: int, split: Clean | None = None
) -> Callable[[Path | None], Transform]:
    """Loads the language model; for each shard, a map of `documents.SCHEMA` to `SCHEMA`.

    With `split`, every sentence is given a split of its own instead of its document's.
    """
    return partial(_of_shard, filters.open_language(), min_words, max_words, split)


def _of_shard(
    language: filters.Language,
    min_words: int,
    max_words: int,
    split_by: Clean | None,
    beside: Path | None = None,
) -> Transform:
    numbers = count()
    # Two records of one name follow each other, so that no two sentences have the same id.
    next_index: Counter[str] = Counter()

    def transform(table: pa.Table) -> tuple[pa.Table, Stats]:
        counts: Counter[str] = Counter()
        rows: list[Row] = []
        for document in table.to_pylist():
            doc = document["doc"]
            first = next_index[doc]
            sources: list[tuple[int, str]] = []
            for index, source in candidates(document["kind"], document["text"], counts):
                if reason := filters.refusal_of_source(source):
                    counts[f"dropped.{reason}"] += 1
                else:
                    sources.append((first + index, source))
            if sources:
                next_index[doc] = sources[-1][0] + 1
            normalized = normalize_all([source for _, source in sources])
            for (index, source), each in zip(sources, normalized, strict=True):
                text = _balance(each.text, counts)
                reason = filters.refusal_of_normalized(text, min_words, max_words)
                if not reason and filters.is_foreign(text, language):
                    reason = "language"
                if reason:
                    counts[f"dropped.{reason}"] += 1
                    continue
                name = f"{doc}\n{index}"
                identity = xxhash.xxh3_64_intdigest(name.encode())
                split = split_of(name, split_by) if split_by else document["split"]
                words = len(filters.words_of(text))
                rows.append((identity, doc, index, split, text, source, next(numbers), words))
        return _table(rows), dict(counts)

    return transform


def candidates(kind: str, text: str, counts: Counter[str]) -> Iterator[tuple[int, str]]:
    """(index, sentence) of a document as it is written; counts every unit, drops the headings."""
    if kind == "wiki":
        lines = wiki.lines(text, counts)
    else:
        lines, blank = sentences.paragraphs(text)
        counts.update({"lines_in": blank, "dropped.blank": blank})
    index = 0
    for line in lines:
        paragraph = sentences.repair(line, counts)
        if not paragraph or paragraph.startswith(wiki.HEADING) or filters.heading(paragraph):
            counts.update({"lines_in": 1, "dropped.heading": 1})
            continue
        for sentence in sentences.split(paragraph, counts):
            counts["lines_in"] += 1
            yield index, sentence
            index += 1


def _balance(text: str, counts: Counter[str]) -> str:
    """Close or open the quotation that a sentence shares with its neighbors.

    A parenthesis without its partner is removed.
    """
    if text.count('"') % 2:
        counts["repaired.quotation"] += 1
        first = text.index('"')
        closes = first > 0 and (text[first - 1] not in _OPENERS or first == len(text) - 1)
        text = f'"{text}' if closes else f'{text}"'
    if text.count("(") != text.count(")"):
        counts["repaired.parenthesis"] += 1
        text = " ".join(text.replace("(", "").replace(")", "").split())
    return text


def _table(rows: list[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 8
    keys = minhash.keys(columns[SCHEMA.get_field_index("text")])
    return pa.table([*map(list, columns), *keys], schema=SCHEMA)
