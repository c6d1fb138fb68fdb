"""What holds for every attention that can be named."""

import pytest
import torch

from pngnw.evaluate.attention import build
from tests.evaluate.attended import B, M, Q, inputs


@pytest.mark.parametrize("name", ["lsa", "dca", "gmm"])
def test_nothing_is_kept_between_calls(name: str) -> None:
    torch.manual_seed(0)
    attention = build(name, Q, M)
    memory, query, valid, _ = inputs()
    prepared = attention.prepare(memory, valid)
    first = attention(query, attention.start(prepared), prepared)
    attention(query + 1, first, prepared)
    again = attention(query, attention.start(prepared), prepared)
    assert torch.equal(first.last, again.last)
    assert (first.last[1, 4:] == 0).all(), "padding gets no attention"
    if name != "gmm":  # whose weights are densities
        torch.testing.assert_close(first.last.sum(1), torch.ones(B))
