"""What the network answered, kept on disk: shards, workers and runs share it.

Guarantees: only what this code, with this checkpoint, would answer again is handed out (the file is
named by both, and every row carries a checksum), so a store never changes a result. It is a cache:
one that cannot be used just now counts as empty, one that is damaged is deleted. Several processes
of one machine may read and write at once.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Final

import xxhash

from pngnw.core import shards
from pngnw.phonemize.lexicon import Pronounced

_WAIT: Final = 60.0  # seconds for another process to finish writing
_MANY: Final = 500  # stems in one question; old SQLite takes 999 parameters
_TABLE: Final = "CREATE TABLE IF NOT EXISTS answers (stem TEXT PRIMARY KEY, phonemes TEXT, sum INT)"


class Answers:
    """Stems (letters a-z) and their phonemes in an SQLite file below `folder`."""

    def __init__(self, folder: Path) -> None:
        code = shards.code_digest("pngnw.phonemize.network")
        self._path = folder / f"answers-{shards.fingerprint(code, version('g2p_en'))}.sqlite"
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, stems: Sequence[str]) -> dict[str, Pronounced]:
        """The phonemes of those stems that were answered before."""
        found: dict[str, Pronounced] = {}

        def read(store: sqlite3.Connection) -> None:
            for start in range(0, len(stems), _MANY):
                part = stems[start : start + _MANY]
                places = ",".join("?" * len(part))
                rows = store.execute(f"SELECT * FROM answers WHERE stem IN ({places})", part)
                found.update(
                    (stem, tuple(line.split()))
                    for stem, line, checksum in rows
                    if checksum == _checksum(stem, line)
                )

        self._use(read)
        return found

    def add(self, answers: Mapping[str, Pronounced]) -> None:
        """Keep what was answered."""
        lines = {stem: " ".join(phonemes) for stem, phonemes in answers.items()}
        rows = [(stem, line, _checksum(stem, line)) for stem, line in lines.items()]

        def write(store: sqlite3.Connection) -> None:
            with store:
                store.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)

        self._use(write)

    def _use(self, action: Callable[[sqlite3.Connection], None]) -> None:
        try:
            with closing(sqlite3.connect(self._path, timeout=_WAIT)) as store:
                store.execute(_TABLE)
                action(store)
        except sqlite3.OperationalError:
            return  # busy or no room: the network is asked again, nothing else is lost
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)


def _checksum(stem: str, phonemes: str) -> int:
    """64 bits less one: SQLite's integers have a sign."""
    return xxhash.xxh3_64_intdigest(f"{stem}\n{phonemes}".encode()) >> 1
