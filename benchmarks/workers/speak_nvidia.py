"""NVIDIA/tacotron2, from a checkout. CPU, fp32, its own training step.

In its favor: no copying of batches, the mask of its time without CUDA. Where more than one frame is
made a step, which its hyperparameters call unsupported, its training works but for the masking of
padded outputs, which is left out.
"""

import importlib
import sys
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import torch
from torch import Tensor, nn

from benchmarks.workers import Speak
from benchmarks.workers.steps import BANDS, SYMBOLS, Pairs, timed_steps


class _Nothing(nn.Module):
    def forward(self, mel: Tensor) -> Tensor:
        return torch.zeros_like(mel)


def load(checkout: str, width: int, reduction: int, postnet: bool) -> Speak:
    """Its model, every width that of ours; with its postnet, which ours leaves out, or without."""
    sys.path.insert(0, checkout)
    for name in ("librosa", "librosa.filters", "audio_processing", "stft"):  # audio, not used here
        sys.modules[name] = MagicMock()
    # Its utils.py without scipy and without CUDA.
    sys.modules["utils"] = MagicMock(get_mask_from_lengths=_mask, to_gpu=lambda x: x)
    module = importlib.import_module("model")
    criterion = importlib.import_module("loss_function").Tacotron2Loss()

    torch.manual_seed(0)
    model = module.Tacotron2(_hyperparameters(width, reduction)).train()
    if not postnet:
        model.postnet = _Nothing()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-6)

    def draw(pairs: Pairs) -> Any:
        pairs = sorted(pairs, reverse=True)  # its packing wants the longest text first
        tokens, frames = torch.tensor(pairs).T
        longest = -(-int(frames.max()) // reduction) * reduction
        text = torch.randint(SYMBOLS, (len(pairs), int(tokens.max())))
        # Frames last in memory, as its view of several of them wants it.
        mel = torch.randn(len(pairs), longest, BANDS).transpose(1, 2)
        steps = torch.arange(longest // reduction)
        gate = ((steps + 1) * reduction >= frames[:, None]).float()
        return (text, tokens, mel, int(tokens.max()), frames), (mel, gate)

    def update(batch: Any) -> None:
        inputs, targets = batch
        model.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.item()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return timed_steps(draw, update)


def _hyperparameters(width: int, reduction: int) -> SimpleNamespace:
    """Its hparams.py, without TensorFlow."""
    return SimpleNamespace(
        mask_padding=reduction == 1,
        fp16_run=False,
        n_mel_channels=BANDS,
        n_symbols=SYMBOLS,
        symbols_embedding_dim=width,
        encoder_kernel_size=5,
        encoder_n_convolutions=3,
        encoder_embedding_dim=width,
        n_frames_per_step=reduction,
        decoder_rnn_dim=width,
        prenet_dim=width,
        max_decoder_steps=1000,
        gate_threshold=0.5,
        p_attention_dropout=0.1,
        p_decoder_dropout=0.1,
        attention_rnn_dim=width,
        attention_dim=128,
        attention_location_n_filters=32,
        attention_location_kernel_size=31,
        postnet_embedding_dim=width,
        postnet_kernel_size=5,
        postnet_n_convolutions=5,
    )


def _mask(lengths: Tensor) -> Tensor:
    return torch.arange(int(lengths.max())) < lengths[:, None]
