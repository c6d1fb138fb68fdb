"""Word-consistent masking: which words are masked, how, and what is to be predicted.

A task is drawn per word, from a counter-based generator keyed on seed, epoch and sentence id: the
same sentence gets the same masks in the same epoch, whatever batch, shard, process or resumed run
it turns up in.

| task | phoneme side | grapheme side | word values | word type | predicted |
|---|---|---|---|---|---|
| mlm | masked | masked | masked | masked | both sides |
| random | random phonemes | random graphemes | a random one | a random one | both sides |
| keep | unchanged | unchanged | unchanged | unchanged | both sides |
| g2p | masked | unchanged | masked on the phoneme side | unchanged | phoneme side |
| p2g | unchanged | masked | masked on both sides | masked | grapheme side |

`mlm`, `random` and `keep` are BERT's 80/10/10 (Devlin et al. 2019, section 3.1), word by word.

A sentence may come without its spelling (see `phonemes_only`): then there is no grapheme side, all
word values and types are hidden, and for `p2g` the word values are predicted from the phonemes.

Guarantees: but for `keep`, nothing the model sees depends on what it must predict, except how
many phonemes and graphemes the word has, which the number of masks shows by construction. A word
value is a spelling, and a word type (capitals) belongs to it, so both are masked wherever the
spelling is; the alignment of phonemes to wordpieces is masked with the phonemes. CLS and SEP are
never changed. Random phonemes and letters are drawn from all of their side's, also in the place
of a punctuation mark, so that the draw does not tell which it was.

Letters: B sentences, N tokens, W words, M target tokens, K target word values.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pngnw.align.symbols import TOKENS
from pngnw.model.inputs import (
    FIRST_PIECE,
    GRAPHEME_SIDE,
    HIDDEN_TYPE,
    HIDDEN_WORD,
    MASK,
    PHONEME_SIDE,
    Inputs,
    phonemes_only,
)
from pngnw.model.sentences import spans
from pngnw.params import Tasks

TASKS = ("none", "mlm", "random", "keep", "g2p", "p2g")
NONE, MLM, RANDOM, KEEP, G2P, P2G = range(6)
EVALUATION = 2**32 - 1  # the epoch of measurements: never one of training
_DRAWS_PER_WORD = 3
_TYPES = 5  # word types without "hidden"


@dataclass(frozen=True)
class MaskedBatch:
    """Inputs with words masked, and what was there. Tensors are int64.

    Attributes:
        inputs: what the model sees.
        task: [W] the task of every word of the batch, an index into `TASKS`.
        rows: [M] rows of `inputs` to predict, ascending and distinct.
        tokens: [M] the tokens that were there.
        word_rows: [K] rows of `inputs`: the first token of each wordpiece on a target side, and on
            the phoneme side of `p2g` words without a spelling.
        words: [K] the wordpieces that were there.
    """

    inputs: Inputs
    task: Tensor
    rows: Tensor
    tokens: Tensor
    word_rows: Tensor
    words: Tensor

    def to(self, device: torch.device) -> "MaskedBatch":
        moved: dict[str, Any] = {
            name: value.to(device)
            for name, value in vars(self).items()
            if isinstance(value, Tensor | Inputs)
        }
        return replace(self, **moved)


def uniform_numbers(
    ids: NDArray[np.uint64], counts: NDArray[np.int64], seed: int, epoch: int
) -> NDArray[np.float64]:
    """Uniform numbers in [0, 1): counts[i] of them for the sentence ids[i], concatenated.

    Each sentence's are the first of `Philox(key=[id, seed << 32 | epoch])`.
    """
    out = np.empty(int(counts.sum()))
    philox = np.random.Philox(key=np.array([0, (seed << 32 | epoch) % 2**64], dtype=np.uint64))
    generator, fresh = np.random.Generator(philox), philox.state
    ends = np.cumsum(counts)
    for sentence, start, end in zip(ids, ends - counts, ends, strict=True):
        fresh["state"]["key"][0] = sentence  # a new Philox would ask the system for entropy first
        philox.state = fresh
        generator.random(out=out[start:end])
    return out


def sample_tasks(uniform: NDArray[np.float64], tasks: Tasks) -> NDArray[np.int64]:
    """Uniform numbers [W] to tasks [W], with the probabilities in `tasks`."""
    edges = np.cumsum([tasks.mlm, tasks.random, tasks.keep, tasks.g2p, tasks.p2g])
    order = np.array([MLM, RANDOM, KEEP, G2P, P2G, NONE])
    return np.asarray(order[np.searchsorted(edges, uniform, side="right")])


def mask_tokens(
    inputs: Inputs,
    ids: NDArray[np.uint64],
    tasks: Tasks,
    vocab_size: int,
    graphemes: range,
    seed: int,
    epoch: int,
    spoken_only: Tensor | None = None,
) -> MaskedBatch:
    """Draw a task for every word of a batch and carry it out.

    Args:
        inputs: the batch as it is, on the CPU.
        ids: [B] sentence ids.
        tasks: probabilities per word.
        vocab_size: of the wordpieces.
        graphemes: token ids that may stand on the grapheme side: see `grapheme_ids`.
        seed: below 2³².
        epoch: passes over the training split before this one.
        spoken_only: [B] bool, the sentences that come as phonemes only; none if left out.
    """
    if spoken_only is None:
        spoken_only = torch.zeros(len(inputs), dtype=torch.bool)
    whole, inputs = inputs, phonemes_only(inputs, spoken_only)
    starts = inputs.starts.numpy()
    rel_word = inputs.positions["rel_word"].numpy()
    words = rel_word[starts[:-1] + 1 + inputs.phoneme_lengths.numpy()] - 1  # SEP counts on
    lengths = np.diff(starts)
    per_sentence = _DRAWS_PER_WORD * words + lengths
    uniform = uniform_numbers(ids, per_sentence, seed, epoch)
    first = np.cumsum(per_sentence) - per_sentence
    row_draws = uniform[
        np.repeat(first + _DRAWS_PER_WORD * words - starts[:-1], lengths) + np.arange(starts[-1])
    ]
    word_start = np.cumsum(words) - words
    word_first = np.repeat(first - _DRAWS_PER_WORD * word_start, words) + _DRAWS_PER_WORD * (
        np.arange(int(words.sum()))
    )
    task = sample_tasks(uniform[word_first], tasks)
    random_value = FIRST_PIECE + (uniform[word_first + 1] * vocab_size).astype(np.int64)
    random_type = (uniform[word_first + 2] * _TYPES).astype(np.int64)
    pieces = whole.word_value[_rows_kept(whole, inputs)]
    return _apply(inputs, pieces, task, row_draws, random_value, random_type, graphemes)


def _rows_kept(whole: Inputs, part: Inputs) -> Tensor:
    """For every row of `part`, sequences that were cut short, its row in `whole`: [N] int64."""
    return torch.from_numpy(spans(whole.starts[:-1].numpy(), part.starts.diff().numpy()))


def grapheme_ids(grapheme_unit: str, vocab_size: int) -> range:
    """Token ids from which random graphemes are drawn."""
    if grapheme_unit == "letter":
        return TOKENS.letters
    return range(len(TOKENS), len(TOKENS) + vocab_size)


def _apply(
    inputs: Inputs,
    pieces: Tensor,
    task: NDArray[np.int64],
    row_draws: NDArray[np.float64],
    random_value: NDArray[np.int64],
    random_type: NDArray[np.int64],
    graphemes: range,
) -> MaskedBatch:
    word, segment = inputs.word.numpy(), inputs.segment.numpy()
    inside = word >= 0
    # A special token takes the task of the last word here and loses it again in `inside`.
    task_of_row = np.where(inside, task[word], NONE)
    phoneme, grapheme = segment == PHONEME_SIDE, segment == GRAPHEME_SIDE

    masked = (
        (task_of_row == MLM) | ((task_of_row == G2P) & phoneme) | ((task_of_row == P2G) & grapheme)
    )
    value_masked = masked | (task_of_row == P2G)
    type_masked = (task_of_row == MLM) | (task_of_row == P2G)
    replaced = task_of_row == RANDOM
    start = np.where(phoneme, TOKENS.phonemes.start, graphemes.start)
    size = np.where(phoneme, len(TOKENS.phonemes), len(graphemes))
    random_token = start + (row_draws * size).astype(np.int64)

    def change(
        values: Tensor, mask: NDArray[np.bool_], fill: int, replacement: NDArray[Any]
    ) -> Tensor:
        out = np.where(mask, fill, values.numpy())
        return torch.from_numpy(np.where(replaced, replacement, out))

    target = masked | replaced | (task_of_row == KEEP)
    rows = np.flatnonzero(target)
    spelled = inputs.word_value.numpy() != HIDDEN_WORD
    from_phonemes = (task_of_row == P2G) & ~spelled
    word_rows = np.flatnonzero((target | from_phonemes) & inputs.first_of_piece.numpy())
    return MaskedBatch(
        inputs=replace(
            inputs,
            token=change(inputs.token, masked, MASK, random_token),
            word_value=change(
                inputs.word_value, value_masked, HIDDEN_WORD,
                np.where(spelled, random_value[word], HIDDEN_WORD),
            ),
            word_type=change(
                inputs.word_type, type_masked, HIDDEN_TYPE,
                np.where(spelled, random_type[word], HIDDEN_TYPE),
            ),
        ),
        task=torch.from_numpy(task),
        rows=torch.from_numpy(rows),
        tokens=inputs.token[rows],
        word_rows=torch.from_numpy(word_rows),
        words=pieces[word_rows] - FIRST_PIECE,
    )  # fmt: skip
