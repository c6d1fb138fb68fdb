"""The sections of params.yaml, one class each, in the order of the stages.

A section, its stage and its package share a name. The meaning of every key stands in params.yaml.
"""

import re
from pathlib import PurePath
from typing import Annotated, ClassVar, Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Value = TypeVar("Value")


def _distinct(values: list[Value]) -> list[Value]:
    if len(set(values)) < len(values):
        raise ValueError("something is named twice")
    return values


Distinct = AfterValidator(_distinct)
Share = Annotated[float, Field(ge=0, le=1)]
Natural = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(gt=0)]
Rate = Annotated[float, Field(gt=0)]
FolderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
# Of a package: a URL or an option would make pip build, or look, somewhere else.
PlainText = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+!-]*$")]
# Part of a stage's name and of a key: DVC allows no more in either.
SetName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
# Marks a key whose value is a file or a folder. dvc.yaml names every one of them as a dependency of
# the stages that read it, or names a folder that has to hold it (tests/test_architecture.py).
PATH = "path"
Position = Literal["rel_word", "rel_token", "abs_word", "abs_token", "subword", "subword_end"]
Arm = Literal["tacotron2", "random", "pretrained", "letters", "frozen", "phoneme-only", "composite"]
Attention = Literal["lsa", "dca", "gmm"]


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Base(Section):
    seed: Natural


class Run(Section):
    workers: Positive
    engine: Literal["local", "ray"] = "local"
    ray_address: str | None = None


class PypiSource(Section):
    kind: Literal["pypi"]
    name: FolderName
    licence: str = ""
    package: PlainText
    version: PlainText
    sha256: Sha256
    files: list[str]
    exclude: list[str] = Field(default_factory=list)


class PathSource(Section):
    kind: Literal["path"]
    name: FolderName
    licence: str = ""
    path: Annotated[str, PATH]
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
    watch: Annotated[str, PATH]
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
    split_by: Literal["document", "part", "sentence"]
    split_salt: Natural
    max_dropped: Share

    @model_validator(mode="after")
    def _some_left_to_train(self) -> Self:
        if self.valid + self.test >= 1:
            raise ValueError(f"valid {self.valid} + test {self.test} must be below 1")
        return self


class Phonemize(Section):
    lexicon: Annotated[str | None, PATH]


class Align(Section):
    vocab: Annotated[str, PATH]
    vocab_size: Positive | None
    piece_of_phoneme: Literal["aligned", "nearest"]


class Torchmoji(Section):
    PUBLISHED: ClassVar[str] = (
        "the published one is https://www.dropbox.com/s/q8lax9ary32c7t9/pytorch_model.bin (90 MB, "
        "named in scripts/download_weights.py of github.com/huggingface/torchMoji): save it and "
        "give its path as teach.torchmoji.weights or --weights"
    )
    weights: Annotated[str | None, PATH] = None
    vocabulary: Annotated[str | None, PATH] = None
    max_tokens: Positive = 30
    fold_repeats: bool = True
    precision: Literal["fp32", "bf16"] = "fp32"


class Onnx(Section):
    PUBLISHED: ClassVar[str] = (
        "the package's are deepmoji_fp32.onnx and vocabulary.json in https://huggingface.co/"
        "TigreGotico/deepmoji-onnx/resolve/main/: save both in one folder and give the model's "
        "path as teach.onnx.model or --weights"
    )
    model: Annotated[str | None, PATH] = None
    vocabulary: Annotated[str | None, PATH] = None


class Teach(Section):
    backend: Literal["prototype", "torchmoji", "deepmoji-onnx"]
    features: bool
    meaning: bool
    watch: Annotated[str, PATH] = "pngnw/teach"
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


class ModelConfig(Section):
    width: Positive
    layers: Positive
    heads: Positive
    feed_forward: Positive
    activation: Literal["gelu", "geglu"]
    norm: Literal["pre", "post"]
    dropout: Annotated[float, Field(ge=0, lt=1)]
    max_tokens: Annotated[int, Field(ge=8)]
    pos_emb: Literal["learned", "sinusoidal", "rotary", "none"]
    positions: Annotated[list[Position], Distinct]
    word_values: bool
    word_types: bool
    segments: bool
    specials: bool = True
    grapheme_unit: Literal["letter", "wordpiece"]
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
    warmup: Natural
    schedule: Literal["cosine", "trapezoid"]
    weight_decay: Annotated[float, Field(ge=0)]
    clip: Rate
    precision: Literal["auto", "fp32", "bf16"]
    compile: bool
    tasks: Tasks
    unmarked: Share
    phonemes_only: Share
    word_lists: Annotated[float, Field(ge=0, lt=1)]
    emoji_loss: Literal["soft_ce", "mse_logits", "mse_features", "none"]
    emoji_weight: Annotated[float, Field(ge=0)]
    mark_weight: Annotated[float, Field(ge=0)]
    meaning_weight: Annotated[float, Field(ge=0)]
    surprisal_weight: Annotated[float, Field(ge=0)]
    evaluate_every: Positive
    checkpoint_every: Positive
    valid_sentences: Positive
    test_sentences: Positive


class Speech(Section):
    source: Literal["espeak", "piper", "hibari", "ljspeech"]
    voice: Annotated[str, Field(min_length=1)] = "en-us"
    folder: Annotated[str, Field(min_length=1), PATH]
    columns: Annotated[list[str], Field(min_length=1)] | None = None
    times: Annotated[str, Field(min_length=1)] | None = None
    min_words: Positive
    max_words: Positive
    utterances: Annotated[int, Field(ge=3)]  # one for each part

    @model_validator(mode="after")
    def _times_are_in_the_folder(self) -> Self:
        path = PurePath(self.times or "")
        if path.is_absolute() or ".." in path.parts:
            raise ValueError("times is pocketsphinx, or the name of a file or folder in `folder`")
        return self

    @model_validator(mode="after")
    def _columns_have_names_and_texts(self) -> Self:
        named = self.columns or ["name", "text"]
        if named.count("name") != 1 or not {"text", "normalized"} & set(named):
            raise ValueError(
                "columns need 'name' once, and 'text' or 'normalized'; any other word is passed "
                "over, as in [name, speaker, text]"
            )
        return self


class Evaluate(Section):
    arms: Annotated[list[Arm], Field(min_length=1), Distinct]
    attentions: Annotated[list[Attention], Field(min_length=1), Distinct]
    layer: Natural | None
    convolution: bool
    width: Annotated[int, Field(gt=0, multiple_of=2)]
    reduction: Literal[1, 2, 3, 5]
    utterances: Positive | None
    batch: Positive
    learning_rate: Rate
    warmup: Natural
    clip: Rate
    samples: Positive
    evaluate_every: Positive
    seeds: Annotated[list[int], Field(min_length=1)]
    tuning_seeds: Annotated[list[int], Field(min_length=1)]
    encoder_rates: Annotated[list[Rate], Field(min_length=1)]
    long_form: Annotated[list[Annotated[int, Field(ge=2)]], Distinct]

    @property
    def level(self) -> Literal["phoneme", "word"]:
        """What every arm is measured on: words if one of them reads letters, else phonemes."""
        return "word" if "letters" in self.arms else "phoneme"


class ProsodyData(Section):
    kind: Literal["times", "prominence"]
    path: Annotated[str, Field(min_length=1), PATH]
    sentences: Positive = 3000


class Prosody(Section):
    arms: Annotated[list[Arm], Field(min_length=1), Distinct]
    layer: Natural | None
    width: Annotated[int, Field(gt=0, multiple_of=2)]
    batch: Positive
    learning_rate: Rate
    warmup: Natural
    clip: Rate
    utterances: Positive | None = None
    samples: Positive
    evaluations: Positive
    seeds: Annotated[list[int], Field(min_length=1), Distinct]
    tuning_seeds: Annotated[list[int], Field(min_length=1), Distinct]
    encoder_rates: Annotated[list[Rate], Field(min_length=1), Distinct]
    watch: Annotated[str, PATH]
    sets: dict[SetName, ProsodyData]

    @model_validator(mode="after")
    def _seeds_choose_or_report(self) -> Self:
        if shared := sorted(set(self.seeds) & set(self.tuning_seeds)):
            raise ValueError(
                f"seeds and tuning_seeds share {shared}; a seed that chose a rate must not report"
            )
        if "letters" in self.arms:
            raise ValueError("arms = letters: has no states of phonemes")
        if taken := sorted({"speech", "summary"} & {*self.sets}):
            raise ValueError(f"sets = {taken}: names that the metrics have already; take others")
        return self


class ProbeSet(Section):
    kind: Literal["punctuation", "homographs", "emotion", "prominence", "pauses"]
    path: Annotated[str, Field(min_length=1), PATH]
    sentences: Positive | None = None


class Probe(Section):
    sets: dict[SetName, ProbeSet]
    layer: Natural | None
    sentences: Positive
