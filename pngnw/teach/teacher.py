"""A backend that is asked chunk by chunk, and for no chunk twice.

Guarantees: rows follow the order of the texts; a row that is no distribution is refused; the
backend is opened when it is first asked, so that answers which are there cost no loading.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from pngnw.core.errors import UserError
from pngnw.teach.backends import Backend
from pngnw.teach.chunks import Chunks, Half, cut
from pngnw.teach.emoji import EMOJI


class Teacher:
    """See above; E is 64, or 64 + F with features.

    Args:
        open_: opens the backend.
        chunks: what was answered before.
        features: whether the backend's features are kept, behind the distributions.
    """

    def __init__(self, open_: Callable[[], Backend], chunks: Chunks, *, features: bool) -> None:
        self._open = cache(open_)
        self._chunks = chunks
        self.features = features

    def rows(self, texts: Sequence[str], documents: Sequence[str]) -> Half:
        """What is taught of N different texts, [N, E], from these documents (see `cut`).

        Raises:
            UserError: the backend cannot be opened, or answers with something else.
        """
        parts = cut(texts, documents)
        if not parts:
            return self._ask([]) if self.features else np.zeros((0, len(EMOJI)), np.float16)
        answers = [self.chunk([texts[number] for number in part]) for part in parts]
        taught: Half = np.concatenate(answers)[np.argsort(np.concatenate(parts))]
        return taught

    def chunk(self, texts: Sequence[str]) -> Half:
        """What is taught of the N > 0 texts of a chunk, [N, E]. Raises as `rows`."""
        return self._chunks.rows(texts, self._ask)

    def _ask(self, texts: Sequence[str]) -> Half:
        answer = self._open()(texts)
        rows = checked(answer.probabilities.astype(np.float16), texts)
        if not self.features:
            return rows
        if answer.features is None:
            raise UserError(
                "teach.features: this backend has none to keep; set it to false, or choose "
                "another teach.backend"
            )
        return np.concatenate([rows, answer.features.astype(np.float16)], axis=1)


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
