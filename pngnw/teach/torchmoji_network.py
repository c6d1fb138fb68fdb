"""The DeepMoji network: word numbers to a distribution over 64 emoji, and its 2,304 features.

    B  sentences      T  steps      N  words in all      V  words of the vocabulary
    E  embedding      H  state      F  = 4H + E features  (256, 512, 2,304 as published)

Guarantees: in fp32 the reference's answers (4e-7 off at most where it was run beside ours); a
sentence without words gets the features zero, hence the network's prior. Rows are worked on
in blocks of like length that depend on the rows alone, each on one thread, so that the number of
threads changes no byte. bf16 is about 1.7 times faster and off by up to 1e-3 in a probability.

Embedding and tanh, two bidirectional layers, the two layers' states and the embedding side by side
(second layer first), attention with one weight for each feature, softmax. Source: Felbo et al.
2017, section 3.2 and figure 1.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Final

import torch

from pngnw.teach.torchmoji_products import Linear, packable
from pngnw.teach.torchmoji_recurrence import Direction, Steps
from pngnw.teach.torchmoji_weights import CLASSES, Weights

# Sentences worked on together: fewer waste the processor's width, more gain nothing. A short list
# is halved as far as that pays, so that a second core has something to do.
LARGEST_BLOCK: Final = 64
SMALLEST_BLOCK: Final = 16


class Network:
    """The network on the CPU.

    Args:
        weights: its parameters; the widths follow from them.
        dtype: of the matrix products, float32 or bfloat16; states and sums are float32.
        threads: how many blocks are worked on at a time.
        packed: whether products go through oneDNN; None is where that can be had.
    """

    def __init__(
        self,
        weights: Weights,
        dtype: torch.dtype = torch.float32,
        threads: int = 1,
        packed: bool | None = None,
    ) -> None:
        packed = packable() if packed is None else packed
        self._embedding_VE = weights.embedding.tanh()
        self._layers = [
            [Direction(direction, dtype, packed) for direction in layer] for layer in weights.layers
        ]
        self._attention_F = weights.attention
        self._output = Linear(weights.output_weight, weights.output_bias, torch.float32, packed)
        self._hidden = weights.layers[0][0].weight_hh.shape[1]
        self._threads = threads

    @property
    def vocabulary(self) -> int:
        """How many words have an embedding."""
        return self._embedding_VE.shape[0]

    def __call__(self, rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Distributions [B, 64] and features [B, F] of sentences given as word numbers."""
        order = sorted(range(len(rows)), key=lambda row: -len(rows[row]))
        block = min(LARGEST_BLOCK, max(SMALLEST_BLOCK, (len(rows) + 1) // 2))
        blocks = [order[start : start + block] for start in range(0, len(order), block)]
        features_BF = torch.zeros(len(rows), self._attention_F.shape[0])
        probabilities = torch.zeros(len(rows), CLASSES)

        def work(block: list[int]) -> None:
            with torch.inference_mode():
                features_BF[block] = self._features([rows[row] for row in block])
                probabilities[block] = self._output(features_BF[block]).softmax(dim=1)

        with _threads(min(self._threads, len(blocks))) as pool:
            for _ in pool.map(work, blocks):
                pass
        return probabilities, features_BF

    def _features(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        """Features [B, F] of one block, longest sentence first."""
        steps = Steps.of([len(row) for row in rows])
        ids = [row[t] for t, size in enumerate(steps.sizes) for row in rows[:size]]
        return self._attend(self._states(ids, steps), steps, len(rows))

    def _states(self, ids: list[int], steps: Steps) -> torch.Tensor:
        """Second layer, first layer, embedding of every word, side by side: [N, F]."""
        H = self._hidden
        # What the first layer makes of a word before it knows the others: once for each word.
        distinct, place_N = torch.unique(torch.tensor(ids, dtype=torch.int64), return_inverse=True)
        words_DE = self._embedding_VE[distinct]
        states_NF = torch.empty(len(ids), self._attention_F.shape[0])
        states_NF[:, 4 * H :] = words_DE[place_N]
        for number, direction in enumerate(self._layers[0]):
            gates_DG = direction.incoming(words_DE)
            direction.run(
                partial(_gathered, gates_DG, place_N),
                steps,
                states_NF[:, (2 + number) * H : (3 + number) * H],
                backward=number == 1,
            )
        first_NI = states_NF[:, 2 * H : 4 * H].contiguous()
        for number, direction in enumerate(self._layers[1]):
            gates_NG = direction.incoming(first_NI)
            direction.run(
                partial(gates_NG.narrow, 0),
                steps,
                states_NF[:, number * H : (number + 1) * H],
                backward=number == 1,
            )
        return states_NF

    def _attend(self, states_NF: torch.Tensor, steps: Steps, sentences: int) -> torch.Tensor:
        """Mean of each sentence's states, weighted by attention: [B, F]; zero without words."""
        logits_N = states_NF @ self._attention_F
        logits_TB = torch.full((len(steps), sentences), -torch.inf)
        spans = [
            (size, slice(start, start + size))
            for size, start in zip(steps.sizes, steps.starts, strict=True)
        ]
        for t, (size, span) in enumerate(spans):
            logits_TB[t, :size] = logits_N[span]
        weights_TB = logits_TB.softmax(dim=0)  # not a number for a sentence without words: unread
        mean_BF = torch.zeros(sentences, states_NF.shape[1])
        for t, (size, span) in enumerate(spans):
            mean_BF[:size].addcmul_(states_NF[span], weights_TB[t, :size, None])
        return mean_BF


def _gathered(rows_DG: torch.Tensor, place_N: torch.Tensor, start: int, size: int) -> torch.Tensor:
    """Copies of the rows that `size` words from `start` on have in common."""
    return rows_DG[place_N[start : start + size]]


@contextmanager
def _threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that each compute on one core: PyTorch's own would only wait for each other."""
    with ThreadPoolExecutor(
        max(count, 1), initializer=torch.set_num_threads, initargs=(1,)
    ) as pool:
        yield pool
