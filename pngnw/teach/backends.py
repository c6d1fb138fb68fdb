"""The teachers that `teach.backend` chooses from: their files, their fingerprint, how to load one.

Guarantees: every teacher is called alike and its rows follow the order of the texts; `fingerprint`
changes whenever the answers may, also with another weights file under the same name; bytes from a
network are used only if they have the pinned digest, and nothing is asked of a network once they
are in the cache. What a teacher needs is imported and loaded only when it is chosen.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from pngnw.core import download, shards
from pngnw.core.errors import UserError
from pngnw.params import Onnx, Teach, Torchmoji

DIMENSIONS: Final = 128  # of the meaning of a word
LINES: Final = 512  # taught together: enough of like length, little to wait for

URL: Final = re.compile(r"https?://")
_PINNED: Final = re.compile(r"(?P<url>https?://[^#]+)#sha256=(?P<digest>[0-9a-f]{64})")

Single = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]


class TeacherOutput(NamedTuple):
    """Distributions [N, 64] of N texts, and features [N, 2304] of a teacher that has any.

    Features are the sentence states that DeepMoji's softmax reads. Meaning is, for each text, the
    states [words, D] of `pngnw.teach.meaning`.
    """

    probabilities: Single
    features: Single | None = None
    meaning: list[Bytes] | None = None


class Teacher(Protocol):
    """A loaded teacher."""

    def __call__(self, texts: Sequence[str], /) -> TeacherOutput:
        """Distributions and features, a row for each text; no text is refused."""
        ...

    def tokens(self, texts: Sequence[str], /) -> list[list[int]] | None:
        """Numbers of each text's words in the published vocabulary; None without one."""
        ...


def load_teacher(params: Teach) -> Teacher:
    """Load the teacher that `params` chooses.

    Raises:
        UserError: a file or package that it needs is missing or is not what it should be.
    """
    if params.backend == "prototype":
        return _Prototype(params.meaning)
    emoji: Teacher
    if params.backend == "torchmoji":
        from pngnw.teach.torchmoji import TorchMoji

        emoji = TorchMoji.load(params.torchmoji)
    else:
        from pngnw.teach.onnx import OnnxTeacher

        emoji = OnnxTeacher.load(params.onnx)
    return _WithMeaning(emoji) if params.meaning else emoji


class _Prototype:
    """The prototype teacher behind the common interface; it and meaning share one encoder."""

    def __init__(self, meaning: bool) -> None:
        import torch

        from pngnw.teach.meaning import MeaningTeacher
        from pngnw.teach.phrases import load
        from pngnw.teach.prototype import PrototypeTeacher

        torch.set_num_threads(1)
        encoder, phrases = load()
        self._emoji = PrototypeTeacher(encoder, phrases)
        self._meaning = MeaningTeacher(encoder, phrases) if meaning else None

    def __call__(self, texts: Sequence[str], /) -> TeacherOutput:
        if self._meaning is None:
            return TeacherOutput(self._emoji(texts).astype(np.float32))
        vectors, meaning = self._meaning.vectors_and_words(texts)
        return TeacherOutput(self._emoji.teach(texts, vectors).astype(np.float32), None, meaning)

    def tokens(self, _: Sequence[str], /) -> None:
        return None


class _WithMeaning:
    """A teacher of emoji, and the meaning teacher beside it."""

    def __init__(self, emoji: Teacher) -> None:
        from pngnw.teach.meaning import MeaningTeacher
        from pngnw.teach.phrases import load

        self._emoji, self._meaning = emoji, MeaningTeacher(*load())

    def __call__(self, texts: Sequence[str], /) -> TeacherOutput:
        return self._emoji(texts)._replace(meaning=self._meaning.vectors_and_words(texts)[1])

    def tokens(self, texts: Sequence[str], /) -> list[list[int]] | None:
        return self._emoji.tokens(texts)


def fingerprint(params: Teach) -> dict[str, str]:
    """All that the answers depend on besides the text and the code: JSON-able, cheap, no loading.

    Raises:
        UserError: a file that the teacher needs is missing.
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
        "meaning": str(params.meaning),
        **{name: str(value) for name, value in options.items()},
        **{name: shards.file_digest(path) for name, path in files.items()},
    }


def torchmoji_files(params: Torchmoji) -> dict[str, Path]:
    """Weights and vocabulary, by name.

    Raises:
        UserError: one is missing; says where the published one lies and how to point at it.
    """
    published = "; the published one is model/vocabulary.json of github.com/huggingface/torchMoji"
    weights = located("teach.torchmoji.weights", params.weights, params.PUBLISHED)
    vocabulary = _vocabulary("torchmoji", weights, "weights", params.vocabulary, published)
    return {"weights": weights, "vocabulary": vocabulary}


def onnx_files(params: Onnx) -> dict[str, Path]:
    """Model and vocabulary, by name.

    Raises:
        UserError: one is missing; says where the package's lie and how to point at them.
    """
    model = located("teach.onnx.model", params.model, params.PUBLISHED)
    return {"model": model, "vocabulary": _vocabulary("onnx", model, "model", params.vocabulary)}


def _vocabulary(
    section: str, neighbor: Path, kind: str, where: str | None, published: str = ""
) -> Path:
    name = f"teach.{section}.vocabulary"
    remedy = (
        f"save the vocabulary.json that belongs to the {kind} beside it, or give its path as "
        f"{name} or --vocabulary{published}"
    )
    return located(name, where or str(neighbor.with_name("vocabulary.json")), remedy)


def located(name: str, where: str | None, remedy: str) -> Path:
    """The file that a parameter names; a URL is fetched into the cache, once.

    Args:
        name: the parameter, for errors.
        where: a path, or `https://...#sha256=<64 hex digits>`.
        remedy: what to do when there is no such file.

    Raises:
        UserError: no such file, a URL without its digest, a failed download, another digest.
    """
    if where is None:
        raise UserError(f"{name} is not set; {remedy}")
    if URL.match(where):
        pinned = _PINNED.fullmatch(where)
        if pinned is None:
            raise UserError(f"{name}: {where}: pin what it holds, as <url>#sha256=<64 hex digits>")
        cache = shards.cache_root() / "teacher"
        if not (cache / pinned["digest"]).is_file() and not _is_writable(cache):
            cache = Path(tempfile.gettempdir()) / f"pngnw-{os.getuid()}"
        return download.download(
            pinned["url"],
            pinned["digest"],
            cache,
            name=name,
            remedy="save it by other means and give its path",
        )
    path = Path(where).expanduser()
    if not path.is_file():
        raise UserError(f"{name}: no file {where!r}; {remedy}")
    return path


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def teach_lines(teacher: Teacher, lines: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A row for each line, in order: `text`, `tokens` if there is a vocabulary, `emoji` [64]."""
    for start in range(0, len(lines), LINES):
        texts = lines[start : start + LINES]
        rows = teacher(texts).probabilities.tolist()
        tokens = teacher.tokens(texts)
        for number, text in enumerate(texts):
            numbers = {} if tokens is None else {"tokens": tokens[number]}
            yield {"text": text, **numbers, "emoji": rows[number]}
