"""Text to aligned sentences: spoken, pronounced and cut into pieces exactly as in pretraining.

Guarantees: pronunciations come from the sources that the encoder's folder names; a text that
cannot be read is refused by its number and its first words; pieces of a text that have no reading
are told.
"""

import importlib.metadata
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pngnw.align.sentences import AlignedSentence, WordAligner, key_of
from pngnw.core.errors import UserError
from pngnw.model.io import LEXICON_NEEDS
from pngnw.model.sentences import COLUMNS, Sentences
from pngnw.normalize import NormalizedText, normalize_all
from pngnw.params import Phonemize
from pngnw.phonemize.phonemizer import Phonemizer, Word


@dataclass(frozen=True)
class Reader:
    """What an encoder's folder says about reading."""

    phonemizer: Phonemizer
    aligner: WordAligner

    @classmethod
    def load(cls, folder: Path) -> "Reader":
        """Read the aligner, the wordpieces and the lexicon's provenance from a folder.

        Warns on stderr when pronunciations come from other package versions than in pretraining.

        Raises:
            UserError: a file or a package is missing or damaged.
        """
        path = folder / LEXICON_NEEDS
        try:
            needs = json.loads(path.read_text(encoding="utf-8"))
            for name, version in needs["packages"].items():
                found = importlib.metadata.version(name)
                if found != version:
                    print(
                        f"pngnw: {folder} was trained with {name} {version}, this is {found}: "
                        "some pronunciations may differ",
                        file=sys.stderr,
                    )
            lexicon = needs["lexicon"]
            aligner = WordAligner.load(folder, needs["piece_of_phoneme"])
        except importlib.metadata.PackageNotFoundError as error:
            raise UserError(f"{path}: needs {error.name}; pip install it") from None
        except (FileNotFoundError, ValueError, KeyError) as error:
            raise UserError(f"{path}: cannot be used ({error}); train the encoder anew") from None
        own = None if lexicon is None else str(folder / lexicon)
        return cls(Phonemizer.load(Phonemize(lexicon=own)), aligner)

    def __call__(self, texts: Sequence[str]) -> tuple[list[list[Word]], list[list[str]], Sentences]:
        """Read texts.

        Returns:
            The words of each text; its pieces that have no reading, in order; and the texts as
            sentences for `assemble`.

        Raises:
            UserError: a text holds nothing to say, or a word too long to be aligned.
        """
        sources, words = self.said(texts)
        rows = []
        for number, found in enumerate(words):
            start = texts[number][:40]
            if not any(word.phonemes for word in found):
                raise UserError(f"text {number}: nothing to say in {start!r}; leave it out")
            try:
                rows.append(self.aligner.align(found))
            except ValueError as error:
                raise UserError(f"text {number}: {error}; split it ({start!r}…)") from None
        unspoken = [
            _unspoken(text, source, found)
            for text, source, found in zip(texts, sources, words, strict=True)
        ]
        return words, unspoken, as_sentences(rows)

    def said(self, texts: Sequence[str]) -> tuple[list[NormalizedText], list[list[Word]]]:
        """The spoken form of each text, and its words, which the aligner knows from now on."""
        sources = normalize_all(texts)
        words = self.phonemizer([source.text for source in sources])
        # Words new to the aligner are spelled in one go: text by text, reading takes five times as
        # long.
        self.aligner.look_up([key_of(word) for found in words for word in found])
        return sources, words


def as_sentences(rows: Sequence[AlignedSentence]) -> Sentences:
    """Aligned sentences as `assemble` takes them, numbered from 0."""
    table = {"id": pa.array(range(len(rows)), pa.uint64())}
    for name in COLUMNS[1:]:
        table[name] = pa.array([getattr(row, name) for row in rows], pa.list_(pa.int64()))
    return Sentences.from_table(pa.table(table))


def _unspoken(text: str, source: NormalizedText, words: Sequence[Word]) -> list[str]:
    """What was left out when `text` was spoken, and spoken words without phonemes, in order."""
    spans = [*source.dropped]
    spans += [
        (source.starts[word.start], source.ends[word.end - 1])
        for word in words
        if not word.phonemes
    ]
    return [text[start:end] for start, end in sorted(spans)]
