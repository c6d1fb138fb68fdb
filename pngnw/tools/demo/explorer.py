"""Answers for the page: a sentence read and encoded, with and without changes by hand.

Guarantees: an answer depends on the question alone; nothing of it is kept. One question at a time
is worked on, so that questions may come from several threads.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.align.aligner import spread_evenly
from pngnw.align.sentences import WordAligner
from pngnw.core.ragged import offsets
from pngnw.encoder import Encoder
from pngnw.model.sentences import Sentences
from pngnw.phonemize.arpabet import ARPABET
from pngnw.phonemize.homographs import Reading, read_table
from pngnw.phonemize.phonemizer import Word
from pngnw.phonemize.pronouncer import HOMOGRAPH, PUNCTUATION
from pngnw.teach import phrases
from pngnw.teach.emoji import EMOJI, names
from pngnw.teach.prototype import PrototypeTeacher
from pngnw.text import PronouncedText
from pngnw.tools.demo.changes import change, moves, typical_distance

Changes = Mapping[int, Sequence[str]]


class Explorer:
    """The encoder of a folder, and the prototype teacher."""

    def __init__(self, folder: Path) -> None:
        """Load both; raises `UserError` where a file is missing or damaged."""
        self._encoder = Encoder.from_pretrained(folder)
        self._teacher = PrototypeTeacher(*phrases.load())
        self._name = folder.as_posix()
        self._lock = threading.Lock()

    def about(self) -> dict[str, Any]:
        """What stays the same while the page is open."""
        model = self._encoder.model.config
        return {
            "model": self._name,
            "layers": model.layers,
            "heads": model.heads,
            "width": model.width,
            "pos_emb": model.pos_emb,
            "phonemes": list(ARPABET),
            "emoji": [list(pair) for pair in zip(EMOJI, names(), strict=True)],
        }

    def explore(self, text: str, changes: Changes) -> dict[str, Any]:
        """A sentence, and if there are changes the sentence with them.

        Raises:
            UserError: nothing to say, too much to say, or a change that cannot be made.
        """
        reader, model = self._encoder.reader, self._encoder.model.config
        with self._lock:
            (plain,) = reader.pronounce([text])
            texts = [plain, change(plain, changes)] if changes else [plain]
            batch = reader.batch(texts, model)
            out = self._encoder.output(batch)
            teacher = self._teacher([text])[0]
            shown = [
                {
                    "words": shown_words(
                        each, batch.sentences.select(np.array([row])), reader.aligner
                    ),
                    "emoji": out.emoji[row].tolist(),
                }
                for row, each in enumerate(texts)
            ]
        answer = {
            "text": text,
            "unspoken": plain.unspoken,
            "teacher": teacher.astype(np.float64).tolist(),
            "before": shown[0],
            "after": None,
        }
        if changes:
            before, after = (
                states[:length]
                for states, length in zip(out.hidden, out.lengths.tolist(), strict=True)
            )
            rows = moves(plain.words, texts[1].words, before, after)
            answer["after"] = shown[1]
            answer["moved"] = [asdict(row) for row in rows]
            answer["apart"] = typical_distance(before)
        return answer


def shown_words(
    text: PronouncedText, sentence: Sentences, aligner: WordAligner
) -> list[dict[str, Any]]:
    """The words of a text, each with what is drawn of it.

    Args:
        text: the words.
        sentence: the same text, alone.
        aligner: says which letter a phoneme belongs to.

    Returns:
        Rows of `text`; `span`, characters of the text as typed; `phonemes`; `origin`; `letters`,
        for each phoneme the number of its letter; `pieces`, the wordpieces; `piece_of_letter`, for
        each letter the number of its piece; `readings`, all those of a homograph.
    """
    letter, piece = offsets(sentence.graphemes_per_word), offsets(sentence.pieces_per_word)
    letters, pieces = letters_of(aligner, text.words), aligner.wordpieces.pieces
    return [
        {
            "text": word.text,
            "span": span,
            "phonemes": word.phonemes,
            "origin": word.origin,
            "letters": letters[n],
            "pieces": [pieces[i] for i in sentence.pieces[piece[n] : piece[n + 1]]],
            "piece_of_letter": sentence.piece_of_grapheme[letter[n] : letter[n + 1]].tolist(),
            "readings": [
                " ".join(reading.phonemes)
                for reading in _homographs().get(word.text.lower(), ())
                if word.origin == HOMOGRAPH
            ],
        }
        for n, (word, span) in enumerate(zip(text.words, text.spans, strict=True))
    ]


def letters_of(aligner: WordAligner, words: Sequence[Word]) -> list[list[int]]:
    """For every word the number of the letter that each of its phonemes belongs to.

    The characters of a mark are its phonemes, too.
    """
    owners = [spread_evenly(len(word.text), len(word.phonemes)) for word in words]
    if aligner.method == "aligned":
        spelled = [i for i, word in enumerate(words) if word.origin != PUNCTUATION]
        texts, phonemes = [words[i].text for i in spelled], [words[i].phonemes for i in spelled]
        for i, owner in zip(spelled, aligner.aligner.align(texts, phonemes), strict=True):
            owners[i] = owner
    return [owner.tolist() for owner in owners]


@cache
def _homographs() -> dict[str, tuple[Reading, ...]]:
    return read_table()
