"""Against plain indexing: values and gradients."""

import torch

from pngnw.model.rows import spread, take


def test_take_is_indexing() -> None:
    x = torch.randn(6, 3, dtype=torch.float64, requires_grad=True)
    slots = torch.tensor([4, 0, 5])
    assert torch.equal(take(x, slots), x[slots])
    assert torch.autograd.gradcheck(lambda v: take(v, slots), (x,))


def test_spread_undoes_take() -> None:
    x = torch.randn(3, 2, dtype=torch.float64, requires_grad=True)
    slots = torch.tensor([3, 1, 0])
    wide = spread(x, slots, 5)
    assert torch.equal(take(wide, slots), x)
    assert not wide[[2, 4]].any()
    assert torch.autograd.gradcheck(lambda v: spread(v, slots, 5), (x,))
