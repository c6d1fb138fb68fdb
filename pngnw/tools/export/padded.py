"""The encoder on padded arrays, for runtimes that know tensors alone (ONNX).

Guarantees: the same numbers as `PnGNWEncoder` on unpadded rows and `Heads.emoji`, to rounding,
made of the very same parameters; tests compare the two for every switch of the model. What it
trades away: it computes padding too, and is not meant to be trained.

Letters: B sentences, L longest sequence, P the most phonemes, K the most wordpieces, H width,
A heads, D = H / A.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.model.heads import Heads
from pngnw.model.network import Layer, PnGNWEncoder
from pngnw.model.positions import apply_rope
from pngnw.tools.export.names import input_names, position_names


class PaddedEncoder(nn.Module):
    """Padded inputs to phoneme states, sentence states and emoji probabilities.

    Args:
        encoder: a trained one; its parameters are shared, not copied.
        heads: those trained with it.
    """

    def __init__(self, encoder: PnGNWEncoder, heads: Heads) -> None:
        super().__init__()
        self.names = input_names(encoder.config)
        self.kinds = position_names(encoder.config)
        self.embeddings = encoder.embeddings
        self.layers = encoder.layers
        self.norm = encoder.norm
        self.rotary = encoder.rotary
        self.heads = heads
        positions = encoder.embeddings.positions
        for kind in self.kinds:
            table = positions.tables[kind].get_parameter("weight").detach()
            if not positions.learned:
                table = functional.linear(positions.get_buffer("sinusoids"), table)
            self.register_buffer(f"table_{kind}", table, persistent=False)

    def forward(self, *arrays: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read a batch.

        Args:
            arrays: int64, in the order of `names`; shapes are in `pngnw.tools.export.names`.

        Returns:
            hidden [B, P, H], zero where padded; sentence [B, H]; emoji [B, 64], whose rows add up
            to 1; all float32.
        """
        given = dict(zip(self.names, arrays, strict=True))
        real = _within(given["length"], given["token"].shape[1])
        states = self._states(given, real)
        sentence = (states * real[..., None]).sum(1) / given["length"][:, None]
        lengths = given["phoneme_length"]
        most: Any = lengths.max().item()  # `int` of it could not be traced
        torch._check(most >= 1)  # type: ignore[no-untyped-call] # the exporter cannot know
        spoken = states.index_select(1, 1 + torch.arange(most, device=lengths.device))
        hidden = spoken * _within(lengths, most)[..., None]
        return hidden, sentence, self._emoji(sentence, given).softmax(-1)

    def _states(self, given: dict[str, Tensor], real: Tensor) -> Tensor:
        """[B, L, H]; what stands beyond a sentence's length means nothing."""
        embeddings = self.embeddings
        x: Tensor = embeddings.token(given["token"])
        for name in ("word_value", "word_type", "segment"):
            if name in given:
                x = x + embeddings.get_submodule(name)(given[name])
        for kind in self.kinds:
            x = x + functional.embedding(given[kind], self.get_buffer(f"table_{kind}"))
        x = embeddings.norm(x)
        rope = None
        if self.rotary is not None:
            rope = self.rotary(torch.arange(x.shape[1], device=x.device))
        for layer in self.layers:
            assert isinstance(layer, Layer)
            x = _layer(layer, x, real, rope)
        out: Tensor = self.norm(x)
        return out

    def _emoji(self, sentence: Tensor, given: dict[str, Tensor]) -> Tensor:
        """Logits [B, 64], as of `Heads.emoji`."""
        hidden = torch.tanh(self.heads.emoji_transform(sentence))
        if self.heads.emoji_features is not None:
            hidden = self.heads.emoji_features(hidden)
        states: Tensor = self.heads.emoji_out(hidden)
        words = self.heads.emoji_words
        if words is None:
            return states
        count = given["piece_length"]
        real = _within(count, given["piece"].shape[1])
        total = (words.table(given["piece"]) * real[..., None]).sum(1)
        root = count.clamp(min=1).to(total.dtype).rsqrt()
        own = words.out(torch.tanh(words.transform(total * root[:, None])))
        both: Tensor = words.shares[0] * own + words.shares[1] * states
        return both


def _within(lengths: Tensor, size: int) -> Tensor:
    """[B, size] bool, true before each sentence's length."""
    return torch.arange(size, device=lengths.device) < lengths[:, None]


def _layer(layer: Layer, x: Tensor, real: Tensor, rope: tuple[Tensor, Tensor] | None) -> Tensor:
    """What `Layer` does, on states [B, L, H] of which those where `real` are looked at."""
    if layer.post:
        x = layer.attention_norm(x + _attention(layer, x, real, rope))
        out: Tensor = layer.feed_forward_norm(x + layer.feed_forward(x))
        return out
    x = x + _attention(layer, layer.attention_norm(x), real, rope)
    return x + layer.feed_forward(layer.feed_forward_norm(x))


def _attention(layer: Layer, x: Tensor, real: Tensor, rope: tuple[Tensor, Tensor] | None) -> Tensor:
    batch, length, width = x.shape
    query, key, value = (
        layer.qkv(x).view(batch, length, 3, layer.heads, width // layer.heads).unbind(2)
    )
    if rope is not None:
        query, key = apply_rope(query, *rope), apply_rope(key, *rope)
    mixed = functional.scaled_dot_product_attention(
        query.transpose(1, 2),
        key.transpose(1, 2),
        value.transpose(1, 2),
        attn_mask=real[:, None, None, :],
    )
    out: Tensor = layer.out_proj(mixed.transpose(1, 2).reshape(batch, length, width))
    return out
