"""The first implementation, from a checkout of its repository: `PEER_PNGNW_BERT` names it.

Its model as it trains it: two dense heads over 33,232 classes, activations computed anew in the
backward pass, padding attended, dropout, the emoji at every position. Its loader is not run: its
inputs are drawn at random (`benchmarks.workers.loop_original` runs both).
"""

import os
import sys
from collections.abc import Callable

import torch

from benchmarks.workers.steps import Size, lengths, serve_steps

EMOJI, CLASSES, IGNORED = 64, 33_232, -100
PREDICTED = 0.4  # of the words by its rates; the heads cost the same for any


def load(size: Size) -> Callable[[list[int]], None]:
    """The function that trains it."""
    update = trained(size)

    def step(words: list[int]) -> None:
        count = torch.tensor(lengths(words))
        inside = torch.arange(int(count.max())) < count[:, None]

        def drawn(classes: int) -> torch.Tensor:
            return torch.randint(classes, inside.shape) * inside

        def target() -> torch.Tensor:
            chosen = (torch.rand(inside.shape) < PREDICTED) & inside
            return drawn(CLASSES).masked_fill(~chosen, IGNORED)

        positions = ("rel_word", "abs_word", "rel_char", "abs_char")
        update(
            {
                "input_word_ids": drawn(CLASSES),
                "input_char_ids": drawn(CLASSES),
                "word_type_ids": drawn(2),
                "segment_ids": drawn(2),
                "subword_pos_ids": drawn(8),
                **{f"{name}_pos_ids": drawn(int(count.max())) for name in positions},
                "seq_word_ids_target": target(),
                "seq_char_ids_target": target(),
                "seq_moji_target": torch.rand(*inside.shape, EMOJI) * inside[..., None],
            }
        )

    return step


def trained(size: Size) -> Callable[[dict[str, torch.Tensor]], None]:
    """A model of random weights as the function that makes one update with what its loader gives.

    torch's AdamW stands for that of transformers 4, which it names and which is gone, and slower.
    """
    sys.path.insert(0, os.environ["PEER_PNGNW_BERT"])
    from pngnwbert.transformers_bert.configuration_bert import BertConfig
    from pngnwbert.transformers_bert.modeling_bert import PnGBert

    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=size.width,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        intermediate_size=4 * size.width,
    )
    model = PnGBert(config).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3.5e-5)

    def update(batch: dict[str, torch.Tensor]) -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=size.precision == "bf16"):
            out = model(**batch)
            loss = out["word_loss"] + out["char_loss"] + out["moji_loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return update


if __name__ == "__main__":
    serve_steps(load)
