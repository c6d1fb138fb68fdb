"""Dynamic convolution attention in the loop of `recurrence`, its gradients written out.

Guarantees: the same function as `relative.DynamicConvolution`. Static filters, dynamic ones and the
prior are rows of one matrix, so that a step has one product with the windows. The logistic function
stands for tanh, and gradients are collected step by step, as in `location_cell`.

Letters: S steps, B sequences, P tokens, A attention width, D query width, F filters of a kind,
K taps.
"""

import torch
from torch import Tensor

from pngnw.evaluate.windows import Around, skewed


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
        room = steps if kept else 1
        self.kept_windows = static.new_empty(room, batch, taps, tokens)
        filters = static.new_empty(room, batch, 2 * count + 1, taps)
        filters[:, :, :count] = static
        filters[:, :, 2 * count] = prior
        self.features = static.new_empty(room, batch, 2 * count + 1, tokens)
        self.lit = static.new_empty(room, batch, len(query))
        self.windows, self.filters = self.kept_windows.unbind(0), filters.unbind(0)
        self.dynamic = filters[:, :, count : 2 * count].unbind(0)
        self.active = static.new_empty(room, batch, len(mix), tokens).unbind(0)
        self.mixes = (2 * mix).expand(batch, -1, -1)
        self.mix_bias = 2 * mix_bias[None, :, None]
        self.scores = (2 * score).expand(batch, 1, -1)
        self.count = count
        self.now = 0

    def step(self, hidden: Tensor, weights: Tensor) -> None:
        place = self.now % len(self.active)
        self.now += 1
        lit = torch.addmm(self.query_bias, hidden, self.query.t(), out=self.lit[place]).tanh_()
        dynamic = self.dynamic[place]
        dynamic.copy_((lit @ self.generate.t()).view_as(dynamic))
        windows = self.windows[place].copy_(self.slid)
        features = torch.bmm(self.filters[place], windows, out=self.features[place])
        active = torch.baddbmm(
            self.mix_bias, self.mixes, features[:, : 2 * self.count], out=self.active[place]
        ).sigmoid_()
        prior = features[:, 2 * self.count].clamp_min(self.floor).log_().add_(self.bias)
        energy = torch.baddbmm(prior[:, None], self.scores, active).squeeze(1)
        torch.softmax(energy, dim=1, out=weights)
        self.around.inner[0] = weights

    def start_back(self, weights: Tensor) -> None:
        steps, batch, tokens = weights.shape
        taps = self.slid.shape[1]
        mass = self.features[:, :, 2 * self.count]
        self.by_mass = torch.where(mass >= self.floor, 1 / mass, torch.zeros_like(mass)).unbind(0)
        self.by_lit = (1 - self.lit * self.lit).unbind(0)
        by_score = 4 * self.score[:, None]
        self.mixes_back = (self.mix * by_score).t().expand(batch, -1, -1)
        self.d_features = torch.empty_like(self.features)
        self.d_dynamic = weights.new_empty(steps, batch, len(self.generate))
        self.d_query = torch.empty_like(self.lit)
        self.d_mix = weights.new_zeros(batch, *self.mix.shape)
        self.d_active = torch.zeros_like(self.active[0])
        self.d_score = weights.new_zeros(batch, len(self.score), 1)
        self.d_last = torch.zeros_like(weights[0])
        back_room, self.back_skewed = skewed(1, taps, batch, tokens, taps // 2, weights)
        self.back_inner = back_room[0, :, :, :tokens].transpose(0, 1)

    def back(self, step: int, weights: Tensor, d_weights: Tensor) -> Tensor:
        both, reach = 2 * self.count, self.slid.shape[1] // 2
        pulled = d_weights.add_(self.d_last).mul_(weights)
        d_energy = torch.addcmul(pulled, weights, pulled.sum(1, keepdim=True), value=-1)
        active = self.active[step]
        self.d_score.baddbmm_(active, d_energy[..., None])
        d_active = active * d_energy[:, None]
        d_active.addcmul_(active, d_active, value=-1)
        self.d_active += d_active
        self.d_mix.baddbmm_(d_active, self.features[step, :, :both].transpose(1, 2))
        d_features = self.d_features[step]
        d_features[:, :both] = torch.bmm(self.mixes_back, d_active)
        torch.mul(self.by_mass[step], d_energy, out=d_features[:, both])
        d_dynamic = self.d_dynamic[step]
        by_filter = d_features[:, self.count : both] @ self.windows[step].transpose(1, 2)
        d_dynamic.view_as(by_filter).copy_(by_filter)
        self.back_inner.copy_(torch.bmm(self.filters[step].transpose(1, 2), d_features))
        self.d_last = self.back_skewed.sum(1)[0, :, reach : reach + weights.shape[1]]
        d_query = torch.mul(d_dynamic @ self.generate, self.by_lit[step], out=self.d_query[step])
        return d_query @ self.query

    def gradients(self, hidden: Tensor) -> tuple[Tensor | None, ...]:
        d_query, d_dynamic = self.d_query.flatten(0, 1), self.d_dynamic.flatten(0, 1)
        by_score = 4 * self.score
        d_static = self.d_features[:, :, : self.count]
        return (
            torch.einsum("sbfp,sbkp->fk", d_static, self.kept_windows),
            None,
            d_query.t() @ hidden.flatten(0, 1),
            d_query.sum(0),
            d_dynamic.t() @ self.lit.flatten(0, 1),
            self.d_mix.sum(0) * by_score[:, None],
            self.d_active.sum((0, 2)) * by_score,
            2 * self.d_score.sum(0).squeeze(1),
            None,
            None,
        )
