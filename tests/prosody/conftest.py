"""A set made up by hand, and a folder in which the stage runs."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pngnw.core import shards
from pngnw.params import Prosody, load
from tests.speech.corpus import SCHEMA, corpus, save_encoder

HALVES = pa.list_(pa.float16())


def speech_table(count: int) -> pa.Table:
    """Utterances of `tests.speech.corpus`, half of them of the test split: every token lasts as
    long as its id says, and longer before a mark; half a second of silence lies at a comma."""
    rows = [row for row in corpus(count) if row["split"] != "train"]
    added: dict[str, list[list[float]]] = {
        name: [] for name in ("start", "end", "log_f0", "energy", "pause")
    }
    for number, row in enumerate(rows):
        row["split"] = ("valid", "test")[number % 2]
        marks = np.array([token < 60 for token in row["phonemes"]])
        seconds = np.where(marks, 0.0, 0.05 + 0.002 * (np.array(row["phonemes"]) % 40))
        words = np.repeat(np.arange(len(row["phonemes_per_word"])), row["phonemes_per_word"])
        comma = words == 2
        seconds[comma] = 0.5
        end = np.cumsum(seconds)
        added["start"].append((end - seconds).tolist())
        added["end"].append(end.tolist())
        added["log_f0"].append(np.where(marks, 0.0, 5.0 - 0.01 * words).tolist())
        added["energy"].append((words * 0.25 - 1).tolist())
        pause = [0.0] * len(row["phonemes_per_word"])
        pause[1], pause[3] = 0.5, 0.2
        added["pause"].append(pause)
    table = pa.Table.from_pylist(rows, SCHEMA)
    for name, values in added.items():
        kind = pa.list_(pa.float32()) if name in ("start", "end") else HALVES
        halves = [np.array(v, np.float16) for v in values] if kind == HALVES else values
        table = table.append_column(name, pa.array(halves, kind))
    return table


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data/speech and models/encoder."""
    home = tmp_path_factory.mktemp("prosody")
    table = speech_table(90)
    for part in range(2):
        path = home / "data/speech" / shards.name(part)
        path.parent.mkdir(parents=True, exist_ok=True)
        some = table.take(list(range(part, len(table), 2)))
        shards.write(path, some, stage="speech", fingerprint="test")
    save_encoder(home / "models/encoder")
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root of its own with the same data."""
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    for name in ("data", "models"):
        (tmp_path / name).symlink_to(made / name)
    return tmp_path


def prosody_params(**changes: object) -> Prosody:
    """The section, small enough for a test."""
    small = {"arms": ["tacotron2", "pretrained"], "width": 16, "samples": 64, "evaluations": 2,
             "seeds": [1, 2], "tuning_seeds": [0], "encoder_rates": [1.0], "warmup": 2,
             "layer": None, "learning_rate": 1e-2, **changes}  # fmt: skip
    return load().prosody.model_copy(update=small)
