"""What the page may send: checked in form and size before anything is done with it."""

from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pngnw.core.errors import UserError
from pngnw.tools.demo.reading import parse

TEXT: Final = 1000  # characters; the model's own limit is in tokens


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Kind = TypeVar("Kind", bound=_Checked)


class Change(_Checked):
    """Phonemes for word number `word`, with spaces between them."""

    word: Annotated[int, Field(ge=0)]
    phonemes: Annotated[str, Field(max_length=TEXT)]


class Ask(_Checked):
    """A sentence, and what is changed in it by hand."""

    text: Annotated[str, Field(max_length=TEXT)]
    changes: Annotated[list[Change], Field(max_length=TEXT)] = []

    def changed(self) -> dict[int, tuple[str, ...]]:
        """Word numbers to phonemes; raises `UserError` for what is no ARPAbet."""
        return {change.word: parse(change.phonemes) for change in self.changes}


class AskAttention(Ask):
    """The same, for one layer and head, from 0."""

    layer: Annotated[int, Field(ge=0)]
    head: Annotated[int, Field(ge=0)]


def asked(kind: type[Kind], body: bytes) -> Kind:
    """Read JSON; raises `UserError` that names the key."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the question"
        raise UserError(f"{key}: {first['msg'][0].lower()}{first['msg'][1:]}") from None
