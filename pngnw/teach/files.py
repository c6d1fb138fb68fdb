"""Where a teacher's files lie: a path, or a URL with its SHA-256, fetched once into the cache.

Guarantees: bytes from a network are used only if they have the pinned digest, and nothing is
asked of a network once they are in the cache.
"""

import re
from pathlib import Path
from typing import Final

from pngnw.core import download, shards
from pngnw.core.errors import UserError
from pngnw.params import Onnx, Torchmoji

_URL: Final = re.compile(r"https?://")
_PINNED: Final = re.compile(r"(?P<url>https?://[^#]+)#sha256=(?P<digest>[0-9a-f]{64})")

_VOCABULARY: Final = "save the vocabulary.json that belongs to the {0} beside it, or give its path"


def torchmoji_files(params: Torchmoji) -> dict[str, Path]:
    """Weights and vocabulary, by name.

    Raises:
        UserError: one is missing; says where the published one lies and how to point at it.
    """
    if params.weights is None:
        raise UserError(f"teach.torchmoji.weights is not set; {params.PUBLISHED}")
    weights = located("teach.torchmoji.weights", params.weights, params.PUBLISHED)
    remedy = (
        f"{_VOCABULARY.format('weights')} as teach.torchmoji.vocabulary or --vocabulary; the "
        "published one is model/vocabulary.json of github.com/huggingface/torchMoji"
    )
    return {
        "weights": weights,
        "vocabulary": _beside(weights, "teach.torchmoji.vocabulary", params.vocabulary, remedy),
    }


def onnx_files(params: Onnx) -> dict[str, Path]:
    """Model and vocabulary, by name.

    Raises:
        UserError: one is missing; says where the package's lie and how to point at them.
    """
    if params.model is None:
        raise UserError(f"teach.onnx.model is not set; {params.PUBLISHED}")
    model = located("teach.onnx.model", params.model, params.PUBLISHED)
    remedy = f"{_VOCABULARY.format('model')} as teach.onnx.vocabulary or --vocabulary"
    return {
        "model": model,
        "vocabulary": _beside(model, "teach.onnx.vocabulary", params.vocabulary, remedy),
    }


def _beside(neighbour: Path, name: str, where: str | None, remedy: str) -> Path:
    return located(name, where or str(neighbour.with_name("vocabulary.json")), remedy)


def located(name: str, where: str, remedy: str) -> Path:
    """The file that a parameter names.

    Args:
        name: the parameter, for errors.
        where: a path, or `https://...#sha256=<64 hex digits>`.
        remedy: what to do when there is no such file.

    Raises:
        UserError: no such file, a URL without its digest, a failed download, another digest.
    """
    if _URL.match(where):
        return _fetched(name, where)
    path = Path(where).expanduser()
    if not path.is_file():
        raise UserError(f"{name}: no file {where!r}; {remedy}")
    return path


def _fetched(name: str, where: str) -> Path:
    pinned = _PINNED.fullmatch(where)
    if pinned is None:
        raise UserError(f"{name}: {where}: pin what it holds, as <url>#sha256=<64 hex digits>")
    return download.download(
        pinned["url"],
        pinned["digest"],
        shards.cache_root() / "teacher",
        name=name,
        remedy="save it by other means and give its path",
    )
