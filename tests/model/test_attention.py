"""Backends agree, and no sentence reaches another one.

Where there is no GPU, the flash kernels are stood in for by plain torch under their documented
signatures; the tests marked `cuda` run the real ones where there is one.
"""

import importlib.util
import inspect
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from importlib.machinery import ModuleSpec
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import varlen

from pngnw.core.errors import UserError
from pngnw.model.attention import (
    Backend,
    Packing,
    attend,
    choose_backend,
    matmul_attention,
)
from pngnw.model.inputs import Inputs, assemble
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Sentences
from tests.model.synthetic import MODEL, corpus
from tests.model.test_network import encoder

SENTENCES = Sentences.from_table(corpus(seed=1, count=10))
BATCH = assemble(SENTENCES, np.arange(10), MODEL)
KERNELS = ("flash_attn", "torch")
HALF = {"atol": 0.02, "rtol": 0.02}  # bfloat16 keeps 8 bits


def on_cuda(test: Callable[..., None]) -> Callable[..., None]:
    without = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
    return pytest.mark.cuda(without(test))


def plain(
    query: Tensor, key: Tensor, value: Tensor, starts: Tensor, same: Tensor, longest: int, also: int
) -> Tensor:
    """What both kernels document, sentence by sentence, in the precision they keep."""
    assert query.dtype == key.dtype == value.dtype == torch.bfloat16
    assert starts.dtype == torch.int32
    assert torch.equal(starts, same)
    assert starts[[0, -1]].tolist() == [0, len(query)]
    assert longest == also >= int(starts.diff().max())
    parts = [x.float().split(starts.diff().tolist()) for x in (query, key, value)]
    mixed = [
        torch.einsum("ahd,bhd->hab", q, k).mul(q.shape[-1] ** -0.5).softmax(-1) @ v.transpose(0, 1)
        for q, k, v in zip(*parts, strict=True)
    ]
    return torch.cat([part.transpose(0, 1) for part in mixed]).to(query.dtype)


def flash_attn_varlen_func(
    q: Tensor, k: Tensor, v: Tensor, cu_seqlens_q: Tensor, cu_seqlens_k: Tensor,
    max_seqlen_q: int, max_seqlen_k: int, dropout_p: float = 0.0,
    softmax_scale: float | None = None, causal: bool = False,
) -> Tensor:  # fmt: skip
    """flash-attn 2's signature, without the options that nobody here may pass."""
    assert (dropout_p, softmax_scale, causal) == (0.0, None, False)
    return plain(q, k, v, cu_seqlens_q, cu_seqlens_k, max_seqlen_q, max_seqlen_k)


def stand_in(monkeypatch: pytest.MonkeyPatch, kernel: str) -> None:
    """Put `plain` in the place of a kernel; the other library is absent."""
    if kernel == "flash_attn":
        module = ModuleType("flash_attn")
        module.__spec__ = ModuleSpec("flash_attn", None)
        module.flash_attn_varlen_func = flash_attn_varlen_func  # type: ignore[attr-defined]  # made here
        monkeypatch.setitem(sys.modules, "flash_attn", module)
        return
    real = inspect.signature(varlen.varlen_attn)

    def varlen_attn(*args: object, **options: object) -> Tensor:
        bound = real.bind(*args, **options)
        assert set(bound.arguments) == {*list(real.parameters)[:7]}
        return plain(*bound.args)

    monkeypatch.setitem(sys.modules, "flash_attn", None)
    monkeypatch.setattr(varlen, "varlen_attn", varlen_attn)


def mixed(backend: Backend, inputs: Inputs = BATCH, device: str = "cpu") -> tuple[Tensor, Tensor]:
    """Attention over random states, and the gradient of a random projection of it."""
    generator = torch.Generator().manual_seed(0)
    qkv = torch.randn(len(inputs.token), 3, 2, 16, generator=generator).to(device).requires_grad_()
    toward = torch.randn(len(inputs.token), 2, 16, generator=generator).to(device)
    out = attend(qkv, Packing.of(inputs.to(device), backend))
    (out * toward).sum().backward()
    assert qkv.grad is not None
    return out.detach(), qkv.grad


@pytest.mark.parametrize("kernel", KERNELS)
def test_flash_agrees_with_sdpa(kernel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out, gradient = mixed("sdpa")
    stand_in(monkeypatch, kernel)
    flash_out, flash_gradient = mixed("flash")
    assert flash_out.dtype == flash_gradient.dtype == torch.float32
    assert not torch.equal(flash_out, out)  # it did run in bfloat16
    torch.testing.assert_close(flash_out, out, **HALF)
    torch.testing.assert_close(flash_gradient, gradient, **HALF)


def test_matmul_attention_has_values_and_gradients_of_sdpa() -> None:
    packing = Packing.of(BATCH, "sdpa")
    generator = torch.Generator().manual_seed(0)
    shape = (len(BATCH), 2, packing.max_seqlen, 16)
    parts = [torch.randn(shape, generator=generator).requires_grad_() for _ in range(3)]
    toward = torch.randn(shape, generator=generator)
    expected = functional.scaled_dot_product_attention(*parts, attn_mask=packing.mask)
    out = matmul_attention(*parts, packing.mask)
    torch.testing.assert_close(out, expected, atol=1e-5, rtol=1e-5)
    gradients = torch.autograd.grad((out * toward).sum(), parts)
    expected_gradients = torch.autograd.grad((expected * toward).sum(), parts)
    torch.testing.assert_close(gradients, expected_gradients, atol=1e-5, rtol=1e-5)


def states_and_gradients(
    net: PnGNWEncoder, inputs: Inputs, half: bool
) -> tuple[Tensor, list[Tensor]]:
    """States of the second sentence, and what a loss on these alone sends to every weight."""
    net.zero_grad()
    with torch.autocast("cpu", torch.bfloat16) if half else nullcontext():
        states = net(inputs)[inputs.starts[1] : inputs.starts[2]]
    states.float().pow(3).sum().backward()
    return states.detach(), [p.grad.clone() for p in net.parameters() if p.grad is not None]


def swap_words(inputs: Inputs, sentence: int) -> Inputs:
    """The batch with other tokens, word values, types and positions in one sentence."""
    rows = slice(int(inputs.starts[sentence]) + 1, int(inputs.starts[sentence + 1]) - 1)

    def turned(values: Tensor) -> Tensor:
        out = values.clone()
        out[rows] = values[rows].flip(0)
        return out

    names = ("token", "word_value", "word_type", "segment")
    positions = {kind: turned(values) for kind, values in inputs.positions.items()}
    return replace(inputs, positions=positions, **{n: turned(getattr(inputs, n)) for n in names})


@pytest.mark.parametrize("half", [False, True])
def test_what_a_neighbor_says_changes_no_bit(half: bool) -> None:
    net = encoder()
    inputs = assemble(SENTENCES, np.array([7, 2, 4]), MODEL)
    assert len(set(inputs.starts.diff().tolist())) == 3  # so there is padding
    states, gradients = states_and_gradients(net, inputs, half)
    for neighbor in (0, 2):
        again, gradients_again = states_and_gradients(net, swap_words(inputs, neighbor), half)
        assert torch.equal(again, states)
        assert all(map(torch.equal, gradients_again, gradients))


def test_the_backend_follows_setting_and_device() -> None:
    cpu, cuda = torch.device("cpu"), torch.device("cuda")
    with pytest.raises(UserError, match=r"model\.attention.*CUDA"):
        choose_backend("flash", cpu)
    assert [choose_backend(setting, cpu) for setting in ("auto", "sdpa")] == ["sdpa", "sdpa"]
    assert [choose_backend(setting, cuda) for setting in ("auto", "flash", "sdpa")] == [
        "flash", "flash", "sdpa"
    ]  # fmt: skip


@on_cuda
@pytest.mark.parametrize("kernel", KERNELS)
def test_real_kernels_agree_with_sdpa(kernel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if kernel == "flash_attn" and importlib.util.find_spec("flash_attn") is None:
        pytest.skip("flash-attn is not installed")
    if kernel == "torch":
        monkeypatch.setitem(sys.modules, "flash_attn", None)
    for actual, expected in zip(mixed("flash", device="cuda"), mixed("sdpa"), strict=True):
        torch.testing.assert_close(actual.cpu(), expected, **HALF)


@on_cuda
@pytest.mark.parametrize("attention", ["sdpa", "flash"])
def test_encoder_on_cuda_agrees_with_the_cpu(attention: str) -> None:
    net = encoder()
    expected = net(BATCH)
    net.config = MODEL.model_copy(update={"attention": attention})
    states = net.to("cuda")(BATCH.to("cuda"))
    torch.testing.assert_close(states.cpu(), expected, atol=0.05, rtol=0.05)
