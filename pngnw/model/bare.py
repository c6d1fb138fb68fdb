"""Sequences without CLS and SEP: what `model.specials: false` makes of a batch.

Guarantees: each sequence is `g… p…`, graphemes first, all positions from 0 and `abs_word` and
`abs_token` counted through both sides, as the first implementation (CookiePPP/pngnw_bert,
`WordpieceTokenizer.convert_string_to_model_inputs`) lays a sentence out.

Letters: B sentences, N tokens of all of them, M those that are neither CLS nor SEP.
"""

import torch
from torch import Tensor
from torch.nn import functional

from pngnw.model.inputs import PHONEME_SIDE, Inputs


def without_specials(inputs: Inputs) -> tuple[Inputs, Tensor]:
    """The same sentences without CLS and SEP, and the rows [M] of `inputs` that are left."""
    sentences = len(inputs)
    sentence = torch.repeat_interleave(
        torch.arange(sentences, device=inputs.token.device), inputs.starts.diff()
    )
    rows = inputs.word.ge(0).nonzero().squeeze(1)
    spoken = inputs.segment[rows] == PHONEME_SIDE
    order = (2 * sentence[rows] + spoken).argsort(stable=True)
    rows, spoken = rows[order], spoken[order]
    sentence = sentence[rows]
    lengths = torch.bincount(sentence, minlength=sentences)
    starts = functional.pad(lengths.cumsum(0), (1, 0))
    positions = {kind: values[rows] - 1 for kind, values in inputs.positions.items()}
    # On the grapheme side, where there is one, `abs_word` is ahead by the words and SEP.
    ahead = positions["abs_word"] - positions["rel_word"] - 1
    words = starts.new_zeros(sentences).scatter_reduce(0, sentence, ahead, "amax")
    positions["abs_word"] = positions["rel_word"] + words[sentence] * spoken
    positions["abs_token"] = torch.arange(len(rows), device=rows.device) - starts[sentence]
    return Inputs(
        token=inputs.token[rows],
        word_value=inputs.word_value[rows],
        word_type=inputs.word_type[rows],
        segment=inputs.segment[rows],
        positions=positions,
        word=inputs.word[rows],
        first_of_piece=inputs.first_of_piece[rows],
        starts=starts,
        phoneme_lengths=inputs.phoneme_lengths,
        max_length=int(lengths.max()) if sentences else 0,
    ), rows
