"""The section of the stage that asks what frozen states know: probe."""

from typing import Annotated, Literal

from pydantic import Field

from pngnw.params.section import Positive, Section

# Part of a stage's name and of a key: DVC allows no more in either.
SetName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class ProbeSet(Section):
    kind: Literal["punctuation", "homographs", "emotion", "prominence"]
    path: Annotated[str, Field(min_length=1)]


class Probe(Section):
    sets: dict[SetName, ProbeSet]
    layer: Annotated[int, Field(ge=0)] | None
    sentences: Positive
