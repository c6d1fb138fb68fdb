"""BertForMaskedLM of Hugging Face's transformers: padded batches, 15% of the tokens predicted.

As its documentation trains it: attention by torch's scaled_dot_product_attention, the vocabulary
scored at every position, AdamW, gradients clipped. No dropout, as in ours.
"""

import torch
from transformers import BertConfig, BertForMaskedLM

from benchmarks.workers import Speak
from benchmarks.workers.steps import PIECES, lengths, timed_steps

IGNORED = -100
SHARE = 0.15


def load(width: int, layers: int, heads: int, precision: str) -> Speak:
    """A model of random weights, and the function that trains it."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=PIECES,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * width,
        max_position_embeddings=1024,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    model = BertForMaskedLM(config).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

    def step(words: list[int]) -> None:
        count = torch.tensor(lengths(words))
        inside = torch.arange(int(count.max())) < count[:, None]
        tokens = torch.randint(PIECES, inside.shape)
        hidden = (torch.rand(inside.shape) < SHARE) & inside
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            loss = model(
                input_ids=tokens.masked_fill(hidden, 0),
                attention_mask=inside.long(),
                labels=tokens.masked_fill(~hidden, IGNORED),
            ).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return timed_steps(step)
