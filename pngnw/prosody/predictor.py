"""A small predictor of prosody on the states of a text encoder.

Two convolutions of 3 tokens with ReLU, LayerNorm and dropout, as FastSpeech 2's variance predictors
(Ren et al. 2021, 2006.04558, section 2.3), one trunk for all targets; then a linear layer on each
token for the numbers, and one on each word (the mean of its tokens beside its last one) for the
classes. The loss is the mean squared error of standardized numbers plus the cross entropy of
classes, each target with the same say.

Letters: B utterances, P the most tokens, T tokens and W words of all of them, E width, K classes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pngnw.arms.encoders import TextEncoder
from pngnw.arms.text import TextBatch
from pngnw.core.ragged import gather
from pngnw.model.sentences import Int
from pngnw.prosody.dataset import CLASSES, NUMBERS, ProsodySet

TAPS, LAYERS, DROPOUT = 3, 2, 0.2


@dataclass(frozen=True)
class Scale:
    """Mean and deviation of every number over the training part."""

    mean: Mapping[str, float]
    deviation: Mapping[str, float]

    @classmethod
    def of(cls, data: ProsodySet, rows: Int) -> "Scale":
        numbers = (name for name in data.targets if name in NUMBERS)
        known = {name: data.targets[name][data.at(name, rows)] for name in numbers}
        return cls(
            {name: float(np.nanmean(values)) for name, values in known.items()},
            {name: float(np.nanstd(values)) or 1.0 for name, values in known.items()},
        )


class Predictor(nn.Module):
    """An arm and the predictor on it.

    Args:
        text: the arm.
        data: says which targets there are.
        seed: of the initial weights, which are the same for all arms of one width.
    """

    def __init__(self, text: TextEncoder, data: ProsodySet, seed: int) -> None:
        super().__init__()
        self.text = text
        self.numbers: Final = [name for name in data.targets if name in NUMBERS]
        self.classes: Final = [name for name in data.targets if name in CLASSES]
        width = text.width
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.convolutions = nn.ModuleList(
                nn.Conv1d(width, width, TAPS, padding=TAPS // 2) for _ in range(LAYERS)
            )
            self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(LAYERS))
            self.to_numbers = nn.Linear(width, max(len(self.numbers), 1))
            self.to_classes = nn.ModuleDict(
                {name: nn.Linear(2 * width, CLASSES[name]) for name in self.classes}
            )
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, batch: TextBatch) -> dict[str, Tensor]:
        """By target, in the order of the batch: numbers [T], standardized, and log-probabilities
        of classes [W, K]."""
        real = batch.mask[..., None]
        x = self.text(batch)
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = torch.relu(convolution(x.transpose(1, 2)).transpose(1, 2))
            x = self.dropout(norm(x)) * real
        tokens = x[batch.mask]
        numbers = self.to_numbers(tokens)
        words = _word_states(tokens, batch) if self.classes else tokens
        out = {name: numbers[:, n] for n, name in enumerate(self.numbers)}
        for name in self.classes:
            out[name] = functional.log_softmax(self.to_classes[name](words), dim=-1)
        return out


def _word_states(tokens: Tensor, batch: TextBatch) -> Tensor:
    """Of every word the mean of its tokens and the last one, [W, 2E]; zero without tokens."""
    start = batch.sentences.word_start
    words = gather(start[batch.indices], np.diff(start)[batch.indices])
    counts = batch.sentences.phonemes_per_word[words].astype(np.int64)
    count = torch.from_numpy(counts)
    word = torch.repeat_interleave(torch.arange(len(counts)), count)
    mean = tokens.new_zeros(len(counts), tokens.shape[1]).index_add(0, word, tokens)
    mean = mean / count.clamp(min=1)[:, None]
    last = tokens[(count.cumsum(0) - 1).clamp(min=0)] * (count > 0)[:, None]
    return torch.cat([mean, last], dim=1)


def loss(predicted: Mapping[str, Tensor], data: ProsodySet, rows: Int, scale: Scale) -> Tensor:
    """The mean over targets of each one's mean loss over what is known of some sentences."""
    losses = []
    for name, guess in predicted.items():
        at = data.at(name, rows)
        known, truth = torch.from_numpy(data.known(name)[at]), data.targets[name][at]
        if not known.any():
            continue
        if name in CLASSES:
            label = torch.from_numpy(truth)
            losses.append(functional.nll_loss(guess, label, ignore_index=-1))
        else:
            scaled = (truth - scale.mean[name]) / scale.deviation[name]
            target = torch.from_numpy(scaled.astype(np.float32))
            losses.append(functional.mse_loss(guess[known], target[known]))
    return torch.stack(losses).mean()
