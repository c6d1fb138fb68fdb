"""Location-sensitive attention in the loop of `recurrence`, its gradients written out.

Guarantees: the same function as `location.LocationSensitive`.

Letters: S steps, B sequences, P tokens, A attention width, D query width, C = 2 channels, K taps.
"""

import torch
from torch import Tensor

from pngnw.tacotron.windows import Around, skewed

REACH = 15
TAPS = 2 * REACH + 1
CHANNELS = 2  # the last weights and the sum of all so far


class LocationCell:
    """See `recurrence.Cell`.

    Args:
        steps: S.
        kept: whether there will be a backward pass.
        keys: [A, B, P], projected memory.
        kernel: [A, C · K], the location features' two linear maps as one.
        query: [A, D], and its bias [A].
        score: [A].
        bias: [B, P], 0 or minus infinity.
    """

    def __init__(
        self,
        steps: int,
        kept: bool,
        keys: Tensor,
        kernel: Tensor,
        query: Tensor,
        query_bias: Tensor,
        score: Tensor,
        bias: Tensor,
    ) -> None:
        width, batch, tokens = keys.shape
        self.keys = keys.reshape(width, batch * tokens)
        self.query, self.query_bias, self.score, self.bias = query, query_bias, score, bias
        self.around = Around(CHANNELS, batch, tokens, REACH, keys)
        # Behind the taps there is a row for each sequence, 1 on its own tokens: so the product
        # with the kernel, behind which the projected queries are written, adds them as well.
        taps = CHANNELS * TAPS
        room = steps if kept else 1  # where nothing is kept one step's room serves all of them
        self.windows = keys.new_zeros(room, taps + batch, batch, tokens)
        index = torch.arange(batch)
        self.windows[:, taps + index, index] = 1.0
        self.seen = self.windows[:, :taps].view(room, CHANNELS, TAPS, batch, tokens)
        self.kernel = torch.cat((kernel, kernel.new_empty(width, batch)), dim=1)
        self.asked = self.kernel[:, taps:]
        self.active = keys.new_empty(room, width, batch * tokens)
        self.now = 0
        self.room = room

    def step(self, hidden: Tensor, weights: Tensor) -> None:
        place = self.now % self.room
        self.now += 1
        self.seen[place].copy_(self.around.windows)
        self.asked.copy_(torch.addmm(self.query_bias, hidden, self.query.t()).t())
        active = torch.addmm(
            self.keys, self.kernel, self.windows[place].flatten(1), out=self.active[place]
        ).tanh_()
        energy = (self.score @ active).view_as(weights)
        torch.softmax(energy.add_(self.bias), dim=1, out=weights)
        self.around.inner[0] = weights
        self.around.inner[1] += weights

    def start_back(self, weights: Tensor) -> None:
        steps, batch, tokens = weights.shape
        self.weights = weights
        self.slope = torch.addcmul(
            self.score[:, None], self.active * self.score[:, None], self.active, value=-1
        )
        self.d_active = torch.empty_like(self.active)
        self.d_energy = torch.empty_like(weights)
        self.d_query = weights.new_empty(steps, batch, len(self.score))
        self.d_last = torch.zeros_like(weights[0])
        self.d_total = torch.zeros_like(weights[0])
        self.back_room, self.back_skewed = skewed(CHANNELS, TAPS, batch, tokens, REACH, weights)
        self.kernel_back = self.kernel[:, : CHANNELS * TAPS].t().contiguous()

    def back(self, step: int, d_weights: Tensor) -> Tensor:
        weights = self.weights[step]
        tokens = weights.shape[1]
        pulled = d_weights.add_(self.d_last).add_(self.d_total).mul_(weights)
        d_energy = torch.addcmul(
            pulled, weights, pulled.sum(1, keepdim=True), value=-1, out=self.d_energy[step]
        )
        d_active = torch.mul(self.slope[step], d_energy.view(-1), out=self.d_active[step])
        by_token = d_active.view(len(self.score), *weights.shape)
        d_query = torch.sum(by_token.transpose(0, 1), dim=2, out=self.d_query[step])
        self.back_room[..., :tokens] = (self.kernel_back @ d_active).view(
            CHANNELS, TAPS, *weights.shape
        )
        d_around = self.back_skewed.sum(1)[:, :, REACH : REACH + tokens]
        self.d_last = d_around[0]
        self.d_total = self.d_total + d_around[1]
        return d_query @ self.query

    def gradients(self, hidden: Tensor) -> tuple[Tensor | None, ...]:
        d_active = self.d_active.transpose(0, 1).flatten(1)  # [A, S · B · P]
        windows = self.windows[:, : CHANNELS * TAPS].flatten(2).transpose(0, 1).flatten(1)
        d_query = self.d_query.flatten(0, 1)
        return (
            self.d_active.sum(0).view(len(self.score), *self.weights.shape[1:]),
            d_active @ windows.t(),
            d_query.t() @ hidden.flatten(0, 1),
            d_query.sum(0),
            torch.bmm(self.active, self.d_energy.flatten(1)[..., None]).sum(0).squeeze(1),
            None,
        )
