"""What is in a set of speech shards: how much, how varied, and what the nulls score on it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.evaluate.measure import Gold, diagonal, pool, tally, uniform
from pngnw.speech.mel import FRAME_SECONDS


def survey(paths: Sequence[Path], parts: Sequence[str]) -> dict[str, Any]:
    """Seconds, parts and spread of rates; and, where gold times are known, what the two nulls
    score on the whole set, per frame."""
    columns = ["part", "rate", "frames", "start", "end", "phonemes"]
    rows = [row for path in paths for row in shards.read(path, columns).to_pylist()]
    rates = np.array([row["rate"] for row in rows])
    return {
        "seconds": sum(row["frames"] for row in rows) * FRAME_SECONDS,
        "tokens": sum(len(row["phonemes"]) for row in rows),
        "parts": {part: sum(row["part"] == part for row in rows) for part in parts},
        "words_per_minute": {
            "min": int(rates.min()), "mean": float(rates.mean()), "max": int(rates.max()),
            "standard_deviation": float(rates.std()),
        },
        **_nulls([row for row in rows if row["start"] is not None]),
    }  # fmt: skip


def _nulls(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if not rows:
        return {}
    lines, flats = [], []
    for row in rows:
        gold = Gold(
            np.array(row["start"], dtype=np.float64),
            np.array(row["end"], dtype=np.float64),
            np.array([token in TOKENS.phonemes for token in row["phonemes"]]),
        )
        shape = (row["frames"], len(gold.start))
        lines.append(tally(diagonal(*shape), gold, 1))
        flats.append(tally(uniform(*shape), gold, 1))
    line, flat = pool(lines), pool(flats)
    return {
        "straight_line": {
            "error_ms": line.error_ms, "hit": line.hit, "boundary_ms": line.boundary_ms,
        },
        "uniform": {"error_ms": flat.error_ms, "hit": flat.hit},
    }  # fmt: skip
