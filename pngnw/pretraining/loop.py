"""The training loop: from a state to the state after the last step.

Guarantees: the losses depend on parameters, data and seed alone; a run that was killed and goes
on from a checkpoint has exactly the losses of one that never was (same machine, same threads).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from tqdm import tqdm

from pngnw.model.inputs import assemble
from pngnw.params import Params
from pngnw.pretraining.batches import Batches, Indices
from pngnw.pretraining.checkpoint import Store
from pngnw.pretraining.data import Split
from pngnw.pretraining.loss import NAMES, compare, count, predict, total
from pngnw.pretraining.optimizer import rate
from pngnw.pretraining.state import Entry, State
from pngnw.pretraining.tasks import Masked, grapheme_block, hide

Part = tuple[Masked, Tensor]  # what one forward pass takes
Batch = list[Part]  # what one update takes
LOG_EVERY = 20  # steps whose losses are averaged into one point of the curves


@dataclass
class Speed:
    """What this process trained, and how long that took without evaluation and checkpoints."""

    tokens: int = 0
    sentences: int = 0
    steps: int = 0
    seconds: float = 0.0
    loader_seconds: float = 0.0


def prepare(split: Split, indices: Indices, pieces: int, epoch: int, params: Params) -> Part:
    """Sentences with their words hidden, and the teacher's emoji, [B, 64] float32."""
    masked = hide(
        assemble(split.sentences, indices, params.model),
        split.sentences.id[indices],
        params.pretrain.tasks,
        pieces,
        grapheme_block(params.model.grapheme_unit, pieces),
        params.base.seed,
        epoch,
    )
    return masked, torch.from_numpy(split.emoji[indices]).float()


def gradients(state: State, batch: Batch, params: Params) -> tuple[Tensor, Tensor]:
    """Set every gradient to that of the whole batch's loss, whatever its parts.

    Returns:
        Sums and counts of the batch's losses, [7] each.
    """
    pretrain = params.pretrain
    for module in (state.encoder, state.heads):
        module.train()
        module.zero_grad(set_to_none=True)
    counts = torch.stack([count(masked, params) for masked, _ in batch]).sum(0)
    sums = torch.zeros(len(NAMES))
    for masked, teacher in batch:
        with torch.autocast("cpu", torch.bfloat16, enabled=pretrain.precision == "bf16"):
            logits = predict(state.encoder, state.heads, masked)
        part = compare(logits, masked, teacher, pretrain.emoji_loss)
        total(part, counts, pretrain.emoji_weight).backward()  # type: ignore[no-untyped-call] # torch types it not
        sums += part.detach()
    return sums, counts


def train_step(state: State, batch: Batch, params: Params) -> float:
    """One update, which `state.step` and `state.meter` count; returns its loss."""
    pretrain = params.pretrain
    sums, counts = gradients(state, batch, params)
    parameters = [*state.encoder.parameters(), *state.heads.parameters()]
    nn.utils.clip_grad_norm_(parameters, pretrain.clip)
    for optimizer in state.optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate(state.step, pretrain)
        optimizer.step()
    state.meter.add(sums, counts)
    state.step += 1
    return total(sums, counts, pretrain.emoji_weight).item()


def train(
    state: State,
    split: Split,
    params: Params,
    store: Store,
    validate: Callable[[State], dict[str, float]],
    log: Callable[[Entry], None],
) -> Speed:
    """Train until `pretrain.steps`.

    Args:
        state: where to start; changed in place.
        split: the training sentences.
        params: sections base, model and pretrain.
        store: gets a checkpoint every `pretrain.checkpoint_every` steps, and at the best ones.
        validate: held-out losses, asked for every `pretrain.evaluate_every` steps and at the end.
        log: told every new entry of the history.
    """
    pretrain = params.pretrain
    lengths = split.sentences.lengths(params.model.grapheme_unit)
    batches = Batches(lengths, pretrain.batch_tokens, params.base.seed)
    speed = Speed()

    def record(name: str, losses: dict[str, float]) -> None:
        state.history.append({"step": state.step, "split": name, "losses": losses})
        log(state.history[-1])

    with tqdm(
        total=pretrain.steps, initial=state.step, desc="pretrain", unit="step", disable=None
    ) as bar:
        while state.step < pretrain.steps:
            begun = time.perf_counter()
            first = state.step * pretrain.accumulate
            plan = [batches.at(first + i) for i in range(pretrain.accumulate)]
            batch = [
                prepare(split, indices, state.encoder.pieces, epoch, params)
                for epoch, indices in plan
            ]
            loaded = time.perf_counter()
            loss = train_step(state, batch, params)
            speed.steps += 1
            speed.tokens += sum(int(lengths[indices].sum()) for _, indices in plan)
            speed.sentences += sum(len(indices) for _, indices in plan)
            speed.loader_seconds += loaded - begun
            speed.seconds += time.perf_counter() - begun
            bar.update()
            bar.set_postfix_str(
                f"loss {loss:.3f}, {speed.tokens / speed.seconds:,.0f} tokens/s",
                refresh=False,
            )
            last = state.step == pretrain.steps
            if last or state.step % LOG_EVERY == 0:
                record("train", state.meter.read(pretrain.emoji_weight))
            if last or state.step % pretrain.evaluate_every == 0:
                record("valid", validate(state))
            best = state.best()
            if last or best == state.step or state.step % pretrain.checkpoint_every == 0:
                store.save(state.step, state.dump(), best)
    return speed
