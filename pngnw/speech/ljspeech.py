"""A folder in LJSpeech layout to shards like those of the align stage, one row per recording.

`metadata.csv` holds lines `name|text|normalised text` (the last may be absent or empty), and
`wavs/<name>.wav` the recording.

Guarantees: every line of the table is either a row or counted under a reason, and recordings that
cannot be used are named; a row's id depends on its name alone, and its content on the line, the
recording's bytes and how text is read; texts are spoken, pronounced and aligned as the corpus is.
Every row is in the split `test`: the encoder never saw it, unless the corpus holds the same text.
"""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import xxhash
from tqdm import tqdm

from pngnw.align.sentences import WordAligner
from pngnw.align.stage import align_table
from pngnw.align.words import Method
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.normalize import normalize_all
from pngnw.params import Phonemize
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.stage import transform
from pngnw.speech.recording import REASONS, inspect, path_of

METADATA = "metadata.csv"
PARTS = 16  # shards, the unit of work
NAMED = 5  # files that a warning names


def list_recordings(
    folder: Path, out: Path, aligned: Path, phonemize: Phonemize, method: Method
) -> Counter[str]:
    """Write shards of the recordings that can be used; return `dropped.<reason>` counts.

    Args:
        folder: where `metadata.csv` and `wavs` are.
        out: folder for the shards: the align columns, `recording` (name) and `digest` (of it).
        aligned: the align stage's folder, which holds wordpieces and aligner.
        phonemize: the lexicon that pronounces the texts.
        method: how phonemes find their pieces.

    Raises:
        UserError: `metadata.csv` is missing or not UTF-8 text.
    """
    counts: Counter[str] = Counter()
    texts = read_metadata(folder, counts)
    digests = _usable(folder, list(texts), counts)
    names = {identity(name): name for name in digests}
    normalized = normalize_all([texts[name] for name in digests])
    table = pa.table(
        {
            "id": pa.array(names, pa.uint64()),
            "split": pa.array(["test"] * len(names), pa.string()).dictionary_encode(),
            "text": pa.array([each.text for each in normalized], pa.string()),
        }
    )
    table, spoken = transform(Phonemizer.load(phonemize), table)
    table, spelled = align_table(WordAligner.load(aligned, method), table)
    for stats in (spoken, spelled):
        counts.update({name: int(n) for name, n in stats.items() if name.startswith("dropped.")})
    kept = [names[key] for key in table["id"].to_pylist()]
    table = table.append_column("recording", pa.array(kept, pa.string()))
    table = table.append_column("digest", pa.array([digests[name] for name in kept], pa.string()))
    part = table["id"].to_numpy() % PARTS
    for number in range(PARTS):
        some = table.take(pa.array(np.flatnonzero(part == number)))
        shards.write(out / shards.name(number), some, stage="speech", fingerprint="")
    return counts


def identity(name: str) -> int:
    """The id of a recording."""
    return xxhash.xxh3_64_intdigest(f"recording {name}".encode())


def read_metadata(folder: Path, counts: Counter[str]) -> dict[str, str]:
    """Texts by name, normalised where they are; counts the lines that are left out.

    Raises:
        UserError: there is no such file, or it is not UTF-8.
    """
    path = folder / METADATA
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = file.readlines()
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(
            f"{path}: not found; speech.folder has to hold {METADATA} (name|text|normalised text) "
            "and wavs/<name>.wav"
        ) from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not UTF-8; convert it") from None
    texts: dict[str, str] = {}
    for line in lines:
        name, *columns = (field.strip() for field in line.split("|"))
        name = name.removesuffix(".wav")
        text = next((column for column in reversed(columns[:2]) if column), "")
        if not name or not text:
            counts["dropped.no_text"] += 1
        elif name in texts:
            counts["dropped.repeated_name"] += 1
        else:
            texts[name] = text
    return texts


def _usable(folder: Path, names: list[str], counts: Counter[str]) -> dict[str, str]:
    """Digests of the recordings that can be used; counts and names the others."""
    digests: dict[str, str] = {}
    refused: dict[str, list[str]] = {reason: [] for reason in REASONS}
    for name in tqdm(names, desc="speech: recordings", unit="file", disable=None):
        reason, digest = inspect(path_of(folder, name))
        if reason:
            refused[reason].append(name)
        else:
            digests[name] = digest
    for reason, found in refused.items():
        if found:
            counts[f"dropped.{reason}"] = len(found)
            more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
            files = ", ".join(f"{name}.wav" for name in found[:NAMED])
            print(f"speech: {folder}/wavs: {reason}: {files}{more}", file=sys.stderr)
    return digests
