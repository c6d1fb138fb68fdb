"""The encoder: a transformer over the phoneme and grapheme sides of a sentence.

Guarantees: a sentence's states depend on that sentence alone; dropout acts on the embeddings and
on the output of each branch, never inside attention, so both attention backends agree.

Letters: N tokens, B sentences, P the most phonemes, H width, A heads, D = H / A, F feed-forward.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.model.attention import Packing, attend, choose
from pngnw.model.embeddings import Embeddings
from pngnw.model.inputs import Inputs
from pngnw.model.positions import Rotary, rotate
from pngnw.params import ModelConfig

DEVIATION = 0.02  # of initial embeddings, as in BERT


class Layer(nn.Module):
    """Attention, then the feed-forward part; each a branch beside a residual connection.

    `model.norm` pre: x + branch(norm(x)) (Radford et al. 2019, section 2.3); post:
    norm(x + branch(x)) (Vaswani et al. 2017, section 3.1, and BERT).
    `model.activation` gelu: down(gelu(up(x))); geglu: down(gelu(a) * b), where a and b are the
    halves of up(x) (Shazeer 2020, equation 6, here with biases).
    """

    def __init__(self, model: ModelConfig) -> None:
        super().__init__()
        self.heads = model.heads
        self.post = model.norm == "post"
        self.gated = model.activation == "geglu"
        self.attention_norm = nn.LayerNorm(model.width)
        self.qkv = nn.Linear(model.width, 3 * model.width)
        self.mix = nn.Linear(model.width, model.width)
        self.feed_forward_norm = nn.LayerNorm(model.width)
        self.up = nn.Linear(model.width, model.feed_forward * (2 if self.gated else 1))
        self.down = nn.Linear(model.feed_forward, model.width)
        self.dropout = nn.Dropout(model.dropout)

    def start_alike(self, depth: int, generator: torch.Generator | None) -> None:
        """Start with keys equal to queries and with quiet branches.

        With equal projections a token first attends to tokens like itself: of the same word, at a
        like position, on either side (mimetic initialisation, Trockman and Kolter 2023, section
        3; docs/decisions.md has the gain, measured together with sinusoidal position tables).
        Branches add up over depth, so their output is divided by its root: Radford et al. 2019,
        section 2.3.
        """
        width = self.mix.in_features
        with torch.no_grad():
            query, key, _ = self.qkv.weight.chunk(3)
            nn.init.normal_(query, std=1 / math.sqrt(width), generator=generator)
            key.copy_(query)
            for branch in (self.mix, self.down):
                branch.weight.div_(math.sqrt(2 * depth))

    def forward(self, x: Tensor, packing: Packing, turn: tuple[Tensor, Tensor] | None) -> Tensor:
        """States [N, H] to states [N, H]; `turn` is `Rotary`'s output, or None."""
        if self.post:
            x = self.attention_norm(x + self._attention(x, packing, turn))
            out: Tensor = self.feed_forward_norm(x + self.feed_forward(x))
            return out
        x = x + self._attention(self.attention_norm(x), packing, turn)
        return x + self.feed_forward(self.feed_forward_norm(x))

    def _attention(self, x: Tensor, packing: Packing, turn: tuple[Tensor, Tensor] | None) -> Tensor:
        rows, width = x.shape
        qkv = self.qkv(x).view(rows, 3, self.heads, width // self.heads)
        if turn is not None:
            query, key, value = qkv.unbind(1)
            qkv = torch.stack((rotate(query, turn), rotate(key, turn), value), dim=1)
        out: Tensor = self.dropout(self.mix(attend(qkv, packing).reshape(rows, width)))
        return out

    def feed_forward(self, x: Tensor) -> Tensor:
        """The second branch: states [..., H] to [..., H]."""
        # The exact GELU: on a CPU its approximation by tanh takes two to four times as long.
        wide = self.up(x)
        if self.gated:
            gate, value = wide.chunk(2, dim=-1)
            wide = functional.gelu(gate) * value
        else:
            wide = functional.gelu(wide)
        out: Tensor = self.dropout(self.down(wide))
        return out


class PnGNWEncoder(nn.Module):
    """Embeddings and `model.layers` layers.

    Args:
        model: the `model` section of params.yaml.
        pieces: size of the wordpiece vocabulary.
        generator: source of the initial weights; PyTorch's own when absent.
    """

    def __init__(
        self, model: ModelConfig, pieces: int, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        self.model = model
        self.pieces = pieces
        self.embeddings = Embeddings(model, pieces)
        self.layers = nn.ModuleList(Layer(model) for _ in range(model.layers))
        self.norm = nn.LayerNorm(model.width) if model.norm == "pre" else nn.Identity()
        self.rotary = Rotary(model.width // model.heads) if model.pos_emb == "rotary" else None
        initialise(self, generator)
        self.embeddings.positions.initialise(DEVIATION, generator)
        for layer in self.layers:
            assert isinstance(layer, Layer)
            layer.start_alike(model.layers, generator)

    def forward(self, inputs: Inputs, layer: int | None = None) -> Tensor:
        """States of every token.

        Args:
            inputs: B sentences.
            layer: how many layers to run: 0 gives the embeddings, `layers` or None all of them.
                With pre-norm only the last layer's states are normalised; earlier ones are the
                bare sum.

        Returns:
            [N, H], float32, or the autocast type.

        Raises:
            ValueError: no such layer.
        """
        depth = len(self.layers) if layer is None else layer
        if not 0 <= depth <= len(self.layers):
            raise ValueError(f"layer {layer}: the encoder has layers 0 to {len(self.layers)}")
        packing = Packing.of(inputs, choose(self.model.attention, inputs.token.device))
        rows = len(inputs.token)
        extra = packing.rows - rows
        turn = None
        if self.rotary is not None:
            turn = self.rotary(functional.pad(inputs.positions["abs_token"], (0, extra)))
        x: Tensor = functional.pad(self.embeddings(inputs), (0, 0, 0, extra))
        for block in self.layers[:depth]:
            x = block(x, packing, turn)
        out: Tensor = self.norm(x) if depth == len(self.layers) else x
        return out[:rows]

    def sentence_states(self, hidden: Tensor, inputs: Inputs) -> Tensor:
        """One state per sentence: the mean of its tokens' states, [B, H] float32.

        A mean rather than the state of CLS, as in Sentence-BERT (Reimers and Gurevych 2019,
        section 3): every token's state then learns from the teacher, see docs/decisions.md.

        Args:
            hidden: [N, H], of `forward`.
            inputs: the sentences that they belong to.
        """
        lengths = inputs.starts.diff()
        return torch.segment_reduce(hidden.float(), "mean", lengths=lengths)

    def phoneme_states(self, inputs: Inputs, layer: int | None = None) -> tuple[Tensor, Tensor]:
        """States of the phoneme side alone, for a decoder: [B, P, H], zero where padded, and
        lengths [B] int64. Row b holds exactly the `phonemes` of sentence b."""
        index, valid = inputs.phoneme_rows()
        hidden = self(inputs, layer)[index]
        return hidden * valid[..., None].to(hidden.dtype), inputs.phoneme_lengths


def initialise(module: nn.Module, generator: torch.Generator | None) -> None:
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
