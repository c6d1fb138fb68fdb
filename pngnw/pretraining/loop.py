"""The training loop: from a state to the state after the last step.

Guarantees: the losses depend on parameters, data and seed alone; a run that was killed and goes
on from a checkpoint has exactly the losses of one that never was (same machine, same threads).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from tqdm import tqdm

from pngnw.model.inputs import assemble
from pngnw.params import Params
from pngnw.pretraining.batches import Batches, Indices
from pngnw.pretraining.checkpoint import Store
from pngnw.pretraining.data import Split
from pngnw.pretraining.loss import compare, count, predict, total
from pngnw.pretraining.optimizer import rate
from pngnw.pretraining.state import Entry, State
from pngnw.pretraining.tasks import Masked, grapheme_block, hide

LOG_EVERY = 20  # steps whose losses are averaged into one point of the curves


@dataclass
class Speed:
    """What this process trained, and how long that took without evaluation and checkpoints."""

    tokens: int = 0
    sentences: int = 0
    steps: int = 0
    seconds: float = 0.0
    loader_seconds: float = 0.0


def prepare(split: Split, indices: Indices, pieces: int, epoch: int, params: Params) -> Masked:
    """A batch with its words hidden."""
    return hide(
        assemble(split.sentences, indices, params.model),
        split.sentences.id[indices],
        params.pretrain.tasks,
        pieces,
        grapheme_block(params.model.grapheme_unit, pieces),
        params.base.seed,
        epoch,
    )


def train_step(state: State, masked: Masked, teacher: torch.Tensor, params: Params) -> float:
    """One update, which `state.step` and `state.meter` count; returns its loss."""
    pretrain = params.pretrain
    modules = (state.encoder, state.heads)
    for module in modules:
        module.train()
    with torch.autocast("cpu", torch.bfloat16, enabled=pretrain.precision == "bf16"):
        logits = predict(state.encoder, state.heads, masked)
    sums, counts = compare(logits, masked, teacher, pretrain.emoji_loss), count(masked, params)
    loss = total(sums, counts, pretrain.emoji_weight)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call] # torch types it not
    nn.utils.clip_grad_norm_([p for m in modules for p in m.parameters()], pretrain.clip)
    for group in state.optimizer.param_groups:
        group["lr"] = rate(state.step, pretrain)
    state.optimizer.step()
    state.meter.add(sums, counts)
    state.step += 1
    return loss.item()


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
            epoch, indices = batches.at(state.step)
            masked = prepare(split, indices, state.encoder.pieces, epoch, params)
            teacher = torch.from_numpy(split.emoji[indices]).float()
            loaded = time.perf_counter()
            loss = train_step(state, masked, teacher, params)
            speed.steps += 1
            speed.tokens += int(lengths[indices].sum())
            speed.sentences += len(indices)
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
