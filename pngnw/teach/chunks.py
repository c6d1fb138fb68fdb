"""Texts cut into chunks of like length, and taught chunk by chunk.

Which texts share a chunk decides how much padding each gets, and so the last bits of its row.
Guarantees: the texts and their documents alone decide where a chunk ends, so that a sentence more
or less changes one chunk, and a document more or less those that it shares with its neighbors if it
is small: the bytes of the others' rows stay. Costs 2 per cent more padding than chunks of a whole
row group.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_intdigest

from pngnw.core.errors import UserError
from pngnw.teach.backends import Bytes, Teacher

Half = npt.NDArray[np.float16]
CHUNK: Final = 128  # sentences on average
STRETCH: Final = 256  # sentences that are put in order of length, at least; fewer: more padding


@dataclass(frozen=True)
class Taught:
    """What a teacher says of N texts.

    Attributes:
        emoji: [N, 64] distributions.
        features: [N, F], or None.
        meaning: for each text [words, D], or None.
    """

    emoji: Half
    features: Half | None
    meaning: list[Bytes] | None


def teach(
    teacher: Teacher, texts: Sequence[str], documents: Sequence[str], *, features: bool
) -> Taught:
    """Teach N different texts.

    Args:
        teacher: answers.
        texts: in any order.
        documents: see `cut`.
        features: whether the teacher's features are wanted.

    Raises:
        UserError: the teacher has no features, or answers with something else than distributions.
    """
    chunks = cut(texts, documents) or [[]]
    answers = [teacher([texts[number] for number in chunk]) for chunk in chunks]
    order = np.argsort(np.concatenate(chunks)).astype(np.int64)
    emoji = np.concatenate([each.probabilities.astype(np.float16) for each in answers])[order]
    kept = [each.features.astype(np.float16) for each in answers if each.features is not None]
    if features and not kept:
        raise UserError(
            "teach.features: this backend has none to keep; set it to false, or choose "
            "another teach.backend"
        )
    meaning = [rows for each in answers for rows in each.meaning or ()]
    return Taught(
        checked(emoji, texts),
        np.concatenate(kept)[order] if features else None,
        [meaning[row] for row in order] if answers[0].meaning is not None else None,
    )


def checked(rows: Half, texts: Sequence[str]) -> Half:
    """The rows, if each sums to 1 within 1e-3; else UserError with the first that does not."""
    sums = rows.sum(axis=1, dtype=np.float64)
    wrong = np.flatnonzero(~(np.abs(sums - 1) <= 1e-3))
    if len(wrong):
        raise UserError(
            f"the teacher's answer to {texts[wrong[0]][:60]!r} sums to {sums[wrong[0]]:.4g} "
            "instead of 1: its weights are damaged or not what they should be"
        )
    return rows


def cut(texts: Sequence[str], documents: Sequence[str]) -> list[list[int]]:
    """The numbers of the texts in chunks of like length.

    A chunk ends behind a text whose hash says so, wherever it stands: content-defined chunking (A.
    Muthitacharoen et al., "A low-bandwidth network file system", SOSP 2001, section 3.1) of the
    texts of a stretch of documents in the order of their lengths.

    Args:
        texts: what is to be cut.
        documents: of each text the document that it is from; those of one follow each other.
    """
    chunks: list[list[int]] = []
    for stretch in _stretches(documents):
        chunks.append([])
        for number in sorted(stretch, key=lambda n: (len(texts[n]), texts[n])):
            chunks[-1].append(number)
            if xxh3_64_intdigest(texts[number].encode()) % CHUNK == 0:
                chunks.append([])
    return [chunk for chunk in chunks if chunk]


def _stretches(documents: Sequence[str]) -> Iterator[list[int]]:
    """Whole documents one after the other; one of n texts is the last with chance n / `STRETCH`."""
    stretch: list[int] = []
    for name, rows in groupby(range(len(documents)), key=documents.__getitem__):
        document = list(rows)
        stretch += document
        if xxh3_64_intdigest(name.encode()) % STRETCH < len(document):
            yield stretch
            stretch = []
    yield stretch
