"""params.yaml as frozen, validated models: a wrong key or value is refused before work starts.

One class per section; the section, its stage and its package share a name. What each key means
stands beside it in params.yaml.
"""

from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import ValidationError, model_validator

from pngnw.core.errors import clip, one_line_error
from pngnw.params import strict
from pngnw.params.alignment import Evaluate, Speech
from pngnw.params.data import (
    Align,
    Clean,
    Fetch,
    Onnx,
    PathSource,
    Phonemize,
    PypiSource,
    Teach,
    Torchmoji,
    UrlSource,
)
from pngnw.params.probing import Probe, ProbeSet
from pngnw.params.section import Base, Run, Section
from pngnw.params.training import ModelConfig, Position, Pretrain, Tasks

__all__ = [
    "Align",
    "Base",
    "Clean",
    "Evaluate",
    "Fetch",
    "ModelConfig",
    "Onnx",
    "Params",
    "PathSource",
    "Phonemize",
    "Position",
    "Pretrain",
    "Probe",
    "ProbeSet",
    "PypiSource",
    "Run",
    "Section",
    "Speech",
    "Tasks",
    "Teach",
    "Torchmoji",
    "UrlSource",
    "load",
    "parse",
    "read_yaml",
    "validate",
]  # fmt: skip

Kind = TypeVar("Kind", bound=Section)
_SHOWN = 8  # problems that are told at a time
_LONGEST_KEY, _LONGEST_VALUE = 80, 80  # characters of a key and of a value in an error


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
    probe: Probe

    @model_validator(mode="after")
    def _features_are_kept(self) -> Self:
        if self.pretrain.emoji_loss == "mse_features" and not self.teach.features:
            raise ValueError("pretrain.emoji_loss = 'mse_features' needs teach.features: true")
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
        UserError: it is no YAML, or missing, for which `remedy` says what to do; or it uses what
            `pngnw.params.strict` refuses.
    """
    return strict.read(path, remedy)


def parse(raw: Any, origin: str = "params.yaml") -> Params:
    """Check parameters that are already read; `origin` names them in errors."""
    return validate(Params, raw, origin)


def validate(kind: type[Kind], raw: Any, origin: str) -> Kind:
    """As `parse`, for any one section."""
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors()[: _SHOWN + 1]]
        more = ["and more of them"] if len(problems) > _SHOWN else []
        raise one_line_error(origin, "; ".join(problems[:_SHOWN] + more)) from None


def _problem(detail: Any) -> str:
    key = clip(".".join(str(part) for part in detail["loc"]), _LONGEST_KEY)
    if detail["type"] == "missing":
        return f"{key} is missing"
    if detail["type"] == "extra_forbidden":
        return f"{key} is not a known key"
    message = detail["msg"].removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    # A section that is wrong as a whole is its own value; so much of it tells which.
    value = clip(repr(detail["input"]), _LONGEST_VALUE)
    return f"{key} = {value}: {message}" if key else message
