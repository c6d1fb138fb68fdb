"""The data of the packages cmudict and g2p_en in the form in which pngnw ships them.

Run as a script it writes them anew, which is only needed when a package changes.

example: python -m tests.phonemize.shipped
"""

import argparse
import importlib.util
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from pngnw.phonemize.lexicon import CMUDICT
from pngnw.phonemize.network import WEIGHTS


def package_file(package: str, name: str) -> Path:
    """A file of an installed package, which is not imported; skips the test without the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        pytest.skip(f"the package {package} is not installed")
    return Path(spec.origin).parent / name


def cmudict() -> dict[str, str]:
    """The first pronunciation of every word, without comments."""
    entries: dict[str, str] = {}
    for line in package_file("cmudict", "data/cmudict.dict").read_text("utf-8").splitlines():
        word, _, phonemes = line.partition("#")[0].strip().partition(" ")
        if "(" not in word:
            entries.setdefault(word, phonemes)
    return entries


def g2p_en() -> dict[str, NDArray[np.float32]]:
    """The arrays of the checkpoint."""
    with np.load(package_file("g2p_en", "checkpoint20.npz"), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    table = pl.DataFrame(list(cmudict().items()), schema=["word", "phonemes"], orient="row")
    table.write_parquet(CMUDICT, compression="zstd", compression_level=19, statistics=False)
    save_file(g2p_en(), WEIGHTS)
