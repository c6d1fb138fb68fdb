"""Words that texts are likely to hold and CMUdict lacks, with what the network answers to them.

Guarantees: an answer here is the network's own, worked out beforehand; `foreseen.parquet` names the
network that it asked. So the table saves time and never decides what is said.
Source of the spellings: the English words of the package pyspellchecker (MIT), of letters a-z, that
are no entry of CMUdict.
"""

import argparse
import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from xxhash import xxh3_64_hexdigest

from pngnw.phonemize.lexicon import Lexicon, Pronounced, load_cmudict, package_file
from pngnw.phonemize.network import Network

TABLE: Final = Path(__file__).parent / "foreseen.parquet"
NETWORK: Final = ("g2p_en", "checkpoint20.npz")


class Foreseen:
    """The table of answers."""

    def __init__(self, table: pl.DataFrame) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    @classmethod
    def load(cls) -> "Foreseen":
        """The table as shipped; ten milliseconds."""
        return cls(pl.read_parquet(TABLE))

    def get(self, stems: Sequence[str]) -> dict[str, Pronounced]:
        """Those of the stems that are here, with their phonemes."""
        found = self._table.filter(pl.col("word").is_in(stems))
        pairs = zip(found["word"].to_list(), found["phonemes"].to_list(), strict=True)
        return {word: tuple(phonemes.split()) for word, phonemes in pairs}


def wanted(spellings: Iterable[str], lexicon: Lexicon) -> list[str]:
    """The spellings that the network may be asked for, rising."""
    lower = {spelling.lower() for spelling in spellings}
    return sorted(
        word for word in lower if word.isascii() and word.isalpha() and word not in lexicon
    )


def answered(words: Sequence[str], network: Network) -> pa.Table:
    """The network's answers to words; those that it has none for are left out."""
    found = [
        (word, " ".join(phonemes))
        for word, phonemes in zip(words, network.predict(words), strict=True)
        if phonemes
    ]
    return pa.table({"word": [word for word, _ in found], "phonemes": [each for _, each in found]})


def network_digest() -> str:
    """What the table records of the network's weights."""
    return xxh3_64_hexdigest(package_file(*NETWORK).read_bytes())


def main() -> None:
    """Write the table."""
    out: Path = _options().out
    packed = package_file("spellchecker", "resources/en.json.gz").read_bytes()
    words = wanted(json.loads(gzip.decompress(packed)), load_cmudict())
    table = answered(words, Network.load(package_file(*NETWORK)))
    table = table.replace_schema_metadata({"network": network_digest()})
    pq.write_table(table, out, compression="zstd", compression_level=19)
    print(f"{out}: {len(table):,} words, {out.stat().st_size / 2**20:.2f} MiB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pngnw.phonemize.foreseen",
        description="Ask the network for every word of pyspellchecker (extra `train`) that CMUdict "
        "lacks, and write the table of its answers: half a minute.",
        epilog="example: python -m pngnw.phonemize.foreseen --out /tmp/foreseen.parquet",
    )
    parser.add_argument(
        "--out", type=Path, default=TABLE, help="the table (default: the one that is read)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
