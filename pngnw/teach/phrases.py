"""Vectors of the sentences that never change, kept from one run to the next.

Guarantees: what is handed out was computed by the same code, packages and kind of processor from
the same sentences, and is byte for byte as it was written; anything else is computed again.
"""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch

from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.teach.minilm import PACKAGE, WIDTH, hardware_bfloat16

STAGE = "teach.phrases"
CODE = ("pngnw.teach.minilm", "pngnw.teach.prototype")

Single = npt.NDArray[np.float32]


def kept(
    sentences: Sequence[str], compute: Callable[[Sequence[str]], Single], folder: Path
) -> Single:
    """What `compute` makes of the sentences, [N, 384], from `folder` if it was put there before."""
    made_from = shards.fingerprint(
        *(version(package) for package in (PACKAGE, "torch", "tokenizers", "numpy")),
        torch.backends.cpu.get_cpu_capability(),
        hardware_bfloat16(),
        shards.code_digest(*CODE),
        list(sentences),
    )
    path = folder / f"{made_from}.parquet"
    try:
        column = shards.read(path)["vector"].combine_chunks()
        found: Single = column.flatten().to_numpy().reshape(-1, WIDTH)
        return found
    except UserError:  # not there, or damaged
        vectors = compute(sentences)
    flat = pa.array(vectors.reshape(-1), pa.float32())
    table = pa.table({"vector": pa.FixedSizeListArray.from_arrays(flat, WIDTH)})
    shards.write(path, table, stage=STAGE, fingerprint=made_from, durable=False)
    return vectors
