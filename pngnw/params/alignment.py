"""The sections of the alignment measure: speech, evaluate."""

from typing import Annotated, Literal

from pydantic import Field

from pngnw.params.section import Positive, Rate, Section


class Speech(Section):
    source: Literal["espeak", "piper", "ljspeech"]
    folder: Annotated[str, Field(min_length=1)]
    min_words: Positive
    max_words: Positive
    utterances: Positive


class Evaluate(Section):
    attention: Literal["lsa", "dca", "gmm"]
    layer: Annotated[int, Field(ge=0)] | None
    width: Annotated[int, Field(gt=0, multiple_of=2)]
    reduction: Literal[1, 2, 3, 5]
    batch: Positive
    learning_rate: Rate
    warmup: Annotated[int, Field(ge=0)]
    clip: Rate
    samples: Positive
    evaluate_every: Positive
    seeds: Annotated[list[int], Field(min_length=1)]
    tuning_seeds: Annotated[list[int], Field(min_length=1)]
    encoder_rates: Annotated[list[Rate], Field(min_length=1)]
