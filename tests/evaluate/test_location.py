"""Location-sensitive attention against arithmetic written out with loops."""

import torch

from pngnw.evaluate.location import LocationSensitive
from tests.evaluate.attended import B, M, P, Q, inputs


def test_lsa_is_the_formula() -> None:
    torch.manual_seed(0)
    attention = LocationSensitive(Q, M, width=3)
    memory, query, valid, weights = inputs()
    found = attention(query, weights, attention.prepare(memory, valid))
    filters = attention.filters.weight
    for b in range(B):
        energies = []
        for j in range(int(valid[b].sum())):
            f = torch.zeros(32)
            for k in range(31):
                if 0 <= j + k - 15 < P:
                    f += filters[:, 0, k] * weights.last[b, j + k - 15]
                    f += filters[:, 1, k] * weights.total[b, j + k - 15]
            located = attention.location.weight @ f
            key = attention.memory.weight @ memory[b, j]
            inner = attention.query(query[b]) + key + located
            energies.append(attention.score.weight[0] @ torch.tanh(inner))
        expected = torch.softmax(torch.stack(energies), 0)
        torch.testing.assert_close(found.last[b, : len(expected)], expected)
        assert (found.last[b, len(expected) :] == 0).all()
    torch.testing.assert_close(found.total, weights.total + found.last)
