"""Equal to PyTorch's cross-entropy, gradient too."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from pngnw.pretrain.surprise import surprise

TOLERANCE = {torch.float32: 1e-6, torch.bfloat16: 2**-7}  # bfloat16 rounds twice to 8 bits


def both(logits: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ours and PyTorch's loss, each followed by the gradient of a third of it."""
    ours, theirs = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    found = surprise(ours, targets)
    expected = functional.cross_entropy(theirs.float(), targets, reduction="sum")
    (found / 3).backward()
    (expected / 3).backward()
    assert ours.grad is not None
    assert theirs.grad is not None
    return found, ours.grad, expected, theirs.grad


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("spread", [1.0, 30.0, 3000.0])
def test_equal_to_cross_entropy(dtype: torch.dtype, spread: float) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = (torch.randn(50, 300, generator=generator) * spread).to(dtype)
    targets = torch.randint(300, (50,), generator=generator)
    targets[:5] = logits[:5].argmax(-1)  # among them classes that are all but certain
    found, gradient, expected, wanted = both(logits, targets)
    assert found.dtype == torch.float32
    assert gradient.dtype == dtype
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-4)
    close = TOLERANCE[dtype]
    torch.testing.assert_close(gradient, wanted, rtol=close, atol=1e-6)


def test_by_hand() -> None:
    """Chances 1/4, 1/4, 1/2."""
    logits = torch.tensor([[0.0, 0.0, 1.0]]).mul(torch.tensor(2.0).log())
    found, gradient, *_ = both(logits, torch.tensor([2]))
    assert found.item() == pytest.approx(0.6931472)
    assert torch.allclose(3 * gradient, torch.tensor([[0.25, 0.25, -0.5]]))


def test_no_rows() -> None:
    logits = torch.zeros(0, 7, requires_grad=True)
    loss = surprise(logits, torch.zeros(0, dtype=torch.int64))
    loss.backward()
    assert loss.item() == 0
    assert logits.grad is not None
    assert logits.grad.shape == (0, 7)
