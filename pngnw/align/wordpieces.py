"""A vocabulary of wordpieces: how it cuts words, and how it is trained.

Guarantees: BERT's uncased tokenization, but of whole words: the same word gives the same pieces
anywhere; a word that cannot be spelled in pieces is one [UNK]; every character of a word belongs to
exactly one of its pieces. Equal counts give an equal vocabulary, whatever the order they come in.
The trainer of `tokenizers` for WordPiece does not (its first ids, and with them its ties, follow a
hash map's order: three runs gave three vocabularies), so byte pairs are merged over marked
characters instead: those that continue a word are moved to a private plane, where they read "##x"
afterwards.
"""

import string
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.models import BPE, WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer, WhitespaceSplit
from tokenizers.trainers import BpeTrainer

from pngnw.align.symbols import MARKS
from pngnw.core.atomic import write_text
from pngnw.core.errors import UserError
from pngnw.core.ragged import Ragged

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PLANE = 0xF0000  # supplementary private use area: no character of a text lies there
LAST = 0x1FFFF  # characters beyond have no place in it; words with them are not trained on
OCCURRENCES = 4_000_000  # larger counts are scaled down: the trainer takes words one by one
ALPHABET = 1000  # distinct characters at most; rarer ones make their words unknown
# BERT's uncased normalization: lower case, no accents, no control characters.
NORMALIZER = BertNormalizer(
    clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True
)


class Wordpieces:
    """A vocabulary of wordpieces in the order of its file; `pieces[i]` has id i."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = tuple(pieces)
        ids = {piece: number for number, piece in enumerate(self.pieces)}
        self.unknown = ids["[UNK]"]
        self._tokenizer = Tokenizer(WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
        self._tokenizer.normalizer = NORMALIZER
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
        pieces: list[npt.NDArray[np.uint32]] = []
        owners: list[npt.NDArray[np.uint32]] = []
        encodings = self._tokenizer.encode_batch(list(words), add_special_tokens=False)
        for word, encoding in zip(words, encodings, strict=True):
            ids = encoding.ids
            if not ids or self.unknown in ids:
                pieces.append(np.array([self.unknown], dtype=np.uint32))
                owners.append(np.zeros(len(word), dtype=np.uint32))
                continue
            pieces.append(np.array(ids, dtype=np.uint32))
            # A character that the normalizer removed belongs to the piece before it.
            starts = np.array([first for first, _ in encoding.offsets])
            owner = np.searchsorted(starts, np.arange(len(word)), side="right") - 1
            owners.append(np.maximum(owner, 0).astype(np.uint32))
        return Ragged.of(pieces, np.uint32), Ragged.of(owners, np.uint32)


def train_wordpieces(counts: Mapping[str, int], size: int) -> Wordpieces:
    """A vocabulary of at most `size` pieces; fewer when the words are too few to merge.

    Every letter a-z and every mark is a piece in both positions: no English word is unknown.

    Args:
        counts: words (any case) and how often each occurs.
        size: wanted number of pieces, specials included (`align.vocab_size`).

    Raises:
        UserError: there are no words, or `size` does not even hold the single characters.
    """
    runs = _runs(counts)
    if not runs:
        raise UserError("align: no words in the training split; lower clean.valid and clean.test")
    single = [*string.ascii_lowercase, *string.digits]
    marks = {NORMALIZER.normalize_str(mark) for mark in MARKS}
    required = [
        *single,
        *map(_continuing, single),
        *sorted(mark for mark in marks if len(mark) == 1 and not mark.isspace()),
    ]
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = WhitespaceSplit()
    trainer = BpeTrainer(
        vocab_size=max(size - len(SPECIALS), 1),
        initial_alphabet=required,
        limit_alphabet=max(ALPHABET, len(required)),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_occurrences(runs), trainer)
    vocabulary = tokenizer.get_vocab()
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    pieces = [*SPECIALS, *map(_readable, tokens)]
    if len(pieces) > size:
        raise UserError(
            f"align.vocab_size = {size}: the single characters of this text alone make "
            f"{len(pieces)} pieces; use a larger vocabulary"
        )
    return Wordpieces(pieces)


def _runs(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts of the runs that BERT's pre-tokenizer cuts words into (don't: don ' t), normalized."""
    split = BertPreTokenizer()
    runs: dict[str, int] = {}
    for word in sorted(counts):
        for run, _ in split.pre_tokenize_str(NORMALIZER.normalize_str(word)):
            if max(map(ord, run)) <= LAST:
                runs[run] = runs.get(run, 0) + counts[word]
    return runs


def _occurrences(runs: Mapping[str, int]) -> Iterator[str]:
    """Each run as often as it occurs, scaled down to `OCCURRENCES`, at least once."""
    divisor = max(1, -(-sum(runs.values()) // OCCURRENCES))
    for run in sorted(runs):
        marked = run[0] + "".join(map(_continuing, run[1:]))
        for _ in range(-(-runs[run] // divisor)):
            yield marked


def _continuing(character: str) -> str:
    return chr(PLANE + ord(character))


def _readable(token: str) -> str:
    plain = "".join(chr(ord(c) - PLANE) if ord(c) >= PLANE else c for c in token)
    return f"##{plain}" if ord(token[0]) >= PLANE else plain
