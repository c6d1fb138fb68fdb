"""The decoder sees the past alone, and its loop-free parts equal a plain LSTM cell."""

import pytest
import torch

from pngnw.evaluate.decoder import Decoder, lstm_step

ATTENTIONS, REDUCTIONS = ("lsa", "dca", "gmm"), (1, 2, 3, 5)


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_step_depends_on_earlier_frames_alone(attention: str, reduction: int) -> None:
    torch.manual_seed(0)
    decoder = Decoder(memory=6, width=8, reduction=reduction, attention=attention).eval()
    memory, valid = torch.randn(2, 5, 6), torch.ones(2, 5, dtype=torch.bool)
    mel = torch.randn(2, 4 * reduction, 80)
    changed = mel.clone()
    changed[:, 2 * reduction :] += 1.0
    generator = torch.Generator()
    before = decoder(memory, valid, mel, generator)
    after = decoder(memory, valid, changed, generator)
    assert before.mel.shape == mel.shape
    assert before.stop.shape == (2, 4)
    assert before.attention.shape == (2, 4, 5)
    torch.testing.assert_close(before.mel[:, : 3 * reduction], after.mel[:, : 3 * reduction])
    assert not torch.allclose(before.mel[:, 3 * reduction :], after.mel[:, 3 * reduction :])
    if attention != "gmm":  # whose weights are densities
        torch.testing.assert_close(before.attention.sum(2), torch.ones(2, 4))


def talkative(attention: str, reduction: int) -> Decoder:
    """A decoder with random weights everywhere: what it says depends on text and history."""
    torch.manual_seed(3)
    decoder = Decoder(memory=6, width=8, reduction=reduction, attention=attention).eval()
    with torch.no_grad():
        for weight in decoder.parameters():
            weight.add_(torch.randn_like(weight) * 0.3)
    return decoder


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_free_running_is_teacher_forcing_on_what_it_said(attention: str, reduction: int) -> None:
    decoder = talkative(attention, reduction)
    memory = torch.randn(3, 5, 6)
    valid = torch.arange(5) < torch.tensor([5, 3, 4])[:, None]
    with torch.no_grad():
        decoder.stop.bias.fill_(-100.0)
        spoken = decoder.free_running(memory, valid, limit=7)
        assert spoken.mel.shape == (3, 7 * reduction, 80)
        assert spoken.steps.tolist() == [7, 7, 7]
        assert not spoken.stopped.any()
        forced = decoder(memory, valid, spoken.mel, torch.Generator())
    torch.testing.assert_close(forced.mel, spoken.mel, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(forced.attention, spoken.attention, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_free_running_stops_where_the_stop_token_says(reduction: int) -> None:
    decoder = talkative("lsa", reduction)
    memory, valid = torch.randn(4, 5, 6), torch.ones(4, 5, dtype=torch.bool)
    with torch.no_grad():
        decoder.stop.bias.fill_(-100.0)
        mel = decoder.free_running(memory, valid, limit=9).mel
        logits = decoder(memory, valid, mel, torch.Generator()).stop + 100.0
        # A bias with which two of the four never stop.
        bias = -float(logits.max(dim=1).values.sort().values[1:3].mean())
        decoder.stop.bias.fill_(bias)
        spoken = decoder.free_running(memory, valid, limit=9)
    assert int(spoken.stopped.sum()) == 2
    for row in range(4):
        over = torch.nonzero(logits[row] + bias > 0).flatten().tolist()
        assert spoken.steps[row] == (over[0] + 1 if over else 9)
        assert bool(spoken.stopped[row]) == bool(over)
    with torch.no_grad():
        decoder.stop.bias.fill_(100.0)
        assert decoder.free_running(memory, valid, limit=9).mel.shape[1] == reduction


def test_free_running_refuses_training_mode() -> None:
    decoder = talkative("dca", 1).train()
    with pytest.raises(RuntimeError, match="eval mode"):
        decoder.free_running(torch.randn(1, 5, 6), torch.ones(1, 5, dtype=torch.bool), limit=1)


def test_lstm_step_is_torch_s() -> None:
    torch.manual_seed(0)
    cell = torch.nn.LSTMCell(3, 4)
    x, state = torch.randn(2, 3), (torch.randn(2, 4), torch.randn(2, 4))
    gates = cell.weight_ih @ x.t() + cell.weight_hh @ state[0].t()
    i, f, g, o = (gates.t() + cell.bias_ih + cell.bias_hh).chunk(4, dim=1)
    hidden, memory = lstm_step(torch.cat((i, f, o, g), dim=1), state[1])
    expected = cell(x, state)
    torch.testing.assert_close(hidden, expected[0])
    torch.testing.assert_close(memory, expected[1])


def test_prenet_dropout_comes_from_the_generator_and_only_in_training() -> None:
    torch.manual_seed(0)
    decoder = Decoder(memory=6, width=8, reduction=1, attention="lsa")
    memory, valid, mel = (
        torch.randn(1, 3, 6),
        torch.ones(1, 3, dtype=torch.bool),
        torch.ones(1, 5, 80),
    )

    def out(seed: int) -> torch.Tensor:
        mels: torch.Tensor = decoder(memory, valid, mel, torch.Generator().manual_seed(seed)).mel
        return mels

    assert torch.equal(out(1), out(1))
    assert not torch.equal(out(1), out(2))
    decoder.eval()
    assert torch.equal(out(1), out(2))


def test_the_stop_token_teaches_the_stop_token_alone() -> None:
    torch.manual_seed(0)
    decoder = Decoder(memory=6, width=8, reduction=1, attention="lsa")
    memory = torch.randn(1, 3, 6, requires_grad=True)
    valid, mel = torch.ones(1, 3, dtype=torch.bool), torch.randn(1, 5, 80)
    decoder(memory, valid, mel, torch.Generator()).stop.sum().backward()
    assert memory.grad is None
    assert decoder.stop.weight.grad is not None
