"""A handful of sentences as align shards, and parameters to speak them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import torch

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.model.heads import Heads
from pngnw.model.io import save
from pngnw.model.network import PnGNWEncoder
from pngnw.params import Params, Run, Speech, load
from pngnw.speech.stage import run
from tests.model.synthetic import SCHEMA, table, word

WORDS = {
    "hello": "HH AH0 L OW1", "cat": "K AE1 T", "reads": "R IY1 D Z", "quiet": "K W AY1 AH0 T",
    "books": "B UH1 K S", "slowly": "S L OW1 L IY0", "there": "DH EH1 R",
}  # fmt: skip


def row(key: int, words: list[str], split: str = "valid") -> dict[str, Any]:
    """An align row; a word that WORDS lacks is a mark."""
    aligned = []
    for text in words:
        if text in WORDS:
            sounds = [TOKENS.phoneme(p) for p in WORDS[text].split()]
            aligned.append(word([TOKENS.letter(c) for c in text], sounds, [len(text)]))
        else:
            aligned.append(word([TOKENS.mark(text)], [TOKENS.mark(text)], [1], kind=0))
    return dict(table([aligned], [split], first=key).to_pylist()[0])


def write_align(folder: Path, rows: list[dict[str, Any]], parts: int) -> None:
    """Rows into `parts` shards, by turns."""
    folder.mkdir(parents=True)
    for part in range(parts):
        shard = pa.Table.from_pylist(rows[part::parts], SCHEMA)
        shards.write(folder / shards.name(part), shard, stage="align", fingerprint="test")


def corpus(count: int) -> list[dict[str, Any]]:
    """Distinct short sentences; every tenth belongs to a training document."""
    words = list(WORDS)
    return [
        row(
            1000 + i,
            [words[i % 7], words[(i // 7 + 1) % 7], ",", words[(i * 3 + 2) % 7], "."],
            "train" if i % 10 == 9 else "valid",
        )
        for i in range(count)
    ]


def speech_params(**changes: Any) -> Speech:
    """The speech section for the test corpus."""
    wanted = {"source": "espeak", "folder": "recordings", "min_words": 2, "max_words": 6,
              "utterances": 90, **changes}  # fmt: skip
    return Speech.model_validate(wanted)


def params(speech: Speech, **sections: Any) -> Params:
    """All parameters, with these sections."""
    return load().model_copy(update={"speech": speech, "run": Run(workers=1), **sections})


def speak(home: Path) -> None:
    """Fill data/align and data/speech of a folder with about 90 utterances."""
    write_align(home / "data/align", corpus(110), 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DVC_ROOT", str(home))
        run(params(speech_params(), run=Run(workers=2)), home)


def save_encoder(folder: Path) -> None:
    """A narrow untrained encoder, for sentences whose wordpieces are numbers below 50."""
    model = load().model.model_copy(update={"width": 16, "layers": 1, "heads": 2})
    generator = torch.Generator().manual_seed(0)
    save(folder, PnGNWEncoder(model, 50, generator), Heads(model, 50, generator))


def without(names: Sequence[str], source: Path, out: Path) -> None:
    """Copy shards of speech in which nothing is known of these columns."""
    out.mkdir(parents=True)
    for path in shards.paths(source):
        table = shards.read(path)
        for name in names:
            place = table.schema.get_field_index(name)
            nothing = pa.nulls(len(table), table.schema.field(name).type)
            table = table.set_column(place, name, nothing)
        shards.write(out / path.name, table, stage="speech", fingerprint="test")


def made_by_workers(
    wanted: Params, root: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, Mapping[str, Any]]:
    """The folder and the metrics of speech that one worker and two make with the same bytes."""
    made = []
    for workers in (1, 2):
        monkeypatch.setenv("DVC_ROOT", str(root / f"cache{workers}"))
        result = run(wanted.model_copy(update={"run": Run(workers=workers)}), root)
        made.append([path.read_bytes() for path in shards.paths(root / "data/speech")])
    assert made[0] == made[1]
    return root / "data/speech", result.metrics
