"""bshall/Tacotron, from a checkout: `PEER_BSHALL_TACOTRON` names it. CPU, fp32, its own step.

Its config.toml at half its widths, so that memory and LSTMs are as wide as ours; without the
gradient scaler, which is for half precision. It makes two frames a step and nothing else, and its
decoder has two LSTMs after the attention, ours one.
"""

import importlib.util
import os
import sys
import tomllib
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.workers.speak import BANDS, SYMBOLS, Pairs, Size, serve_updates

REDUCTION = 2
# Numbers of its config that are no width.
KEPT = {"K", "n_highways", "n_symbols", "n_mels", "reduction_factor", "dropout", "zoneout_prob"}


def load(size: Size) -> tuple[Callable[[Pairs], Any], Callable[[Any], None]]:
    """Draw and update."""
    folder = Path(os.environ["PEER_BSHALL_TACOTRON"]) / "tacotron"
    for name in ("importlib_resources", "toml"):  # for downloading weights
        sys.modules.setdefault(name, types.ModuleType(name))
    spec = importlib.util.spec_from_file_location("bshall_tacotron", folder / "model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    config = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))["model"]

    torch.manual_seed(0)
    model = module.Tacotron(**_sized(config, size.width / config["decoder"]["attn_rnn_size"]))
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def draw(pairs: Pairs) -> Any:
        tokens, frames = torch.tensor(pairs).T
        longest = -(-int(frames.max()) // REDUCTION) * REDUCTION
        text = torch.randint(SYMBOLS, (len(pairs), int(tokens.max())))
        return text, torch.randn(len(pairs), BANDS, longest)

    def update(batch: Any) -> None:
        text, mel = batch
        optimizer.zero_grad()
        spoken, _ = model(text, mel)
        loss = functional.l1_loss(spoken, mel)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.05)
        optimizer.step()
        loss.item()

    return draw, update


def _sized(config: dict[str, Any], factor: float) -> dict[str, Any]:
    """Every width times a factor, but for that of the attention, which is ours already."""
    sized: dict[str, Any] = {}
    for name, value in config.items():
        if isinstance(value, dict):
            sized[name] = value if name == "attention" else _sized(value, factor)
        else:
            sized[name] = (
                value
                if name in KEPT or (name == "input_size" and value == BANDS)
                else int(value * factor)
            )
    if "attention" in sized:
        sized["attention"] = {**sized["attention"], "attn_rnn_size": sized["attn_rnn_size"]}
    return sized


if __name__ == "__main__":
    serve_updates(load)
