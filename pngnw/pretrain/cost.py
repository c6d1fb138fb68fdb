"""What training costs: arithmetic by part of the model, speed, and the share of what is possible.

Operations are counted for the numbers a step needs, forward and backward, one for each addition
and each multiplication: nothing for padding, softmax, norms, activations and the optimizer. A
product with a matrix of n weights costs 2n per row, and twice that again backward (gradients of
rows and of weights), 6n in all. Attention costs 2·2·L²·H per layer forward for a sequence of L
tokens (scores, and their mixture), three times that with backward. Embeddings cost one addition
per number and table each way; the projection of sinusoids, once per batch, is left out.

Letters: N tokens, L tokens of a sequence, H width.
"""

import time
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from pngnw.model.heads import Heads
from pngnw.model.network import Embeddings, PnGNWEncoder
from pngnw.pretrain.loss import LOSSES, OF_WORDS, WORD

_SIDES = {"cpu": 1024, "cuda": 8192}  # of the square matrices that measure the peak
_SECONDS = 0.5


@dataclass
class Work:
    """What was trained, and its time without evaluation and checkpoints.

    Attributes:
        tokens, sentences, steps: of all processes together.
        squares: sum of L² over the sentences.
        targets: [10] predictions by part of the loss, see `loss.LOSSES`.
        seconds, loader_seconds: of the process that measures.
    """

    tokens: int = 0
    sentences: int = 0
    steps: int = 0
    squares: int = 0
    targets: Tensor = field(default_factory=lambda: torch.zeros(len(LOSSES), dtype=torch.int64))
    seconds: float = 0.0
    loader_seconds: float = 0.0

    def add(self, size: Tensor, counts: Tensor) -> None:
        """Count a step: `Step.size` of all processes, and number of targets by part of the loss."""
        tokens, squares, sentences = size.tolist()
        self.steps += 1
        self.tokens += tokens
        self.squares += squares
        self.sentences += sentences
        self.targets += counts


def operations(work: Work, encoder: PnGNWEncoder, heads: Heads) -> dict[str, float]:
    """Operations of all the work by part: embeddings, encoder, attention and heads."""
    width, depth = encoder.config.width, len(encoder.layers)
    tokens = int(work.targets[:WORD].sum())
    words, emoji, marks, *of_words = work.targets[WORD:].tolist()
    predictions = tokens * _weights(heads.token_transform, heads.token_out)
    if heads.word_transform is not None:
        predictions += words * (_weights(heads.word_transform) + encoder.vocab_size * width)
    predictions += emoji * _weights(heads.emoji_out)
    if heads.emoji_features is not None:
        predictions += emoji * _weights(heads.emoji_features)
    if emoji:  # transform and gate act on every phoneme: about half of the tokens
        predictions += work.tokens // 2 * _weights(heads.emoji_transform, heads.emoji_gate)
    predictions += marks * _weights(heads.mark_out)
    for name, count in zip(OF_WORDS, of_words, strict=True):
        if name in heads.of_words:
            predictions += count * _weights(heads.of_words[name])
    return {
        "embeddings": 2.0 * work.tokens * width * _tables(encoder.embeddings),
        "encoder": 6.0 * work.tokens * _weights(encoder.layers),
        "attention": 12.0 * work.squares * width * depth,
        "heads": 6.0 * predictions,
    }


def _weights(*modules: nn.Module) -> int:
    parts = [part for module in modules for part in module.modules()]
    return sum(part.weight.numel() for part in parts if isinstance(part, nn.Linear))


def _tables(embeddings: Embeddings) -> int:
    """Number of vectors that are added up for a token."""
    optional = (embeddings.word_value, embeddings.word_type, embeddings.segment)
    return 1 + sum(table is not None for table in optional) + len(embeddings.positions.kinds)


def matrix_peak(precision: str, device: torch.device) -> float:
    """Operations per second of the fastest of many square matrix products, for half a second."""
    side = _SIDES.get(device.type, _SIDES["cpu"])
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    left, right = torch.ones(2, side, side, dtype=dtype, device=device)
    best, end = float("inf"), time.perf_counter() + _SECONDS
    while time.perf_counter() < end:
        started = time.perf_counter()
        torch.mm(left, right)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        best = min(best, time.perf_counter() - started)
    return 2.0 * side**3 / best


def cost(
    work: Work, encoder: PnGNWEncoder, heads: Heads, precision: str, processes: int
) -> dict[str, Any]:
    """Figures for metrics/cost; a resumed run counts what it did itself, none if nothing.

    `share_of_matrix_peak` compares with what one process can do times their number.
    """
    device = heads.token_out.weight.device
    figures: dict[str, Any] = {
        "steps_run": work.steps,
        "processes": processes,
        "device": device.type,
        "threads": torch.get_num_threads(),
        "precision": precision,
        "parameters_encoder": sum(p.numel() for p in encoder.parameters()),
        "parameters_heads": sum(p.numel() for p in heads.parameters()),
    }
    if device.type == "cuda":
        figures["device_memory_mib"] = torch.cuda.max_memory_allocated(device) / 2**20
    if work.steps == 0:
        return figures
    parts = operations(work, encoder, heads)
    done, peak = sum(parts.values()), matrix_peak(precision, device)
    return figures | {
        "training_seconds": work.seconds,
        "tokens_per_second": work.tokens / work.seconds,
        "sentences_per_second": work.sentences / work.seconds,
        "loader_share": work.loader_seconds / work.seconds,
        "mflop_per_token": {name: n / work.tokens / 1e6 for name, n in parts.items()},
        "gflop_per_second": done / work.seconds / 1e9,
        "matrix_peak_gflop_per_second": peak / 1e9,
        "share_of_matrix_peak": done / work.seconds / peak / processes,
    }
