"""Text to aligned sentences: normalized, pronounced and cut into pieces exactly as in pretraining.

Guarantees: pronunciations come from the sources that the encoder's folder names; the results are
the same for `Encoder` and for an exported one, and from many threads at once; a text that cannot be
read is refused by its number and its first words; pieces of a text that have no reading are listed.

Letters: B texts.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.align.sentences import AlignedSentence, WordAligner, key_of
from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.core.ragged import offsets
from pngnw.model import LEXICON_NEEDS
from pngnw.model.sentences import COLUMNS, Int, Sentences
from pngnw.params import ModelConfig
from pngnw.phonemize import DATA_VERSIONS
from pngnw.phonemize.overrides import OverrideError
from pngnw.phonemize.phonemizer import Phonemizer, Word


@dataclass(frozen=True)
class PronouncedText:
    """A text as written and its spoken words."""

    text: str
    words: tuple[Word, ...]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """For each word the characters [start, end) of `text` that it comes from."""
        return [(word.start, word.end) for word in self.words]

    @property
    def unspoken(self) -> list[str]:
        """The words that have no reading, in order."""
        return [word.text for word in self.words if not word.phonemes]


@dataclass(frozen=True)
class TextBatch:
    """B texts as a model takes them, before any network.

    Attributes:
        sentences: for `assemble`.
        lengths: [B] int64 tokens of each text.
        phonemes, words, word_index, unspoken: as in `pngnw.encoder.EncoderOutput`.
        phonemes_only: whether they have no grapheme side.
    """

    sentences: Sentences
    lengths: Int
    phonemes: list[list[str]]
    words: list[list[str]]
    word_index: list[list[int]]
    unspoken: list[list[str]]
    phonemes_only: bool = False


@dataclass(frozen=True)
class TextReader:
    """The text front end of an encoder: its lexicon, its wordpieces and its aligner."""

    phonemizer: Phonemizer
    aligner: WordAligner

    @classmethod
    def load(cls, folder: Path) -> "TextReader":
        """Read the aligner, the wordpieces and the lexicon's provenance from a folder.

        Warns on stderr when pronunciations come from data of another version than in pretraining.

        Raises:
            UserError: a file is missing or damaged.
        """
        path = folder / LEXICON_NEEDS
        try:
            needs = json.loads(path.read_text(encoding="utf-8"))
            for name, version in needs["packages"].items():
                shipped = DATA_VERSIONS.get(name, version)
                if shipped != version:
                    print(
                        f"pngnw: {folder} was trained with {name} {version}, this is {shipped}: "
                        "some pronunciations may differ",
                        file=sys.stderr,
                    )
            lexicon = needs["lexicon"]
            aligner = WordAligner.load(folder, needs["piece_of_phoneme"])
        except (FileNotFoundError, ValueError, KeyError) as error:
            raise UserError(f"{path}: cannot be used ({error}); train the encoder anew") from None
        user_lexicon = None if lexicon is None else str(folder / lexicon)
        return cls(Phonemizer(user_lexicon), aligner)

    def read(self, texts: Sequence[str], model: ModelConfig) -> TextBatch:
        """Read texts for a model.

        Raises:
            TypeError: one of them is no string; says which.
            UserError: a text holds nothing to say, a word too long to be aligned, or more than
                the model can take at once.
        """
        return self.batch(self.pronounce(texts), model)

    def batch(self, texts: Sequence[PronouncedText], model: ModelConfig) -> TextBatch:
        """Pronounced texts for a model; raises what `align` does."""
        sentences = self.align(texts, model)
        counts = [sentences.phonemes_per_word[a:b] for a, b in pairwise(sentences.word_start)]
        word_index = [np.repeat(np.arange(len(count)), count).tolist() for count in counts]
        return TextBatch(
            sentences=sentences,
            lengths=sentences.lengths(model.grapheme_unit),
            phonemes=[
                [TOKENS.symbols[i] for i in sentences.phonemes[start:end]]
                for start, end in pairwise(sentences.phoneme_start)
            ],
            words=[
                [text.words[i].text for i in index]
                for text, index in zip(texts, word_index, strict=True)
            ],
            word_index=word_index,
            unspoken=[text.unspoken for text in texts],
        )

    def refused(self, texts: Sequence[str], model: ModelConfig) -> dict[int, str]:
        """Which texts `read` refuses, by their numbers, and why."""
        refused: dict[int, str] = {}
        while True:
            rows = [row for row in range(len(texts)) if row not in refused]
            try:
                pronounced = self.pronounce([texts[row] for row in rows])
            except OverrideError as error:
                refused[rows[error.row]] = error.reason
                continue
            _, others = self._align(pronounced, model)
            return {**refused, **{rows[row]: reason for row, reason in others.items()}}

    def pronounce(self, texts: Sequence[str]) -> list[PronouncedText]:
        """Pronounce the words of texts, which the aligner knows from now on.

        Raises:
            TypeError: one of them is no string; says which.
            UserError: there is one string in the place of several, or a mistake in an override.
        """
        if isinstance(texts, str):
            raise UserError("Encoder: got one string; give a list of strings")
        spoken = self.phonemizer.batch(texts)
        # New words are encoded in one go: text by text, reading takes five times as long.
        self.aligner.look_up([key_of(word) for each in spoken for word in each.words])
        return [PronouncedText(each.text, each.words) for each in spoken]

    def align(self, texts: Sequence[PronouncedText], model: ModelConfig) -> Sentences:
        """Pronounced texts as sentences for `assemble`.

        Raises:
            UserError: a text holds nothing to say, a word too long to be aligned, or more than
                the model can take at once.
        """
        sentences, refused = self._align(texts, model)
        for number in sorted(refused):
            raise UserError(f"text {number}: {refused[number]}")
        return sentences

    def _align(
        self, texts: Sequence[PronouncedText], model: ModelConfig
    ) -> tuple[Sentences, dict[int, str]]:
        """The texts that can be aligned; and all that are refused, by their numbers, with why."""
        rows: dict[int, AlignedSentence] = {}
        refused: dict[int, str] = {}
        for number, pronounced in enumerate(texts):
            start = pronounced.text[:40]
            if not any(word.phonemes for word in pronounced.words):
                refused[number] = f"nothing to say in {start!r}; leave it out"
                continue
            try:
                rows[number] = self.aligner.align(pronounced.words)
            except ValueError as error:
                refused[number] = f"{error}; split it ({start!r}…)"
        sentences = as_sentences([*rows.values()])
        for number, length in zip(rows, sentences.lengths(model.grapheme_unit), strict=True):
            if length > model.max_tokens:
                refused[number] = (
                    f"{length} tokens, the model takes {model.max_tokens}; split it into "
                    f"sentences ({texts[number].text[:40]!r}…)"
                )
        return sentences, refused


def as_sentences(rows: Sequence[AlignedSentence]) -> Sentences:
    """Aligned sentences as `assemble` takes them, numbered from 0."""
    flat: dict[str, Any] = {}
    starts: dict[str, Int] = {}
    for name in COLUMNS[1:]:
        arrays = [getattr(row, name) for row in rows]
        flat[name] = np.concatenate([np.zeros(0, np.int64), *arrays])
        starts[name] = offsets(np.array([len(array) for array in arrays], dtype=np.int64))
    return Sentences(
        id=np.arange(len(rows), dtype=np.uint64),
        word_start=starts["word_type"],
        phoneme_start=starts["phonemes"],
        grapheme_start=starts["graphemes"],
        piece_start=starts["pieces"],
        **flat,
    )
