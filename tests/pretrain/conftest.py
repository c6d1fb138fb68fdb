"""Parameters and shards for pretraining tests."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from ruamel.yaml import YAML

from pngnw.align import LEXICON
from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.model.inputs import Inputs
from pngnw.params import Params, parse
from tests.model.synthetic import MODEL, PIECES, corpus, table, word

ROOT = Path(__file__).parents[2]
NOTHING = {"mlm": 0.0, "random": 0.0, "keep": 0.0, "g2p": 0.0, "p2g": 0.0}  # of `pretrain.tasks`


def small(**pretrain: Any) -> Params:
    """The repository's params.yaml with a small model and short training."""
    raw = YAML(typ="safe", pure=True).load((ROOT / "params.yaml").read_text())
    raw["model"] = MODEL.model_dump()
    raw["pretrain"] |= {
        "steps": 12, "batch_tokens": 600, "warmup": 2, "learning_rate": 3e-3,
        "evaluate_every": 5, "checkpoint_every": 4, "precision": "fp32",
        "unmarked": 0.3, "phonemes_only": 0.2, "word_lists": 0.2,
        "mark_weight": 1.0, "meaning_weight": 1.0, "surprisal_weight": 1.0,
    } | pretrain  # fmt: skip
    if raw["pretrain"]["emoji_loss"] == "mse_features":
        raw["teach"] |= {
            "backend": "torchmoji",
            "features": True,
            "torchmoji": {"weights": "w.bin"},
        }
    return parse(raw)


def seen(inputs: Inputs) -> list[torch.Tensor]:
    """All that the model reads."""
    return [
        inputs.token, inputs.word_value, inputs.word_type, inputs.segment, inputs.starts,
        *inputs.positions.values(),
    ]  # fmt: skip


def emoji(count: int, seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).dirichlet(np.full(64, 0.3), count)
    return values.astype(np.float16)


def features(seed: int) -> pa.FixedSizeListArray:
    """40 rows of 2,304: the first always 0.5, others about 1 with deviation 0.2."""
    values = np.random.default_rng(seed).normal(1.0, 0.2, (40, 2304)).astype(np.float16)
    values[:, 0] = 0.5
    return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), 2304)


def meaning(words: list[int], seed: int) -> pa.LargeListArray:
    """For each sentence as many rows of 6 bytes as it has words; none is all zero."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(-16, 17, (sum(words), 6), dtype=np.int8)
    rows[:, 0] |= 1
    of_words = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), 6)
    return pa.LargeListArray.from_arrays(pa.array(np.cumsum([0, *words])), of_words)


@pytest.fixture
def root(tmp_path: Path, own_cache: Path) -> Path:
    """data/align and data/teach: two shards of 40 sentences, the second's teacher in reverse."""
    align, teach = tmp_path / "data/align", tmp_path / "data/teach"
    split = (["train"] * 6 + ["valid", "test"]) * 5
    for number in range(2):
        rows_of = corpus(number, 40, split, first=1 + 100 * number)
        shards.write(align / shards.name(number), rows_of, stage="align", fingerprint="x")
        values = emoji(40, number)
        order = np.arange(40) if number == 0 else np.arange(40)[::-1]
        rows = pa.FixedSizeListArray.from_arrays(pa.array(values[order].ravel()), 64)
        ids = rows_of.column("id").take(pa.array(order))
        words = [len(row) for row in rows_of.column("word_type").to_pylist()]
        columns = {
            "id": ids,
            "emoji": rows,
            "features": features(number).take(pa.array(order)),
            "meaning": meaning(words, number).take(pa.array(order)),
        }
        shards.write(teach / shards.name(number), pa.table(columns), stage="teach", fingerprint="x")
    words = [
        [word([*TOKENS.letters[i : i + 3]], [*TOKENS.phonemes[i : i + 2]], [10 + i])]
        for i in range(20)
    ]
    shards.write(align / LEXICON, table(words), stage="align", fingerprint="x")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *(f"p{i}" for i in range(4, PIECES))]
    (align / "wordpieces.txt").write_text("\n".join(pieces) + "\n")
    return tmp_path
