"""The teachers that there are, behind one door: `teach.backend` says which one answers.

Guarantees: every backend is called alike and its rows follow the order of the texts; `identity`
changes whenever the answers may (another weights file under the same name included), so that what
is stored under it is never stale. Loads what a backend needs only when that backend is opened.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from pngnw import shards
from pngnw.params import Teach

Single = npt.NDArray[np.float32]


class Taught(NamedTuple):
    """What a backend says of N texts: distributions [N, 64], and features [N, 2304] if it has any.

    Features are the sentence states that DeepMoji's softmax reads.
    """

    probabilities: Single
    features: Single | None


class Backend(Protocol):
    """A loaded teacher."""

    def __call__(self, texts: Sequence[str], /) -> Taught:
        """Distributions and features, a row for each text; no text is refused."""
        ...

    def tokens(self, texts: Sequence[str], /) -> list[list[int]] | None:
        """Numbers in the published vocabulary of what is read of each text; None without one."""
        ...


def open_backend(params: Teach) -> Backend:
    """Load the backend that `params` chooses.

    Raises:
        UserError: a file or package that it needs is missing or is not what it should be.
    """
    return _OPENERS[params.backend](params)


def identity(params: Teach) -> dict[str, str]:
    """All that the answers depend on besides the text and the code: JSON-able, cheap, no loading.

    Raises:
        UserError: a file that the backend needs is missing.
    """
    files = _FILES[params.backend](params)
    return {
        "backend": params.backend,
        **{name: shards.file_digest(path) for name, path in files.items()},
    }


class _Prototype:
    def __init__(self, _: Teach) -> None:
        from pngnw.teacher.prototype import PrototypeTeacher

        self._teacher = PrototypeTeacher.load()

    def __call__(self, texts: Sequence[str], /) -> Taught:
        return Taught(self._teacher(texts).astype(np.float32), None)

    def tokens(self, _: Sequence[str], /) -> None:
        return None


def _no_files(_: Teach) -> dict[str, Path]:
    return {}


_OPENERS: dict[str, Callable[[Teach], Backend]] = {"prototype": _Prototype}
_FILES: dict[str, Callable[[Teach], dict[str, Path]]] = {"prototype": _no_files}
