"""Answers for the page: a sentence read, encoded and compared, with and without changes by hand.

Guarantees: an answer depends on the question alone; nothing of it is kept. One question at a time
is worked on, so that questions may come from several threads.

Letters: N tokens.
"""

import base64
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from pngnw.align.aligner import spread_evenly
from pngnw.align.sentences import WordAligner
from pngnw.align.symbols import INNER_MARKS, TOKENS
from pngnw.core.errors import UserError
from pngnw.core.ragged import offsets
from pngnw.encoder import Encoder
from pngnw.model.inputs import PHONEME_SIDE, Inputs, assemble
from pngnw.model.sentences import Sentences
from pngnw.phonemize.arpabet import ARPABET
from pngnw.phonemize.homographs import Reading, read_table
from pngnw.phonemize.phonemizer import Word
from pngnw.phonemize.pronouncer import HOMOGRAPH, PUNCTUATION
from pngnw.teach import phrases
from pngnw.teach.emoji import EMOJI, names
from pngnw.teach.prototype import PrototypeTeacher
from pngnw.text import PronouncedText
from pngnw.tools.demo.attention import attention
from pngnw.tools.demo.changes import change, moves, typical_distance
from pngnw.tools.demo.neighbors import Index, held_out, load_index

NEIGHBORS: Final = 5
Changes = Mapping[int, Sequence[str]]
_INNER = {symbol: mark for mark, symbol in INNER_MARKS.items()}


class Explorer:
    """An encoder, the prototype teacher and an index; make one with `open`."""

    def __init__(
        self, encoder: Encoder, teacher: PrototypeTeacher, index: Index, name: str
    ) -> None:
        self._encoder = encoder
        self._teacher = teacher
        self._index = index
        self._name = name
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, data: Path) -> "Explorer":
        """Load everything; the first time for an encoder takes seconds more, for the index.

        Args:
            folder: of a trained encoder.
            data: of the clean stage; need not be there.

        Raises:
            UserError: a file is missing or damaged.
        """
        encoder = Encoder.from_pretrained(folder)
        index = load_index(encoder, folder, *held_out(data))
        return cls(encoder, PrototypeTeacher(*phrases.load()), index, folder.as_posix())

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
            "index": {
                "source": self._index.source,
                "sentences": len(self._index.texts),
                "left_out": self._index.left_out,
                "typical": self._index.typical(),
            },
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
            teacher = self._teacher([text])[0].astype(np.float64).tolist()
            shown = [
                {
                    "words": shown_words(
                        each, batch.sentences.select(np.array([row])), reader.aligner
                    ),
                    "emoji": _rounded(out.emoji[row].tolist()),
                    "nearest": [
                        {"text": near, "cosine": cosine}
                        for near, cosine in self._index.nearest(out.sentence[row], NEIGHBORS)
                    ],
                }
                for row, each in enumerate(texts)
            ]
        answer: dict[str, Any] = {
            "text": text,
            "unspoken": plain.unspoken,
            "teacher": _rounded(teacher),
            "before": shown[0],
            "after": None,
            "moved": None,
            "apart": None,
        }
        if changes:
            before, after = (
                states[:length]
                for states, length in zip(out.hidden, out.lengths.tolist(), strict=True)
            )
            answer["after"] = shown[1]
            rows = moves(plain.words, texts[1].words, before, after)
            answer["moved"] = [asdict(row) for row in rows]
            answer["apart"] = typical_distance(before)
        return answer

    def attention(self, text: str, changes: Changes, layer: int, head: int) -> dict[str, Any]:
        """Attention weights of a layer and a head, both from 0, as base64 of float32 [N, N].

        Raises:
            UserError: as `explore`, or there is no such layer or head.
        """
        model = self._encoder.model.config
        if layer >= model.layers or head >= model.heads:
            raise UserError(
                f"layer {layer}, head {head}: the encoder has {model.layers} layers of "
                f"{model.heads} heads, counted from 0"
            )
        reader = self._encoder.reader
        with self._lock:
            (plain,) = reader.pronounce([text])
            sentence = reader.align([change(plain, changes)], model)
            inputs = assemble(sentence, np.arange(1), model)
            shown = attention(self._encoder.model, inputs, layer)
        weights = shown.weights[head].numpy().astype("<f4")
        return {
            "tokens": shown_tokens(inputs, reader.aligner.wordpieces.pieces),
            "weights": base64.b64encode(weights.tobytes()).decode("ascii"),
            "difference": shown.difference,
            "largest": shown.largest,
        }


def _rounded(numbers: Sequence[float]) -> list[float]:
    return [round(number, 6) for number in numbers]


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


def shown_tokens(inputs: Inputs, pieces: Sequence[str]) -> list[dict[str, Any]]:
    """The tokens of one sentence, each with `label`, `side` and the number of its `word`."""
    return [
        {
            "label": _label(token, pieces),
            "side": "phoneme" if segment == PHONEME_SIDE else "grapheme",
            "word": None if word < 0 else word,
        }
        for token, segment, word in zip(
            inputs.token.tolist(), inputs.segment.tolist(), inputs.word.tolist(), strict=True
        )
    ]


def _label(token: int, pieces: Sequence[str]) -> str:
    if token >= len(TOKENS):  # graphemes are wordpieces
        return pieces[token - len(TOKENS)]
    symbol = TOKENS.symbols[token]
    if token in TOKENS.specials:
        return symbol.strip("<>").upper()
    return _INNER.get(symbol, symbol)


@cache
def _homographs() -> dict[str, tuple[Reading, ...]]:
    return read_table()
