"""How differences between states are told, on an encoder whose states are known."""

import pytest
import torch

from benchmarks.encode import _differences
from pngnw.encoder import EncoderOutput


def encoder(texts: list[str]) -> EncoderOutput:
    """States of 2, in company 0.000003 more, under autocast 0.1 less in one place."""
    lengths = torch.tensor([len(text) for text in texts])
    hidden = torch.full((len(texts), int(lengths.max()), 4), 2.0, dtype=torch.float64)
    hidden += 3e-6 * (len(texts) > 1)
    if torch.is_autocast_enabled("cpu"):
        hidden[0, 0, 0] -= 0.1
    for row, length in enumerate(lengths):
        hidden[row, length:] = torch.nan  # nobody may look at it
    some = [["x"]] * len(texts)
    return EncoderOutput(
        hidden=hidden,
        lengths=lengths,
        phonemes=some,
        words=some,
        word_index=[[0]] * len(texts),
        emoji=torch.zeros(len(texts), 64),
        sentence=torch.zeros(len(texts), 4),
        unspoken=some,
    )


def test_differences() -> None:
    most, mean, company = _differences(encoder, ["ab", "abcd"])
    assert most.ours == pytest.approx(0.1 / 2, rel=1e-4)
    assert mean.ours == pytest.approx(0.1 / 24**0.5 / 2, rel=1e-4)  # one of 24 numbers
    assert company.ours == pytest.approx(3.0)
