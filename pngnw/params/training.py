"""The sections of the encoder and its pretraining: model, pretrain."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pngnw.params.section import Positive, Rate, Section, Share

Position = Literal["rel_word", "rel_token", "abs_word", "abs_token", "subword"]


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
    emoji_loss: Literal["soft_ce", "mse_logits", "mse_features", "none"]
    emoji_weight: Annotated[float, Field(ge=0)]
    emoji_extra: Positive
    emoji_rate: Rate
    evaluate_every: Positive
    checkpoint_every: Positive
    valid_sentences: Positive
    test_sentences: Positive
