"""The text that is measured on: sentences of the default corpus as they are written.

Guarantees: the same sources give the same sentences in the same order: those of every source of
params.yaml, cut as the clean stage cuts them, before anything is spoken, folded or filtered but
by length. They are kept in the cache, because wiki markup takes a minute to read.
"""

import json
from collections import Counter

from pngnw import params
from pngnw.clean import documents
from pngnw.clean.candidates import candidates
from pngnw.core import atomic, shards
from pngnw.fetch import stage as fetch
from pngnw.params import Fetch

WORDS = range(2, 81)


def by_source() -> dict[str, list[str]]:
    """Name of a source to all its sentences of 2 to 80 words."""
    config = params.load().fetch
    folder = shards.cache_root() / "benchmarks"
    code = shards.code_digest("pngnw.clean", "benchmarks.text")
    path = folder / f"sentences-{shards.fingerprint(config.model_dump(), code)}.json"
    if not path.exists():
        atomic.write_text(path, json.dumps(_read(config)))
    found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def mixed(count: int) -> list[str]:
    """`count` sentences (or all, if there are fewer), evenly spread over all sources."""
    every = [sentence for found in by_source().values() for sentence in found]
    chosen = min(count, len(every))
    return [every[index * len(every) // chosen] for index in range(chosen)]


def words(text: list[str]) -> int:
    """Runs without white space: the unit that every system is counted in."""
    return sum(len(sentence.split()) for sentence in text)


def _read(config: Fetch) -> dict[str, list[str]]:
    root = shards.cache_root() / "benchmarks"
    fetch.run(params.load(), root)
    found: dict[str, list[str]] = {source.name: [] for source in config.sources}
    for document in documents.read_documents(root / "data/raw", Counter()):
        counts: Counter[str] = Counter()  # of the clean stage; nothing is reported here
        sentences = (each for _, each in candidates(document.kind, document.text, counts))
        found[document.name.split("/")[0]].extend(
            sentence for sentence in sentences if len(sentence.split()) in WORDS
        )
    return found
