"""A small torchMoji of the tests' own: weights and vocabulary, the same on every machine."""

import json
from pathlib import Path

import torch

EMBEDDING, HIDDEN = 3, 4
WORDS = ["CUSTOM_MASK", "CUSTOM_UNKNOWN", "CUSTOM_AT", "CUSTOM_URL", "CUSTOM_NUMBER",
         "CUSTOM_BREAK", "i", "love", "mom's", "cooking", "..", "!!", "soo", "good", "<3",
         "red-haired", "?", "you", "'", '"']  # fmt: skip
VOCABULARY = {word: number for number, word in enumerate(WORDS)}


def state(
    words: int = len(WORDS), embedding: int = EMBEDDING, hidden: int = HIDDEN
) -> dict[str, torch.Tensor]:
    """A state dict with the published names: waves, each tensor begun a little later."""
    features = 4 * hidden + embedding
    shapes: dict[str, tuple[int, ...]] = {"embed.weight": (words, embedding)}
    for layer, incoming in enumerate((embedding, 2 * hidden)):
        for direction in ("", "_reverse"):
            shapes[f"lstm_{layer}.weight_ih_l0{direction}"] = (4 * hidden, incoming)
            shapes[f"lstm_{layer}.weight_hh_l0{direction}"] = (4 * hidden, hidden)
            shapes[f"lstm_{layer}.bias_ih_l0{direction}"] = (4 * hidden,)
            shapes[f"lstm_{layer}.bias_hh_l0{direction}"] = (4 * hidden,)
    shapes["attention_layer.attention_vector"] = (features,)
    shapes["output_layer.0.weight"] = (64, features)
    shapes["output_layer.0.bias"] = (64,)
    tensors = {}
    for number, (name, shape) in enumerate(shapes.items()):
        count = torch.Size(shape).numel()
        steps = torch.arange(count, dtype=torch.float64)
        tensors[name] = torch.sin(0.7 * steps + number).reshape(shape).float()
    return tensors


def write(folder: Path) -> Path:
    """Both files, under their published names; returns that of the weights."""
    (folder / "vocabulary.json").write_text(json.dumps(VOCABULARY))
    torch.save(state(), folder / "pytorch_model.bin")
    return folder / "pytorch_model.bin"
