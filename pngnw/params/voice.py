"""The section `voice` of params.yaml."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pngnw.params.sections import Arm, Distinct, Natural, Positive, Rate, Section


class Voice(Section):
    arms: Annotated[list[Arm], Field(min_length=1), Distinct]
    layer: Natural | None
    text_width: Annotated[int, Field(gt=0, multiple_of=2)]
    width: Positive
    blocks: Positive
    batch: Positive
    learning_rate: Rate
    encoder_rate: Rate
    warmup: Natural
    clip: Rate
    steps: Positive
    checkpoint_every: Annotated[int, Field(gt=0, multiple_of=20)]
    seed: Natural
    recognizer: Literal["moonshine", "none"]

    @model_validator(mode="after")
    def _arms_read_phonemes(self) -> Self:
        if "letters" in self.arms:
            raise ValueError("arms = letters: has no states of phonemes")
        return self
