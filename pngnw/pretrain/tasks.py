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
Words of a list (`pngnw.pretrain.word_lists`) have no context: each is either `g2p` or `p2g`.

Guarantees: but for `keep`, nothing the model sees depends on what it must predict, except how
many phonemes and graphemes the word has, which the number of masks shows by construction. A word
value is a spelling, and a word type (capitals) belongs to it, so both are masked wherever the
spelling is; the alignment of phonemes to wordpieces is masked with the phonemes. CLS and SEP are
never changed. Random phonemes and letters are drawn from all of their side's, also in the place
of a punctuation mark, so that the draw does not tell which it was.

Letters: B sentences, N tokens, W words, M target tokens, K target word values.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pngnw.align.symbols import TOKENS
from pngnw.core.ragged import gather, offsets
from pngnw.model.inputs import Inputs
from pngnw.model.layout import (
    FIRST_PIECE,
    GRAPHEME_SIDE,
    HIDDEN_TYPE,
    HIDDEN_WORD,
    MASK,
    PHONEME_SIDE,
    Layout,
    phonemes_only,
)
from pngnw.model.sentences import Int
from pngnw.params import Tasks

TASKS = ("none", "mlm", "random", "keep", "g2p", "p2g")
NONE, MLM, RANDOM, KEEP, G2P, P2G = range(6)
EVALUATION = 2**32 - 1  # the epoch of measurements: never one of training
_DRAWS_PER_WORD = 3
_OF_LISTS = Tasks(mlm=0.0, random=0.0, keep=0.0, g2p=0.6, p2g=0.4)
_TYPES = 5  # word types without "hidden"
Mask = NDArray[np.bool_]


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


def uniform_numbers(
    ids: NDArray[np.uint64], counts: Int, seed: int, epoch: int
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


def sample_tasks(uniform: NDArray[np.float64], tasks: Tasks) -> Int:
    """Uniform numbers [W] to tasks [W], with the probabilities in `tasks`."""
    edges = np.cumsum([tasks.mlm, tasks.random, tasks.keep, tasks.g2p, tasks.p2g])
    order = np.array([MLM, RANDOM, KEEP, G2P, P2G, NONE])
    return np.asarray(order[np.searchsorted(edges, uniform, side="right")])


def grapheme_ids(grapheme_unit: str, vocab_size: int) -> range:
    """Token ids from which random graphemes are drawn."""
    if grapheme_unit == "letter":
        return TOKENS.letters
    return range(len(TOKENS), len(TOKENS) + vocab_size)


def mask_tokens(
    whole: Layout,
    ids: NDArray[np.uint64],
    tasks: Tasks,
    vocab_size: int,
    graphemes: range,
    seed: int,
    epoch: int,
    spoken_only: Mask,
    lists: Mask | None = None,
) -> MaskedBatch:
    """Draw a task for every word of a batch and carry it out.

    Args:
        whole: the batch as it is.
        ids: [B] sentence ids.
        tasks: probabilities per word.
        vocab_size: of the wordpieces.
        graphemes: token ids that may stand on the grapheme side: see `grapheme_ids`.
        seed: below 2³².
        epoch: passes over the training split before this one.
        spoken_only: [B] the sentences that come as phonemes only.
        lists: [B] those that are lists of words; none if left out.
    """
    batch = phonemes_only(whole, spoken_only)
    starts, lengths = batch.starts[:-1], np.diff(batch.starts)
    words = batch.positions["rel_word"][starts + 1 + batch.phoneme_lengths] - 1  # SEP counts on

    # A sentence draws three numbers for each word, then one for each token.
    of_words = _DRAWS_PER_WORD * words
    uniform = uniform_numbers(ids, of_words + lengths, seed, epoch)
    first = offsets(of_words + lengths)[:-1]
    word_draws = uniform[gather(first, of_words)].reshape(-1, _DRAWS_PER_WORD)
    token_draws = uniform[gather(first + of_words, lengths)]
    task = sample_tasks(word_draws[:, 0], tasks)
    if lists is not None:
        of_lists = sample_tasks(word_draws[:, 0], _OF_LISTS)
        task = np.where(np.repeat(lists, words), of_lists, task)
    random_value = FIRST_PIECE + (word_draws[:, 1] * vocab_size).astype(np.int64)
    random_type = (word_draws[:, 2] * _TYPES).astype(np.int64)

    # CLS and SEP, whose word is -1, take that of the last word here and lose it again.
    task_of_token = np.where(batch.word >= 0, task[batch.word], NONE)
    mlm, replaced, keep, g2p, p2g = (task_of_token == t for t in (MLM, RANDOM, KEEP, G2P, P2G))
    phoneme, grapheme = batch.segment == PHONEME_SIDE, batch.segment == GRAPHEME_SIDE
    spelled = batch.word_value != HIDDEN_WORD
    masked = mlm | (g2p & phoneme) | (p2g & grapheme)
    start = np.where(phoneme, TOKENS.phonemes.start, graphemes.start)
    size = np.where(phoneme, len(TOKENS.phonemes), len(graphemes))
    random_token = start + (token_draws * size).astype(np.int64)

    def changed(values: Int, hidden: Mask, fill: int, random: Int) -> Int:
        return np.where(replaced, random, np.where(hidden, fill, values))

    shown = replace(
        batch,
        token=changed(batch.token, masked, MASK, random_token),
        word_value=changed(
            batch.word_value, masked | p2g, HIDDEN_WORD,
            np.where(spelled, random_value[batch.word], HIDDEN_WORD),
        ),
        word_type=changed(
            batch.word_type, mlm | p2g, HIDDEN_TYPE,
            np.where(spelled, random_type[batch.word], HIDDEN_TYPE),
        ),
    )  # fmt: skip
    target = masked | replaced | keep
    rows = np.flatnonzero(target)
    word_rows = np.flatnonzero((target | (p2g & ~spelled)) & batch.first_of_piece)
    pieces = whole.word_value[gather(whole.starts[:-1], lengths)] - FIRST_PIECE
    return MaskedBatch(
        inputs=Inputs.of(shown),
        task=torch.from_numpy(task),
        rows=torch.from_numpy(rows),
        tokens=torch.from_numpy(batch.token[rows]),
        word_rows=torch.from_numpy(word_rows),
        words=torch.from_numpy(pieces[word_rows]),
    )
