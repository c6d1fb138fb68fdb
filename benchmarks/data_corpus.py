"""A corpus of any size: the default text, again and again, its sentences shuffled word by word.

Guarantees: equal sizes give equal files. The first repetition is the text as it is; in each later
one the words of every sentence are in another order, while paragraphs, punctuation and the capital
at the beginning stay, so that sentences are as many and as long, and few are duplicates. A fifth of
the text is one big file, the rest files of 50 to 500 KB.
"""

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.phonemize import say
from pngnw import params
from pngnw.clean import documents, paragraphs, sentences, wiki
from pngnw.core import atomic, shards
from pngnw.fetch.stage import fetch
from pngnw.params.data import Fetch, PypiSource

BIG = 0.2  # share of the text in one file
SMALL = (50_000, 500_000)  # bytes of a file
_WORD = re.compile(r"""^(["'“‘(\[_*-]*)(.*?)([,;:!?"'”’)\]_*—-]*)$""", re.DOTALL)
_LAST = re.compile(r"""^(["'“‘(\[_*-]*)(.*?)([.,;:!?"'”’)\]_*—-]*)$""", re.DOTALL)

Text = npt.NDArray[np.object_]


def write(folder: Path, size: int) -> int:
    """Fill a folder with about `size` bytes in .txt files; returns the exact number."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    written = big = number = 0
    with (folder / "big.txt").open("w", encoding="utf-8") as long_file:
        for piece in _pieces(repetitions(prose()), rng):
            bytes_left = size - written
            data = piece.encode()[:bytes_left].decode(errors="ignore")
            if big <= BIG * written:
                big += long_file.write(data)
            else:
                (folder / f"{number:05d}.txt").write_text(data, encoding="utf-8")
                number += 1
            written += len(data.encode())
            if written >= size - 3:  # a cut character may leave less
                break
    return written


def copy_wiki(folder: Path) -> int:
    """Fill a folder with the default run's MediaWiki dump; returns its bytes."""
    shutil.copytree(_raw() / "wikipedia", folder)
    return sum(path.stat().st_size for path in folder.iterdir())


def _raw() -> Path:
    """The raw files of the default run, fetched into the cache."""
    raw = shards.cache_root() / "benchmarks" / "raw"
    fetch(params.load().fetch, raw)
    return raw


def prose() -> str:
    """The default text, one paragraph a line, an empty line between two; kept in the cache."""
    return _kept("prose", params.load().fetch)


def left_out() -> str:
    """The verse and the Bible that lie beside the default text and are no part of it: 6 MB."""
    config = params.load().fetch
    sources = [
        source.model_copy(update={"files": source.exclude, "exclude": []})
        for source in config.sources
        if isinstance(source, PypiSource) and source.exclude
    ]
    return _kept("left-out", config.model_copy(update={"sources": sources}))


def _kept(name: str, config: Fetch) -> str:
    cache = shards.cache_root() / "benchmarks"
    code = shards.code_digest("pngnw.clean", "benchmarks.data_corpus")
    path = cache / f"{name}-{shards.fingerprint(config, code)}.txt"
    if not path.exists():
        say(f"reading the text ({name})")
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            fetch(config, Path(folder) / "raw")
            atomic.write_text(path, "\n\n".join(_paragraphs(Path(folder) / "raw")))
    return path.read_text(encoding="utf-8")


def _paragraphs(raw: Path) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for document in documents.read_documents(raw, counts):
        if document.kind == "wiki":
            lines = wiki.lines(document.text, counts)
            yield from (line for line in lines if not line.startswith(wiki.HEADING))
        else:
            yield from paragraphs.paragraphs(document.text)[0]


def _pieces(texts: Iterator[str], rng: np.random.Generator) -> Iterator[str]:
    """Texts cut at paragraphs into pieces of about the size of a file."""
    for text in texts:
        start = 0
        while start < len(text):
            end = text.find("\n\n", start + int(rng.integers(*SMALL)))
            end = len(text) if end < 0 else end + 2
            yield text[start:end]
            start = end


def repetitions(text: str) -> Iterator[str]:
    """The text, then other shuffles of it without end."""
    yield text
    tokens = Tokens.of(text)
    number = 1
    while True:
        yield tokens.shuffled(np.random.default_rng(number))
        number += 1


@dataclass(frozen=True)
class Tokens:
    """Words of a text in flat arrays: marks before, the word, marks and white space behind.

    Attributes:
        sentence: which sentence each word is in.
        first: whether it is the sentence's first.
        word, capital: as it stands inside a sentence, and at the start of one.
    """

    before: Text
    word: Text
    capital: Text
    behind: Text
    sentence: npt.NDArray[np.int64]
    first: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, text: str) -> "Tokens":
        """Cut a text into paragraphs, sentences and words."""
        before, word, behind, sentence, first = [], [], [], [], []
        number = 0
        for paragraph in filter(None, text.split("\n\n")):
            for found in sentences.split(paragraph, Counter()):
                words = found.split()
                for place, token in enumerate(words):
                    # An inner full stop is an abbreviation's and stays with it.
                    match = (_LAST if place == len(words) - 1 else _WORD).match(token)
                    assert match is not None
                    before.append(match[1])
                    word.append(_inside(match[2]) if place == 0 else match[2])
                    behind.append(match[3] + " ")
                    sentence.append(number)
                    first.append(place == 0)
                number += 1
            if behind:
                behind[-1] = behind[-1].rstrip(" ") + "\n\n"
        capital = [each[:1].upper() + each[1:] for each in word]
        return cls(
            np.array(before, object), np.array(word, object), np.array(capital, object),
            np.array(behind, object), np.array(sentence), np.array(first),
        )  # fmt: skip

    def shuffled(self, rng: np.random.Generator) -> str:
        """The text with the words of every sentence in a random order."""
        order = np.argsort(self.sentence + rng.random(len(self.sentence)))
        words = np.where(self.first, self.capital[order], self.word[order])
        return "".join(self.before + words + self.behind)


def _inside(word: str) -> str:
    """A sentence's first word as it would stand inside: "The" as "the", but "I" and "BBC"."""
    return word.lower() if word[:1].isupper() and word[1:].islower() else word
