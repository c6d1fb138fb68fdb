"""How fast one process reads raw text: the part of the clean stage that no worker helps with."""

import tempfile
import time
from collections import Counter
from pathlib import Path

from pngnw import params
from pngnw.clean import documents
from pngnw.clean.distribute import distribute


def reading(raw: Path) -> float:
    """MB (of the files as they are) a second of processor time, up to shards of documents."""
    size = sum(path.stat().st_size for path in raw.rglob("*") if path.is_file())
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="pngnw-data-") as name:
        started = time.process_time()
        distribute(documents.read_documents(raw, counts), Path(name), params.load().clean)
        return size / 1e6 / (time.process_time() - started)
