"""Words to numbers: the published `vocabulary.json`, and where a sentence is cut.

Guarantees: the same ids as the reference's sentence tokenizer, without its padding.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pngnw.core.errors import UserError
from pngnw.teach.torchmoji_words import words

UNKNOWN: Final = 1
PUBLISHED_LENGTH: Final = 30  # words, in the reference's examples and the exported ONNX files


class Vocabulary:
    """Numbers for words; a word that it lacks gets `UNKNOWN`.

    Args:
        ids: word to number; 0 is the mask and belongs to no word of a text.
        max_tokens: later words of a text are not read.
        fold_repeats: see `pngnw.teach.torchmoji_words`.
    """

    def __init__(
        self,
        ids: dict[str, int],
        max_tokens: int = PUBLISHED_LENGTH,
        fold_repeats: bool = True,
    ) -> None:
        self._ids = ids
        self._max_tokens = max_tokens
        self._fold_repeats = fold_repeats
        self.size = max(ids.values(), default=UNKNOWN) + 1

    @classmethod
    def read(
        cls, path: Path, max_tokens: int = PUBLISHED_LENGTH, fold_repeats: bool = True
    ) -> "Vocabulary":
        """Read a `vocabulary.json`: one object, word to number.

        Raises:
            UserError: it is not such a file.
        """
        try:
            ids = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:  # broken UTF-8 and broken JSON are ValueErrors
            raise UserError(f"{path}: not a vocabulary.json ({error})") from None
        if not isinstance(ids, dict) or not all(type(n) is int and n >= 0 for n in ids.values()):
            raise UserError(f"{path}: not a vocabulary.json: it must map words to numbers")
        return cls(ids, max_tokens, fold_repeats)

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Numbers of the first `max_tokens` words of each text; none for a blank one."""
        return [
            [
                self._ids.get(word, UNKNOWN)
                for word in words(text, fold_repeats=self._fold_repeats)[: self._max_tokens]
            ]
            for text in texts
        ]
