"""Windows around every token of attention weights, as views of one padded buffer.

Letters: B sequences, P tokens, C channels, K = 2 reach + 1 taps.
"""

from torch import Tensor
from torch.nn import functional


def windows(weights: Tensor, reach: int) -> Tensor:
    """Windows around every token: [B, C, P] to [B, C · K, P]."""
    batch, channels, tokens = weights.shape
    taps = 2 * reach + 1
    cut = functional.pad(weights, (reach, reach)).unfold(-1, tokens, 1)  # [B, C, K, P]
    return cut.reshape(batch, channels * taps, tokens)


class Around:
    """Weights with zeros around them.

    Attributes:
        inner: [C, B, P], the weights: write here.
        windows: [C, K, B, P], a view: tap k of token p is the weight of token p + k - reach.
    """

    def __init__(self, channels: int, batch: int, tokens: int, reach: int, like: Tensor) -> None:
        line = tokens + 2 * reach
        padded = like.new_zeros(channels, batch, line)
        self.inner = padded[:, :, reach : reach + tokens]
        shape = (channels, 2 * reach + 1, batch, tokens)
        self.windows = padded.as_strided(shape, (batch * line, 1, line, 1))


def skewed(
    channels: int, taps: int, batch: int, tokens: int, reach: int, like: Tensor
) -> tuple[Tensor, Tensor]:
    """Room for the gradient of windows, and a view that adds up to that of the weights.

    Rows of the view lie one element apart, so that its sum over taps collects each token's
    gradient from all its windows; the first `reach` columns of the sum are padding.

    Returns:
        [C, K, B, P + 2 reach] zeros, of which the first P columns are to be written, and the view.
    """
    line = tokens + 2 * reach
    room = like.new_zeros(channels, taps, batch, line)
    view = room.as_strided(room.shape, (taps * batch * line, batch * line - 1, line, 1))
    return room, view
