"""NVIDIA/tacotron2, from a checkout: `PEER_TACOTRON2` names it. CPU, fp32, its own training step.

With its postnet, which ours leaves out, or without (SPEAK_POSTNET is 1 or 0). In its favor: no
copying of batches, the mask of its time without CUDA. Where more than one frame is made a step,
which its hyperparameters call unsupported, its training works but for the masking of padded
outputs, which is left out.
"""

import importlib
import os
import sys
import types
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.workers.speak import BANDS, SYMBOLS, Pairs, Size
from benchmarks.workers.steps import serve_steps


class _Nothing(nn.Module):
    def forward(self, mel: Tensor) -> Tensor:
        return torch.zeros_like(mel)


def load() -> tuple[Callable[[Pairs], Any], Callable[[Any], None]]:
    """Draw and update."""
    size = Size.wanted()
    sys.path.insert(0, os.environ["PEER_TACOTRON2"])
    for name in ("librosa", "librosa.filters", "audio_processing", "stft"):  # audio, not used here
        sys.modules[name] = types.ModuleType(name)
    sys.modules["librosa.filters"].__dict__["mel"] = None
    sys.modules["audio_processing"].__dict__.update(
        dynamic_range_compression=None, dynamic_range_decompression=None
    )
    sys.modules["stft"].__dict__["STFT"] = None
    sys.modules["utils"] = _utils()
    module = importlib.import_module("model")
    criterion = importlib.import_module("loss_function").Tacotron2Loss()

    torch.manual_seed(0)
    model = module.Tacotron2(_hyperparameters(size)).train()
    if os.environ["SPEAK_POSTNET"] == "0":
        model.postnet = _Nothing()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-6)

    def draw(pairs: Pairs) -> Any:
        pairs = sorted(pairs, reverse=True)  # its packing wants the longest text first
        tokens, frames = torch.tensor(pairs).T
        longest = -(-int(frames.max()) // size.reduction) * size.reduction
        text = torch.randint(SYMBOLS, (len(pairs), int(tokens.max())))
        # Frames last in memory, as its view of several of them wants it.
        mel = torch.randn(len(pairs), longest, BANDS).transpose(1, 2)
        steps = torch.arange(longest // size.reduction)
        gate = ((steps + 1) * size.reduction >= frames[:, None]).float()
        return (text, tokens, mel, int(tokens.max()), frames), (mel, gate)

    def update(batch: Any) -> None:
        inputs, targets = batch
        model.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.item()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return draw, update


def _hyperparameters(size: Size) -> types.SimpleNamespace:
    """Its hparams.py, without TensorFlow, every width that of ours."""
    return types.SimpleNamespace(
        mask_padding=size.reduction == 1,
        fp16_run=False,
        n_mel_channels=BANDS,
        n_symbols=SYMBOLS,
        symbols_embedding_dim=size.width,
        encoder_kernel_size=5,
        encoder_n_convolutions=3,
        encoder_embedding_dim=size.width,
        n_frames_per_step=size.reduction,
        decoder_rnn_dim=size.width,
        prenet_dim=size.width,
        max_decoder_steps=1000,
        gate_threshold=0.5,
        p_attention_dropout=0.1,
        p_decoder_dropout=0.1,
        attention_rnn_dim=size.width,
        attention_dim=128,
        attention_location_n_filters=32,
        attention_location_kernel_size=31,
        postnet_embedding_dim=size.width,
        postnet_kernel_size=5,
        postnet_n_convolutions=5,
    )


def _utils() -> types.ModuleType:
    """Its utils.py without scipy and without CUDA."""
    utils = types.ModuleType("utils")

    def mask(lengths: Tensor) -> Tensor:
        return torch.arange(int(lengths.max())) < lengths[:, None]

    utils.__dict__.update(get_mask_from_lengths=mask, to_gpu=lambda x: x)
    return utils


if __name__ == "__main__":
    serve_steps(load)
