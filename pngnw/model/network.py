"""The encoder: a transformer over the phoneme and grapheme sides of a sentence.

Guarantees: a sentence's states depend on that sentence alone; dropout acts on the embeddings and
on the output of each branch, never inside attention, so both attention backends agree.

Letters: N tokens, B sentences, P the most phonemes, H width, A heads, D = H / A, F feed-forward.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.align.symbols import TOKENS
from pngnw.model.attention import Packing, attend, choose_backend
from pngnw.model.inputs import (
    FIRST_PIECE,
    PHONEME_SIDE,
    WORD_TYPES,
    Inputs,
    without_specials,
)
from pngnw.model.positions import Positions, Rotary, apply_rope
from pngnw.params import ModelConfig

DEVIATION = 0.02  # of initial embeddings, as in BERT
Rope = tuple[Tensor, Tensor]  # cosines and sines of `Rotary`


def token_count(config: ModelConfig, vocab_size: int) -> int:
    """Size of the token vocabulary: wordpiece graphemes are numbered after the fixed tokens."""
    return len(TOKENS) + (vocab_size if config.grapheme_unit == "wordpiece" else 0)


class Embeddings(nn.Module):
    """Inputs to [N, H]: the sum of a token's embeddings, normalized.

    Token value, word value, word type, segment and positions: PnG BERT's sum (Jia et al. 2021,
    section 3.2) and CookiePPP's word values. All but the token value can be switched off.
    """

    def __init__(self, config: ModelConfig, vocab_size: int) -> None:
        super().__init__()
        self.token = nn.Embedding(token_count(config, vocab_size), config.width)
        self.word_value = (
            nn.Embedding(FIRST_PIECE + vocab_size, config.width) if config.word_values else None
        )
        self.word_type = nn.Embedding(WORD_TYPES, config.width) if config.word_types else None
        self.segment = nn.Embedding(2, config.width) if config.segments else None
        self.positions = Positions(config)
        self.norm = nn.LayerNorm(config.width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, inputs: Inputs) -> Tensor:
        """The normalized sum [N, H]."""
        total: Tensor = self.token(inputs.token)
        for table, values in (
            (self.word_value, inputs.word_value),
            (self.word_type, inputs.word_type),
            (self.segment, inputs.segment),
        ):
            if table is not None:
                total = total + table(values)
        for embedded in self.positions(inputs.positions):
            total = total + embedded
        out: Tensor = self.dropout(self.norm(total))
        return out


class Layer(nn.Module):
    """Attention, then the feed-forward part; each a branch beside a residual connection.

    `model.norm` pre: x + branch(norm(x)) (Radford et al. 2019, section 2.3); post:
    norm(x + branch(x)) (Vaswani et al. 2017, section 3.1, and BERT).
    `model.activation` gelu: fc2(gelu(fc1(x))); geglu: fc2(gelu(a) * b), where a and b are the
    halves of fc1(x) (Shazeer 2020, equation 6, here with biases).
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.post = config.norm == "post"
        self.gated = config.activation == "geglu"
        self.attention_norm = nn.LayerNorm(config.width)
        self.qkv = nn.Linear(config.width, 3 * config.width)
        self.out_proj = nn.Linear(config.width, config.width)
        self.feed_forward_norm = nn.LayerNorm(config.width)
        self.fc1 = nn.Linear(config.width, config.feed_forward * (2 if self.gated else 1))
        self.fc2 = nn.Linear(config.feed_forward, config.width)
        self.dropout = nn.Dropout(config.dropout)

    def initialize_mimetic(self, depth: int, generator: torch.Generator | None) -> None:
        """Mimetic initialization: keys equal to queries; and quiet branches.

        With equal projections a token first attends to tokens like itself: of the same word, at a
        like position, on either side (Trockman and Kolter 2023, section 3; docs/decisions.md has
        the gain, measured together with sinusoidal position tables). Branches add up over depth,
        so their output is divided by its root: Radford et al. 2019, section 2.3.
        """
        width = self.out_proj.in_features
        with torch.no_grad():
            query, key, _ = self.qkv.weight.chunk(3)
            nn.init.normal_(query, std=1 / math.sqrt(width), generator=generator)
            key.copy_(query)
            for branch in (self.out_proj, self.fc2):
                branch.weight.div_(math.sqrt(2 * depth))

    def forward(self, x: Tensor, packing: Packing, rope: Rope | None) -> Tensor:
        """States [N, H] to states [N, H]; `rope` is `Rotary`'s output, or None."""
        if self.post:
            x = self.attention_norm(x + self.attention(x, packing, rope))
            out: Tensor = self.feed_forward_norm(x + self.feed_forward(x))
            return out
        x = x + self.attention(self.attention_norm(x), packing, rope)
        return x + self.feed_forward(self.feed_forward_norm(x))

    def attention(self, x: Tensor, packing: Packing, rope: Rope | None) -> Tensor:
        """The first branch: states [N, H] to [N, H]."""
        rows, width = x.shape
        qkv = self.qkv(x).view(rows, 3, self.heads, width // self.heads)
        if rope is not None:
            query, key, value = qkv.unbind(1)
            qkv = torch.stack((apply_rope(query, *rope), apply_rope(key, *rope), value), dim=1)
        out: Tensor = self.dropout(self.out_proj(attend(qkv, packing).reshape(rows, width)))
        return out

    def feed_forward(self, x: Tensor) -> Tensor:
        """The second branch: states [..., H] to [..., H]."""
        # The exact GELU: on a CPU its approximation by tanh takes two to four times as long.
        wide = self.fc1(x)
        if self.gated:
            gate, value = wide.chunk(2, dim=-1)
            wide = functional.gelu(gate) * value
        else:
            wide = functional.gelu(wide)
        out: Tensor = self.dropout(self.fc2(wide))
        return out


class PnGNWEncoder(nn.Module):
    """Embeddings and `model.layers` layers.

    Args:
        config: the `model` section of params.yaml.
        vocab_size: size of the wordpiece vocabulary.
        generator: source of the initial weights; PyTorch's own when absent.
    """

    def __init__(
        self, config: ModelConfig, vocab_size: int, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.config = config
        self.vocab_size = vocab_size
        self.embeddings = Embeddings(config, vocab_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width) if config.norm == "pre" else nn.Identity()
        self.rotary = Rotary(config.width // config.heads) if config.pos_emb == "rotary" else None
        initialize(self, generator)
        self.embeddings.positions.initialize(DEVIATION, generator)
        for layer in self.layers:
            assert isinstance(layer, Layer)
            layer.initialize_mimetic(config.layers, generator)

    def forward(self, inputs: Inputs, layer: int | None = None) -> Tensor:
        """States of every token.

        Args:
            inputs: B sentences.
            layer: how many layers to run: 0 gives the embeddings, `layers` or None all of them.
                With pre-norm only the last layer's states are normalized; earlier ones are the
                bare sum.

        Returns:
            [N, H], float32, or the autocast type. Without `model.specials` the rows of CLS and SEP,
            which nothing attends to then, are zero.

        Raises:
            ValueError: no such layer.
        """
        depth = len(self.layers) if layer is None else layer
        return self.layer_states(inputs, [depth])[0]

    def layer_states(self, inputs: Inputs, layers: Sequence[int]) -> list[Tensor]:
        """What `forward` gives, for each of some layers; the network is run once."""
        if self.config.specials:
            return self._states(inputs, layers)
        bare, rows = without_specials(inputs)
        return [
            states.new_zeros(len(inputs.token), states.shape[1]).index_copy(0, rows, states)
            for states in self._states(bare, layers)
        ]

    def _states(self, inputs: Inputs, layers: Sequence[int]) -> list[Tensor]:
        for layer in layers:
            if not 0 <= layer <= len(self.layers):
                raise ValueError(f"layer {layer}: the encoder has layers 0 to {len(self.layers)}")
        backend = choose_backend(self.config.attention, inputs.token.device)
        packing = Packing.of(inputs, backend)
        rows = len(inputs.token)
        extra = packing.rows - rows
        rope = None
        if self.rotary is not None:
            rope = self.rotary(functional.pad(inputs.positions["abs_token"], (0, extra)))
        x: Tensor = functional.pad(self.embeddings(inputs), (0, 0, 0, extra))
        kept = {0: x}
        for number, block in enumerate(self.layers[: max(layers)], 1):
            x = block(x, packing, rope)
            if number in layers:
                kept[number] = self.norm(x) if number == len(self.layers) else x
        return [kept[layer][:rows] for layer in layers]

    def sentence_states(self, hidden: Tensor, inputs: Inputs) -> Tensor:
        """One state per sentence: the mean of its tokens' states, [B, H] float32.

        A mean rather than the state of CLS, as in Sentence-BERT (Reimers and Gurevych 2019,
        section 3). No loss reads it.

        Args:
            hidden: [N, H], of `forward`.
            inputs: the sentences that they belong to.
        """
        lengths = inputs.starts.diff()
        mean = torch.segment_reduce(hidden.float(), "mean", lengths=lengths)
        if self.config.specials:
            return mean
        read = torch.segment_reduce(inputs.word.ge(0).float(), "mean", lengths=lengths)
        return mean / read[:, None]

    def word_states(self, hidden: Tensor, inputs: Inputs) -> Tensor:
        """One state per word: the mean over its phonemes, [W, H] float32.

        Args:
            hidden: [N, H], of `forward`.
            inputs: the sentences that they belong to.
        """
        rows = inputs.segment.eq(PHONEME_SIDE) & inputs.word.ge(0)
        word = inputs.word[rows]
        counts = torch.bincount(word, minlength=int(inputs.word.max()) + 1)
        sums = torch.zeros(len(counts), hidden.shape[1], device=hidden.device)
        return sums.index_add(0, word, hidden[rows].float()) / counts.clamp(min=1)[:, None]

    def phoneme_states(self, inputs: Inputs, layer: int | None = None) -> tuple[Tensor, Tensor]:
        """States of the phoneme side alone, for a decoder: [B, P, H], zero where padded, and
        lengths [B] int64. Row b holds exactly the `phonemes` of sentence b."""
        index, valid = inputs.phoneme_rows()
        hidden = self(inputs, layer)[index]
        return hidden * valid[..., None].to(hidden.dtype), inputs.phoneme_lengths


def initialize(module: nn.Module, generator: torch.Generator | None) -> None:
    """Draw the weights of every linear and embedding in a module anew.

    Linear weights: normal with deviation 1/√(3 · inputs), the spread of PyTorch's own uniform
    draw; embeddings: normal with deviation 0.02 (BERT); biases 0.
    """
    for part in module.modules():
        if isinstance(part, nn.Linear):
            nn.init.normal_(
                part.weight, std=1 / math.sqrt(3 * part.in_features), generator=generator
            )
            if part.bias is not None:
                nn.init.zeros_(part.bias)
        elif isinstance(part, nn.Embedding):
            nn.init.normal_(part.weight, std=DEVIATION, generator=generator)
