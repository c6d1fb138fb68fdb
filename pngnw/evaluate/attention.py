"""What the decoder asks of an attention, and which attentions there are.

Guarantees: no state on `self`: what a step needs from the one before is passed in and out, so one
module serves any number of sequences at once. What does not change over the steps of a sequence
is computed once, in `prepare`. Padded tokens get weight 0.

Letters: B sequences, P tokens, M memory width, Q query width.
"""

from typing import Any, Protocol

from torch import Tensor

from pngnw.evaluate.location import LocationSensitive
from pngnw.evaluate.relative import DynamicConvolution, GaussianMixture


class State(Protocol):
    """What one step leaves to the next: its weights, and whatever else this attention needs."""

    @property
    def last(self) -> Tensor:
        """The step's weights, [B, P]."""


class Attention(Protocol):
    """Each attention has types of its own for what it prepares and for its state."""

    def prepare(self, memory: Tensor, valid: Tensor) -> Any:
        """What stays the same over the steps; memory [B, P, M], real tokens [B, P] bool."""

    def start(self, prepared: Any) -> State:
        """The state before the first step."""

    def __call__(self, query: Tensor, state: Any, prepared: Any) -> State:
        """Query [B, Q] and the last step's state to this step's."""


def build(name: str, query: int, memory: int) -> Attention:
    """An attention that `evaluate.attentions` names: lsa, dca or gmm."""
    if name == "lsa":
        return LocationSensitive(query, memory)
    return DynamicConvolution(query) if name == "dca" else GaussianMixture(query)
