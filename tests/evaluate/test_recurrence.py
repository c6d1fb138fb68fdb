"""The written-out gradients against autograd's, on uneven lengths and with padding."""

import pytest
import torch

from pngnw.evaluate.decoder import Decoder
from pngnw.evaluate.recurrence import unroll


@pytest.mark.parametrize("attention", ["lsa", "dca"])
def test_outputs_and_gradients_equal_the_step_by_step_loop(attention: str) -> None:
    torch.manual_seed(0)
    decoder = Decoder(memory=6, width=8, reduction=2, attention=attention).double()
    with torch.no_grad():  # some weights start at zero, which would hide a wrong gradient
        for weight in decoder.parameters():
            weight.normal_(std=0.5)
    memory = torch.randn(3, 5, 6, dtype=torch.double, requires_grad=True)
    valid = torch.arange(5) < torch.tensor([5, 3, 1])[:, None]
    gates = torch.randn(7, 3, 32, dtype=torch.double, requires_grad=True)
    pull_hidden = torch.randn(7, 3, 8, dtype=torch.double)
    pull_context = torch.randn(7, 3, 6, dtype=torch.double)
    leaves = [
        memory,
        gates,
        decoder.attention_recurrent.weight,
        *decoder.attention.parameters(),
    ]
    recurrent = decoder.attention_recurrent.weight
    found = []
    for fused in (True, False):
        prepared = decoder.attention.prepare(memory, valid)
        if fused:
            out = unroll(gates, recurrent, memory, *decoder.attention.unrolled(prepared))
        else:
            out = decoder.step_by_step(gates, memory, prepared)
        value = (out.hidden * pull_hidden).sum() + (out.contexts * pull_context).sum()
        found.append((out, torch.autograd.grad(value, leaves)))
    with torch.no_grad():  # where one step's room serves all
        prepared = decoder.attention.prepare(memory, valid)
        bare = unroll(gates, recurrent, memory, *decoder.attention.unrolled(prepared))
    for a, b in zip(bare, found[0][0], strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-14)
    (fused_out, fused_grads), (plain_out, plain_grads) = found
    for a, b in zip((*fused_out, *fused_grads), (*plain_out, *plain_grads), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-11)
    assert (fused_out.weights[:, 2, 1:] == 0).all(), "padding gets no attention"
