"""The sections of the alignment measure: speech, evaluate."""

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from pngnw.params.section import Positive, Rate, Section


class Speech(Section):
    source: Literal["espeak", "piper", "ljspeech"]
    folder: Annotated[str, Field(min_length=1)]
    min_words: Positive
    max_words: Positive
    utterances: Positive


Arm = Literal["tacotron2", "random", "pretrained", "letters", "frozen", "phoneme-only"]
Attention = Literal["lsa", "dca", "gmm"]


Value = TypeVar("Value")


def _distinct(values: list[Value]) -> list[Value]:
    if len(set(values)) < len(values):
        raise ValueError("something is named twice")
    return values


class Evaluate(Section):
    arms: Annotated[list[Arm], Field(min_length=1), AfterValidator(_distinct)]
    attentions: Annotated[list[Attention], Field(min_length=1), AfterValidator(_distinct)]
    layer: Annotated[int, Field(ge=0)] | None
    convolution: bool
    width: Annotated[int, Field(gt=0, multiple_of=2)]
    reduction: Literal[1, 2, 3, 5]
    utterances: Positive | None
    batch: Positive
    learning_rate: Rate
    warmup: Annotated[int, Field(ge=0)]
    clip: Rate
    samples: Positive
    evaluate_every: Positive
    seeds: Annotated[list[int], Field(min_length=1)]
    tuning_seeds: Annotated[list[int], Field(min_length=1)]
    encoder_rates: Annotated[list[Rate], Field(min_length=1)]
    long_form: Annotated[list[Annotated[int, Field(ge=2)]], AfterValidator(_distinct)]

    @property
    def level(self) -> Literal["phoneme", "word"]:
        """What every arm is measured on: words if one of them reads letters, else phonemes."""
        return "word" if "letters" in self.arms else "phoneme"
