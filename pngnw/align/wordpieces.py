"""Wordpieces: a BERT vocabulary and what it makes of words.

Guarantees: BERT's uncased tokenization, but of whole words: the same word gives the same pieces
anywhere; a word that cannot be spelled in pieces is one [UNK]; every character of a word belongs to
exactly one of its pieces.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer, Normalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.core.ragged import Ragged

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
BATCH = 8192


def normalizer() -> Normalizer:
    """BERT's uncased normalisation: lower case, no accents, no control characters."""
    return BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True
    )


class Wordpieces:
    """A vocabulary of wordpieces in the order of its file; `pieces[i]` has id i."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = tuple(pieces)
        ids = {piece: number for number, piece in enumerate(self.pieces)}
        self.unknown = ids["[UNK]"]
        self._tokenizer = Tokenizer(WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
        self._tokenizer.normalizer = normalizer()
        self._tokenizer.pre_tokenizer = BertPreTokenizer()

    @property
    def size(self) -> int:
        """Number of pieces."""
        return len(self.pieces)

    @classmethod
    def load(cls, path: Path) -> "Wordpieces":
        """Read a BERT vocab.txt: one piece a line, line number = id.

        Raises:
            UserError: the file is missing, no UTF-8, or not such a file.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise UserError(
                f"{path}: {error.strerror}; align.vocab must be the path of a BERT vocab.txt"
            ) from None
        except UnicodeDecodeError as error:
            raise UserError(f"{path}: not UTF-8 at byte {error.start}; not a vocab.txt") from None
        pieces = text.removesuffix("\n").replace("\r\n", "\n").split("\n")
        if "[UNK]" not in pieces:
            raise UserError(f"{path}: has no line [UNK]; a BERT vocab.txt holds one piece a line")
        if len(set(pieces)) != len(pieces):
            raise UserError(f"{path}: a piece occurs twice; a BERT vocab.txt holds each once")
        return cls(pieces)

    def save(self, path: Path) -> None:
        """Write as BERT's vocab.txt."""
        write_text(path, "\n".join(self.pieces) + "\n")

    def encode(self, words: Sequence[str]) -> tuple[Ragged, Ragged]:
        """Pieces of words.

        Returns:
            piece ids [words][pieces] uint32, at least one for each word; and for every character
            of a word the index of its piece within the word [words][characters] uint32.
        """
        ids: list[npt.NDArray[np.uint32]] = []
        owners: list[npt.NDArray[np.uint32]] = []
        for start in range(0, len(words), BATCH):
            batch = list(words[start : start + BATCH])
            encodings = self._tokenizer.encode_batch(batch, add_special_tokens=False)
            for word, encoding in zip(batch, encodings, strict=True):
                found = encoding.ids
                if not found or self.unknown in found:
                    ids.append(np.array([self.unknown], dtype=np.uint32))
                    owners.append(np.zeros(len(word), dtype=np.uint32))
                    continue
                ids.append(np.array(found, dtype=np.uint32))
                # A character that the normaliser removed belongs to the piece before it.
                starts = np.array([first for first, _ in encoding.offsets])
                owner = np.searchsorted(starts, np.arange(len(word)), side="right") - 1
                owners.append(np.maximum(owner, 0).astype(np.uint32))
        return Ragged.of(ids, np.uint32), Ragged.of(owners, np.uint32)
