"""The published state dict, read without running anything in it, and checked.

Guarantees: every tensor that the network reads is there, in float32, with shapes that fit each
other; the widths follow from the file, so that a small network can stand in for the real one.
"""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from pngnw.core.errors import UserError

CLASSES = 64


@dataclass(frozen=True)
class Layer:
    """One direction of a recurrent layer, gates in the file's order: input, forget, cell, output.

    I is the width of what comes in, H of the state: [4H, I], [4H, H], [4H] (two biases, added).
    """

    weight_ih: torch.Tensor
    weight_hh: torch.Tensor
    bias: torch.Tensor


@dataclass(frozen=True)
class Weights:
    """All parameters. V words, E embedding, H state, F = 4H + E features, 64 classes."""

    embedding: torch.Tensor  # [V, E]
    layers: tuple[tuple[Layer, Layer], ...]  # (forward, backward), first layer first
    attention: torch.Tensor  # [F]
    output_weight: torch.Tensor  # [64, F]
    output_bias: torch.Tensor  # [64]


def read(path: Path) -> Weights:
    """Read a `pytorch_model.bin`.

    Raises:
        UserError: it is no such file, holds more than tensors, or a tensor is missing or does not
            fit.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        reason = " ".join(str(error).split()).split(".")[0]
        raise UserError(f"{path}: not a file of PyTorch weights ({reason})") from None
    if not isinstance(state, Mapping):
        raise UserError(f"{path}: not a state dict: it holds a {type(state).__name__}")
    return from_state(state, str(path))


def from_state(state: Mapping[str, object], origin: str = "state dict") -> Weights:
    """Check and arrange a state dict with the published names; `origin` names it in errors."""
    take = _Taker(state, origin)
    embedding = take("embed.weight", None, None)
    width = embedding.shape[1]
    hidden = take("lstm_0.weight_hh_l0", None, None).shape[1]
    features = 4 * hidden + width
    return Weights(
        embedding=embedding,
        layers=tuple(
            (
                _layer(take, f"lstm_{number}", "", incoming, hidden),
                _layer(take, f"lstm_{number}", "_reverse", incoming, hidden),
            )
            for number, incoming in enumerate((width, 2 * hidden))
        ),
        attention=take("attention_layer.attention_vector", features),
        output_weight=take("output_layer.0.weight", CLASSES, features),
        output_bias=take("output_layer.0.bias", CLASSES),
    )


def _layer(take: "_Taker", name: str, direction: str, incoming: int, hidden: int) -> Layer:
    return Layer(
        weight_ih=take(f"{name}.weight_ih_l0{direction}", 4 * hidden, incoming),
        weight_hh=take(f"{name}.weight_hh_l0{direction}", 4 * hidden, hidden),
        bias=take(f"{name}.bias_ih_l0{direction}", 4 * hidden)
        + take(f"{name}.bias_hh_l0{direction}", 4 * hidden),
    )


class _Taker:
    """Takes tensors out of a state dict by name and shape; None is any size."""

    def __init__(self, state: Mapping[str, object], origin: str) -> None:
        self._state = state
        self._origin = origin

    def __call__(self, name: str, *shape: int | None) -> torch.Tensor:
        tensor = self._state.get(name)
        if not isinstance(tensor, torch.Tensor):
            raise UserError(
                f"{self._origin}: tensor {name!r} is missing; these are not torchMoji's weights"
            )
        fits = tensor.ndim == len(shape) and all(
            wanted in (None, size) for wanted, size in zip(shape, tensor.shape, strict=True)
        )
        if not fits:
            wanted = " x ".join("any" if size is None else str(size) for size in shape)
            found = " x ".join(map(str, tensor.shape))
            raise UserError(f"{self._origin}: tensor {name!r} is {found}, it must be {wanted}")
        return tensor.detach().float()
