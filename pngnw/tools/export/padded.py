"""The encoder on padded arrays, for runtimes that know tensors alone (ONNX).

Guarantees: the same numbers as `PnGNWEncoder` on unpadded rows and `Heads.emoji`, to rounding: its
embeddings, layers and heads run on rows of which some are padding. What it trades away: it computes
padding too, and is not meant to be trained.

Letters: B sentences, L longest sequence, P the most phonemes, H width.
"""

from typing import Any

import torch
from torch import Tensor, nn

from pngnw.model.attention import Packing
from pngnw.model.heads import Heads
from pngnw.model.inputs import Inputs
from pngnw.model.network import PnGNWEncoder
from pngnw.tools.export.feeder import input_names, position_names


class PaddedEncoder(nn.Module):
    """Padded inputs to phoneme states, sentence states and emoji probabilities.

    Args:
        encoder: a trained one; its parameters are shared, not copied.
        heads: those trained with it.
    """

    def __init__(self, encoder: PnGNWEncoder, heads: Heads) -> None:
        super().__init__()
        self.names = input_names(encoder.config)
        self.kinds = position_names(encoder.config)
        self.encoder = encoder
        self.heads = heads

    def forward(self, *arrays: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Encode a batch.

        Args:
            arrays: int64, in the order of `names`; shapes are in `pngnw.tools.export.feeder`.

        Returns:
            hidden [B, P, H], zero where padded; sentence [B, H]; emoji [B, 64], whose rows add up
            to 1; all float32.
        """
        given = dict(zip(self.names, arrays, strict=True))
        length, phoneme_length = given["length"], given["phoneme_length"]
        real = _within(length, given["token"].shape[1])
        states = self._states(given, real)
        sentence = (states * real[..., None]).sum(1) / length[:, None]
        most: Any = phoneme_length.max().item()  # `int` of it could not be traced
        torch._check(most >= 1)  # type: ignore[no-untyped-call] # the exporter cannot know
        phoneme_side = states.index_select(1, 1 + torch.arange(most, device=length.device))
        valid = _within(phoneme_length, most)
        emoji = self.heads.emoji(phoneme_side, valid).logits.softmax(-1)
        return phoneme_side * valid[..., None], sentence, emoji

    def _states(self, given: dict[str, Tensor], real: Tensor) -> Tensor:
        """[B, L, H]; what stands beyond a sentence's length means nothing."""
        encoder = self.encoder
        token = given["token"]
        batch, longest = token.shape
        rows = torch.arange(batch * longest, device=token.device)
        packing = Packing(
            backend="sdpa",
            rows=batch * longest,
            cu_seqlens=torch.arange(batch + 1, device=token.device) * longest,
            max_seqlen=longest,
            indices=rows,
            mask=real[:, None, None, :],
        )
        inputs = Inputs(
            token=token,
            word_value=given.get("word_value", token),
            word_type=given.get("word_type", token),
            segment=given.get("segment", token),
            positions={kind: given[kind] for kind in self.kinds},
            word=token,
            first_of_piece=token,
            starts=packing.cu_seqlens,
            phoneme_lengths=given["phoneme_length"],
            max_length=longest,
        )
        x = encoder.embeddings(inputs).flatten(0, 1)
        position = torch.arange(longest, device=token.device).repeat(batch)
        rope = None if encoder.rotary is None else encoder.rotary(position)
        for layer in encoder.layers:
            x = layer(x, packing, rope)
        out: Tensor = encoder.norm(x).view(batch, longest, -1)
        return out


def _within(lengths: Tensor, size: int) -> Tensor:
    """[B, size] bool, true before each sentence's length."""
    return torch.arange(size, device=lengths.device) < lengths[:, None]
