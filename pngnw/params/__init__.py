"""params.yaml as frozen, validated models: a wrong key or value is refused before work starts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pngnw.core.errors import UserError, clip, one_line_error
from pngnw.params.sections import (
    Align,
    Arm,
    Attention,
    Base,
    Clean,
    Evaluate,
    Fetch,
    FolderName,
    ModelConfig,
    Onnx,
    PathSource,
    Phonemize,
    Position,
    Pretrain,
    Probe,
    ProbeSet,
    Prosody,
    ProsodyData,
    PypiSource,
    Run,
    Section,
    Speech,
    Tasks,
    Teach,
    Torchmoji,
    UrlSource,
)
from pngnw.params.voice import Voice

__all__ = [
    "Align", "Arm", "Attention", "Base", "Clean", "Evaluate", "Fetch", "FolderName", "ModelConfig",
    "Onnx", "Params", "PathSource", "Phonemize", "Position", "Pretrain", "Probe", "ProbeSet",
    "Prosody", "ProsodyData", "PypiSource", "Run", "Section", "Speech", "Tasks", "Teach",
    "Torchmoji", "UrlSource", "Voice", "flatten", "load", "lookup", "parse", "read_yaml",
    "validate",
]  # fmt: skip

Kind = TypeVar("Kind", bound=Section)
_MAX_PROBLEMS = 8  # in one error
_MAX_KEY, _MAX_VALUE = 80, 80  # characters in an error


class Params(Section):
    base: Base
    run: Run
    fetch: Fetch
    clean: Clean
    phonemize: Phonemize
    align: Align
    teach: Teach
    model: ModelConfig
    pretrain: Pretrain
    speech: Speech
    evaluate: Evaluate
    prosody: Prosody
    probe: Probe
    voice: Voice

    @model_validator(mode="after")
    def _features_are_kept(self) -> Self:
        if self.pretrain.emoji_loss == "mse_features" and not self.teach.features:
            raise ValueError("pretrain.emoji_loss = 'mse_features' needs teach.features: true")
        if self.pretrain.meaning_weight > 0 and not self.teach.meaning:
            raise ValueError("pretrain.meaning_weight above 0 needs teach.meaning: true")
        return self

    @model_validator(mode="after")
    def _lexicon_is_a_file(self) -> Self:
        if self.phonemize.lexicon is None:
            raise ValueError(
                "phonemize.lexicon = None: has to be a file, which DVC watches; lexicon.dict is "
                "there for it"
            )
        return self


def load(path: Path = Path("params.yaml")) -> Params:
    """Read and check the parameters.

    Raises:
        UserError: the file is missing or no YAML, or a key is unknown, missing or has a value
            that is not allowed; names every such key, its value and what is allowed.
    """
    return parse(read_yaml(path, "run this from the root of the repository"), str(path))


def read_yaml(path: Path, remedy: str) -> Any:
    """Read a file as YAML 1.2, which is what DVC writes: `1e-5` is a number, for YAML 1.1 a string.

    Raises:
        UserError: it is no YAML, a key stands twice in it, or it is missing, for which `remedy`
            says what to do.
    """
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: not found; {remedy}") from None
    except OSError as error:
        raise one_line_error(path, f"cannot be read ({error.strerror})") from None
    except (YAMLError, ValueError) as error:  # ValueError: of int(), float(), date(), decode()
        raise one_line_error(path, f"not valid YAML: {error}") from None


def parse(raw: Any, origin: str = "params.yaml") -> Params:
    """Check parameters that are already read; `origin` names them in errors."""
    return validate(Params, raw, origin)


def validate(kind: type[Kind], raw: Any, origin: str) -> Kind:
    """As `parse`, for any one section."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors()[: _MAX_PROBLEMS + 1]]
        more = ["and more of them"] if len(problems) > _MAX_PROBLEMS else []
        raise one_line_error(origin, "; ".join(problems[:_MAX_PROBLEMS] + more)) from None


def flatten(values: Any, prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one, keys joined by dots; lists are values."""
    if not isinstance(values, Mapping):
        return {prefix: values}
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= flatten(value, f"{prefix}.{key}" if prefix else str(key))
    return flat


def lookup(values: Any, key: str) -> Any:
    """The value of a dotted key in nested mappings and lists ("rmse.interval.0"); None if there is
    none."""
    for part in key.split("."):
        if isinstance(values, list):
            values = dict(enumerate(values)).get(int(part)) if part.isdecimal() else None
        else:
            values = values.get(part) if isinstance(values, Mapping) else None
    return values


def _problem(detail: Any) -> str:
    key = clip(".".join(str(part) for part in detail["loc"]), _MAX_KEY)
    if detail["type"] == "missing":
        return f"{key} is missing"
    if detail["type"] == "extra_forbidden":
        return f"{key} is not a known key"
    message = detail["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    # The value of a section that is wrong as a whole is the section: its beginning tells which.
    value = clip(repr(detail["input"]), _MAX_VALUE)
    return f"{key} = {value}: {message}" if key else message
