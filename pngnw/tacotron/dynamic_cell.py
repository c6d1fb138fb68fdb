"""Dynamic convolution attention in the loop of `recurrence`, its gradients written out.

Guarantees: the same function as `relative.DynamicConvolution`. Static filters, dynamic ones and the
prior are rows of one matrix, so that a step has one product with the windows.

Letters: S steps, B sequences, P tokens, A attention width, D query width, F filters of a kind,
K taps.
"""

import torch
from torch import Tensor

from pngnw.tacotron.windows import Around, skewed


class DynamicCell:
    """See `recurrence.Cell`. Starts on the first token.

    Args:
        steps: S.
        kept: whether there will be a backward pass.
        static: [F, K].
        prior: [K], the prior's taps; they take no gradient.
        query: [A, D], and its bias [A].
        generate: [F · K, A], what the query becomes filters with.
        mix: [A, 2 F], what features of static and dynamic filters become, and its bias [A].
        score: [A].
        bias: [B, P], 0 or minus infinity.
        floor: the least mass that the prior leaves to a token, [].
    """

    def __init__(
        self,
        steps: int,
        kept: bool,
        static: Tensor,
        prior: Tensor,
        query: Tensor,
        query_bias: Tensor,
        generate: Tensor,
        mix: Tensor,
        mix_bias: Tensor,
        score: Tensor,
        bias: Tensor,
        floor: Tensor,
    ) -> None:
        count, taps = static.shape
        batch, tokens = bias.shape
        self.query, self.query_bias, self.generate = query, query_bias, generate
        self.mix, self.score, self.bias, self.floor = mix, score, bias, float(floor)
        self.around = Around(1, batch, tokens, taps // 2, static)
        self.around.inner[0, :, 0] = 1.0
        self.slid = self.around.windows[0].transpose(0, 1)  # [B, K, P]
        self.room = steps if kept else 1
        self.windows = static.new_empty(self.room, batch, taps, tokens)
        self.filters = static.new_empty(self.room, batch, 2 * count + 1, taps)
        self.filters[:, :, :count] = static
        self.filters[:, :, 2 * count] = prior
        self.dynamic = self.filters[:, :, count : 2 * count]
        self.features = static.new_empty(self.room, batch, 2 * count + 1, tokens)
        self.lit = static.new_empty(self.room, batch, len(query))
        self.active = static.new_empty(self.room, batch, len(mix), tokens)
        self.mixes = mix.expand(batch, -1, -1)
        self.mix_bias = mix_bias[None, :, None]
        self.scores = score.expand(batch, 1, -1)
        self.count = count
        self.now = 0

    def step(self, hidden: Tensor, weights: Tensor) -> None:
        place = self.now % self.room
        self.now += 1
        lit = torch.addmm(self.query_bias, hidden, self.query.t(), out=self.lit[place]).tanh_()
        dynamic = self.dynamic[place]
        dynamic.copy_((lit @ self.generate.t()).view_as(dynamic))
        windows = self.windows[place].copy_(self.slid)
        features = torch.bmm(self.filters[place], windows, out=self.features[place])
        active = torch.baddbmm(
            self.mix_bias, self.mixes, features[:, : 2 * self.count], out=self.active[place]
        ).tanh_()
        prior = features[:, 2 * self.count].clamp_min(self.floor).log_().add_(self.bias)
        energy = torch.baddbmm(prior[:, None], self.scores, active).squeeze(1)
        torch.softmax(energy, dim=1, out=weights)
        self.around.inner[0] = weights

    def start_back(self, weights: Tensor) -> None:
        steps, batch, tokens = weights.shape
        taps = self.filters.shape[3]
        self.weights = weights
        by_score = self.score[:, None]
        self.slope = torch.addcmul(by_score, self.active * by_score, self.active, value=-1)
        mass = self.features[:, :, 2 * self.count]
        self.by_mass = torch.where(mass >= self.floor, 1 / mass, torch.zeros_like(mass))
        self.by_lit = 1 - self.lit * self.lit
        self.d_active = torch.empty_like(self.active)
        self.d_energy = torch.empty_like(weights)
        self.d_features = torch.empty_like(self.features)
        self.d_dynamic = weights.new_empty(steps, batch, len(self.generate))
        self.d_query = torch.empty_like(self.lit)
        self.d_last = torch.zeros_like(weights[0])
        self.back_room, self.back_skewed = skewed(1, taps, batch, tokens, taps // 2, weights)
        self.mixes_back = self.mix.t().expand(batch, -1, -1)

    def back(self, step: int, d_weights: Tensor) -> Tensor:
        weights = self.weights[step]
        tokens = weights.shape[1]
        reach = self.filters.shape[3] // 2
        pulled = d_weights.add_(self.d_last).mul_(weights)
        d_energy = torch.addcmul(
            pulled, weights, pulled.sum(1, keepdim=True), value=-1, out=self.d_energy[step]
        )
        d_active = torch.mul(self.slope[step], d_energy[:, None], out=self.d_active[step])
        d_features = self.d_features[step]
        d_features[:, : 2 * self.count] = torch.bmm(self.mixes_back, d_active)
        torch.mul(self.by_mass[step], d_energy, out=d_features[:, 2 * self.count])
        d_dynamic = self.d_dynamic[step]
        d_dynamic.view(len(weights), self.count, -1).copy_(
            torch.bmm(
                d_features[:, self.count : 2 * self.count], self.windows[step].transpose(1, 2)
            )
        )
        d_windows = torch.bmm(self.filters[step].transpose(1, 2), d_features)
        self.back_room[0, :, :, :tokens] = d_windows.transpose(0, 1)
        self.d_last = self.back_skewed.sum(1)[0, :, reach : reach + tokens]
        d_query = torch.mul(d_dynamic @ self.generate, self.by_lit[step], out=self.d_query[step])
        return d_query @ self.query

    def gradients(self, hidden: Tensor) -> tuple[Tensor | None, ...]:
        d_query, d_dynamic = self.d_query.flatten(0, 1), self.d_dynamic.flatten(0, 1)
        both = 2 * self.count
        by_sequence = (-1, self.active.shape[2], self.active.shape[3])
        d_active = self.d_active.view(by_sequence)
        features = self.features[:, :, :both].flatten(0, 1)
        d_static = torch.einsum("sbfp,sbkp->fk", self.d_features[:, :, : self.count], self.windows)
        d_score = torch.bmm(
            self.active.view(by_sequence), self.d_energy.view(-1, by_sequence[2], 1)
        )
        return (
            d_static,
            None,
            d_query.t() @ hidden.flatten(0, 1),
            d_query.sum(0),
            d_dynamic.t() @ self.lit.flatten(0, 1),
            torch.einsum("nap,nfp->af", d_active, features),
            d_active.sum((0, 2)),
            d_score.sum(0).squeeze(1),
            None,
            None,
        )
