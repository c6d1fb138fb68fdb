"""The teachers that there are, behind one door: `teach.backend` says which one answers.

Guarantees: every backend is called alike and its rows follow the order of the texts; `identity`
changes whenever the answers may (another weights file under the same name included), so that what
is stored under it is never stale. Loads what a backend needs only when that backend is opened.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from pngnw.core import shards
from pngnw.params import Teach
from pngnw.teach.files import onnx_files, torchmoji_files

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
    if params.backend == "torchmoji":
        from pngnw.teach.torchmoji import TorchMoji

        return TorchMoji.load(params.torchmoji)
    if params.backend == "deepmoji-onnx":
        from pngnw.teach.onnx import OnnxTeacher

        return OnnxTeacher.load(params.onnx)
    return _Prototype()


def identity(params: Teach) -> dict[str, str]:
    """All that the answers depend on besides the text and the code: JSON-able, cheap, no loading.

    Raises:
        UserError: a file that the backend needs is missing.
    """
    files: dict[str, Path] = {}
    options: dict[str, object] = {}
    if params.backend == "torchmoji":
        files = torchmoji_files(params.torchmoji)
        options = params.torchmoji.model_dump(exclude={"weights", "vocabulary"})
    if params.backend == "deepmoji-onnx":
        files = onnx_files(params.onnx)
    return {
        "backend": params.backend,
        **{name: str(value) for name, value in options.items()},
        **{name: shards.file_digest(path) for name, path in files.items()},
    }


class _Prototype:
    """The prototype teacher behind the common interface."""

    def __init__(self) -> None:
        from pngnw.teach.prototype import PrototypeTeacher

        self._teacher = PrototypeTeacher.load(shards.cache_root() / "teacher")

    def __call__(self, texts: Sequence[str], /) -> Taught:
        return Taught(self._teacher(texts).astype(np.float32), None)

    def tokens(self, _: Sequence[str], /) -> None:
        return None
