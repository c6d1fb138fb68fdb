"""A bidirectional LSTM layer with hard-sigmoid gates over packed sentences.

    B  sentences, longest first      T  steps (words of the longest)      N  words in all
    I  width of the input            H  width of the state                G  = 4H gates

Words are packed step by step: the first word of every sentence, then the second of those that
have one, and so on; `Steps` says where each step lies. A state is computed for words only, never
for padding.

    i, f, o = clip(0.2 (W x + U h + b) + 0.5, 0, 1)     g = tanh(W x + U h + b)
    c' = f c + i g                                      h' = o tanh(c')

Fused LSTM kernels have the logistic function built in. Here 0.2 and 0.5 are folded into the
weights once, all input products of a sentence are one product, and a step is one product (with
the input part added on the way out) and six passes in place.

Source: Felbo et al. 2017, section 3.2; the hard sigmoid is Keras's of that time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from pngnw.teach.torchmoji_products import Linear
from pngnw.teach.torchmoji_weights import Layer


@dataclass(frozen=True)
class Steps:
    """Where each step's words lie among the packed ones: `sizes[t]` words from `starts[t]` on."""

    sizes: list[int]
    starts: list[int]

    @classmethod
    def of(cls, lengths: Sequence[int]) -> "Steps":
        """Steps for sentences of these lengths, longest first."""
        sizes = [sum(length > t for length in lengths) for t in range(max(lengths, default=0))]
        return cls(sizes, [sum(sizes[:t]) for t in range(len(sizes))])

    def __len__(self) -> int:
        return len(self.sizes)


class Direction:
    """One direction of a layer."""

    def __init__(self, layer: Layer, dtype: torch.dtype, packed: bool) -> None:
        hidden = layer.weight_hh.shape[1]
        self._hidden = hidden
        self._incoming = Linear(
            _gates(layer.weight_ih), _gates(layer.bias, shift=0.5), dtype, packed
        )
        self._recurrent = Linear(_gates(layer.weight_hh), None, dtype, packed)

    def incoming(self, x_NI: torch.Tensor) -> torch.Tensor:
        """What the inputs contribute to the gates, W x + b: [N, G]."""
        return self._incoming(x_NI)

    def run(
        self,
        incoming: Callable[[int, int], torch.Tensor],
        steps: Steps,
        out_NH: torch.Tensor,
        *,
        backward: bool,
    ) -> None:
        """Write the state after each word into `out_NH`.

        Args:
            incoming: start and size of a step to its part of `self.incoming`, [size, G]; each is
                asked for once, and may be written into.
            steps: where the words lie.
            out_NH: [N, H], a view is fine.
            backward: read sentences from their last word to their first.
        """
        if not steps:
            return
        H = self._hidden
        h_BH, c_BH, after_BH = (torch.zeros(steps.sizes[0], H) for _ in range(3))
        order = range(len(steps))
        begun = False
        for t in reversed(order) if backward else order:
            size, start = steps.sizes[t], steps.starts[t]
            # Longest first: those that go on are the first rows, and backwards, those that begin
            # come after them with states still zero.
            h, c, after = h_BH[:size], c_BH[:size], after_BH[:size]
            gates = incoming(start, size)
            if begun:
                gates = self._recurrent.added_to(gates, h)
            gates = gates.float()
            begun = True
            gates[:, : 3 * H].clamp_(0, 1)
            gates[:, 3 * H :].sigmoid_()
            i, f, o, s = gates.chunk(4, dim=1)
            c.mul_(f).addcmul_(i, s, value=4).sub_(i, alpha=2)
            torch.mul(torch.sigmoid(c, out=after), o, out=h)
            h.mul_(2).sub_(o)
            out_NH[start : start + size] = h


def _gates(weight: torch.Tensor, shift: float = 0.0) -> torch.Tensor:
    """Rows i, f, g, o as i, f, o, g, with the hard sigmoid's slope and `shift` in the first three.

    Takes [G, anything] or [G].
    """
    i, f, g, o = weight.chunk(4)
    return torch.cat([0.2 * i + shift, 0.2 * f + shift, 0.2 * o + shift, 2 * g])
