"""Location-sensitive attention in the loop of `recurrence`, its gradients written out.

Guarantees: the same function as `location.LocationSensitive`. With s = σ(2z), tanh z is 2s - 1,
whose 1 is the same for every token and so nothing to the softmax, and its derivative 4 s (1 - s):
the logistic function takes a fifth of the time of tanh here. All weight gradients are collected
step by step, while the step's activations are in the cache, without the factors 4 and score, which
come last.

Letters: S steps, B sequences, P tokens, A attention width, D query width, C = 2 channels, K taps,
F filters.
"""

import torch
from torch import Tensor

from pngnw.evaluate.windows import Around, skewed

REACH = 15
TAPS = 2 * REACH + 1
CHANNELS = 2  # the last weights and the sum of all so far


class LocationCell:
    """See `recurrence.Cell`.

    Args:
        steps: S.
        kept: whether there will be a backward pass.
        keys: [A, B, P], projected memory.
        filters: [F, C · K].
        location: [A, F], what the filters' features become.
        query: [A, D], and its bias [A].
        score: [A].
        bias: [B, P], 0 or minus infinity.
    """

    def __init__(
        self,
        steps: int,
        kept: bool,
        keys: Tensor,
        filters: Tensor,
        location: Tensor,
        query: Tensor,
        query_bias: Tensor,
        score: Tensor,
        bias: Tensor,
    ) -> None:
        width, batch, tokens = keys.shape
        count = len(filters)
        self.keys = 2 * keys.reshape(width, batch * tokens)
        self.query, self.ask, self.asked_bias = query, 2 * query.t(), 2 * query_bias
        self.filters, self.location, self.score, self.bias = filters, location, score, bias
        self.around = Around(CHANNELS, batch, tokens, REACH, keys)
        self.last, self.total = self.around.inner.unbind(0)
        room = steps if kept else 1  # where nothing is kept one step's room serves all of them
        windows = keys.new_empty(room, CHANNELS, TAPS, batch, tokens)
        self.seen = windows.unbind(0)
        self.windows = windows.view(room, CHANNELS * TAPS, batch * tokens).unbind(0)
        # Behind the features there is a row for each sequence, 1 on its own tokens: so the product
        # with `mixer`, behind which the projected queries are written, adds them as well.
        features = keys.new_zeros(room, count + batch, batch, tokens)
        index = torch.arange(batch)
        features[:, count + index, index] = 1.0
        self.features = features.flatten(2).unbind(0)
        self.found = features[:, :count].flatten(2).unbind(0)
        self.mixer = torch.cat((2 * location, keys.new_empty(width, batch)), dim=1)
        self.asked = self.mixer[:, count:]
        self.active = keys.new_empty(room, width, batch * tokens).unbind(0)
        self.now = 0

    def step(self, hidden: Tensor, weights: Tensor) -> None:
        place = self.now % len(self.active)
        self.now += 1
        self.seen[place].copy_(self.around.windows)
        torch.mm(self.filters, self.windows[place], out=self.found[place])
        self.asked.copy_(torch.addmm(self.asked_bias, hidden, self.ask).t())
        active = torch.addmm(self.keys, self.mixer, self.features[place], out=self.active[place])
        energy = (self.score @ active.sigmoid_()).view_as(weights)
        torch.softmax(torch.add(self.bias, energy, alpha=2), dim=1, out=weights)
        self.last.copy_(weights)
        self.total += weights

    def start_back(self, weights: Tensor) -> None:
        steps, batch, tokens = weights.shape
        by_score = 4 * self.score[:, None]
        self.location_back = (self.location * by_score).t().contiguous()
        self.filters_back = self.filters.t().contiguous()
        self.query_back = self.query * by_score
        self.d_keys = torch.zeros_like(self.keys)
        self.d_filters = torch.zeros_like(self.filters)
        self.d_mixer = torch.zeros_like(self.mixer)
        self.d_score = torch.zeros_like(self.score)
        self.kept_d_query = weights.new_empty(steps, batch, len(self.score))
        self.d_query = self.kept_d_query.unbind(0)
        self.d_last = torch.zeros_like(weights[0])
        self.d_total = torch.zeros_like(weights[0])
        back_room, back_skewed = skewed(CHANNELS, TAPS, batch, tokens, REACH, weights)
        self.back_inner = back_room[..., :tokens]
        self.back_skewed = back_skewed[..., REACH : REACH + tokens]

    def back(self, step: int, weights: Tensor, d_weights: Tensor) -> Tensor:
        pulled = d_weights.add_(self.d_last).add_(self.d_total).mul_(weights)
        d_energy = torch.addcmul(pulled, weights, pulled.sum(1, keepdim=True), value=-1).view(-1)
        active = self.active[step]
        self.d_score.addmv_(active, d_energy)
        d_active = active * d_energy
        d_active.addcmul_(active, d_active, value=-1)
        self.d_keys += d_active
        d_mixer = d_active @ self.features[step].t()
        self.d_mixer += d_mixer
        d_query = self.d_query[step].copy_(d_mixer[:, len(self.filters) :].t())
        d_found = self.location_back @ d_active
        self.d_filters.addmm_(d_found, self.windows[step].t())
        self.back_inner.copy_((self.filters_back @ d_found).view_as(self.back_inner))
        self.d_last, more = self.back_skewed.sum(1).unbind(0)
        self.d_total = self.d_total + more
        return d_query @ self.query_back

    def gradients(self, hidden: Tensor) -> tuple[Tensor | None, ...]:
        by_score = 4 * self.score
        d_query = (self.kept_d_query * by_score).flatten(0, 1)
        return (
            (self.d_keys * by_score[:, None]).view(len(by_score), *self.bias.shape),
            self.d_filters,
            self.d_mixer[:, : len(self.filters)] * by_score[:, None],
            d_query.t() @ hidden.flatten(0, 1),
            d_query.sum(0),
            2 * self.d_score,
            None,
        )
