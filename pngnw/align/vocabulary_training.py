"""Train a wordpiece vocabulary on counted words.

Guarantees: equal counts give an equal vocabulary, whatever the order they come in. The trainer of
`tokenizers` for WordPiece does not (its first ids, and with them its ties, follow a hash map's
order: three runs gave three vocabularies), so byte pairs are merged over marked characters
instead: those that continue a word are moved to a private plane, where they read "##x" afterwards.
Every letter a-z and every mark is a piece in both positions, so that no English word is unknown.
"""

import string
from collections.abc import Iterator, Mapping

from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import BertPreTokenizer, WhitespaceSplit
from tokenizers.trainers import BpeTrainer

from pngnw.align.symbols import MARKS
from pngnw.align.wordpieces import SPECIALS, Wordpieces, normalizer
from pngnw.core.errors import UserError

PLANE = 0xF0000  # supplementary private use area: no character of a text lies there
LAST = 0x1FFFF  # characters beyond have no place in it; words with them are not trained on
OCCURRENCES = 4_000_000  # larger counts are scaled down: the trainer takes words one by one
ALPHABET = 1000  # distinct characters at most; rarer ones make their words unknown


def train(counts: Mapping[str, int], size: int) -> Wordpieces:
    """A vocabulary of at most `size` pieces; fewer when the words are too few to merge.

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
    required = [*single, *(_continued(letter) for letter in single), *_marks()]
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
    pieces = [*SPECIALS, *(_readable(t) for t in sorted(vocabulary, key=vocabulary.__getitem__))]
    if len(pieces) > size:
        raise UserError(
            f"align.vocab_size = {size}: the single characters of this text alone make "
            f"{len(pieces)} pieces; use a larger vocabulary"
        )
    return Wordpieces(pieces)


def _runs(counts: Mapping[str, int]) -> dict[str, int]:
    """What BERT's pre-tokenizer leaves of the words (don't: don ' t), normalised and counted."""
    normal, split = normalizer(), BertPreTokenizer()
    runs: dict[str, int] = {}
    for word in sorted(counts):
        for run, _ in split.pre_tokenize_str(normal.normalize_str(word)):
            if max(map(ord, run)) <= LAST:
                runs[run] = runs.get(run, 0) + counts[word]
    return runs


def _occurrences(runs: Mapping[str, int]) -> Iterator[str]:
    """Each run as often as it occurs, scaled down to `OCCURRENCES`, at least once."""
    divisor = max(1, -(-sum(runs.values()) // OCCURRENCES))
    for run in sorted(runs):
        marked = run[0] + "".join(map(_continued, run[1:]))
        for _ in range(-(-runs[run] // divisor)):
            yield marked


def _marks() -> list[str]:
    normal = normalizer()
    found = {normal.normalize_str(mark) for mark in MARKS}
    return sorted(mark for mark in found if len(mark) == 1 and not mark.isspace())


def _continued(character: str) -> str:
    return chr(PLANE + ord(character))


def _readable(token: str) -> str:
    plain = "".join(chr(ord(c) - PLANE) if ord(c) >= PLANE else c for c in token)
    return f"##{plain}" if ord(token[0]) >= PLANE else plain
