"""Words and tokens of a sentence as the page draws them: plain lists and strings."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from pngnw.align.aligner import Aligner
from pngnw.align.symbols import INNER_MARKS, TOKENS
from pngnw.model.inputs import PHONEME_SIDE, Inputs
from pngnw.model.sentences import Sentences, offsets
from pngnw.phonemize.homographs import Reading, read_table
from pngnw.phonemize.pronouncer import HOMOGRAPH
from pngnw.tools.demo.reading import Sentence, letters

_INNER = {symbol: mark for mark, symbol in INNER_MARKS.items()}


def shown_words(
    sentence: Sentence,
    packed: Sentences,
    row: int,
    aligner: Aligner | None,
    pieces: Sequence[str],
) -> list[dict[str, Any]]:
    """The words of a sentence, each with what is drawn of it.

    Args:
        sentence: the words.
        packed: their arrays, in row `row`.
        aligner: says which letter a phoneme belongs to, see `letters`.
        pieces: the wordpieces by number.

    Returns:
        Rows of `text`; `span`, characters of the text as typed; `phonemes`; `origin`; `letters`,
        for each phoneme the number of its letter; `pieces`, the wordpieces; `piece_of_letter`, for
        each letter the number of its piece; `readings`, all those of a homograph.
    """
    own = packed.select(np.array([row]))
    letter, piece = offsets(own.graphemes_per_word), offsets(own.pieces_per_word)
    owners = letters(aligner, sentence.words)
    return [
        {
            "text": word.text,
            "span": sentence.spans[number],
            "phonemes": word.phonemes,
            "origin": word.origin,
            "letters": owners[number],
            "pieces": [pieces[i] for i in own.pieces[piece[number] : piece[number + 1]]],
            "piece_of_letter": own.piece_of_grapheme[letter[number] : letter[number + 1]].tolist(),
            "readings": _readings(word.text) if word.origin == HOMOGRAPH else [],
        }
        for number, word in enumerate(sentence.words)
    ]


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


def _readings(word: str) -> list[str]:
    return [" ".join(reading.phonemes) for reading in _homographs().get(word.lower(), ())]


@lru_cache
def _homographs() -> dict[str, tuple[Reading, ...]]:
    return read_table()
