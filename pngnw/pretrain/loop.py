"""The training loop: from a state to the state after the last step.

Guarantees: the losses depend on parameters, data and seed alone; a run that was killed and goes
on from a checkpoint has exactly the losses of one that never was (same machine, same threads).
Several processes share out every batch and add up their gradients: losses are those of one
process but for rounding and for dropout, which every process draws for itself. The first loss that
is not finite, in training or held out, ends the run.
"""

import math
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from pngnw.core.errors import UserError, diverged
from pngnw.model.inputs import to_device
from pngnw.params import Params
from pngnw.pretrain.checkpoint import Entry, State, Store
from pngnw.pretrain.cost import Work
from pngnw.pretrain.data import Split
from pngnw.pretrain.evaluate import held_out_losses
from pngnw.pretrain.loader import ALONE, Batch, Loader, Step
from pngnw.pretrain.loss import (
    LOSSES,
    LossMeter,
    batch_losses,
    count_targets,
    mean_losses,
    predict,
    total_loss,
)
from pngnw.pretrain.optimizer import learning_rate
from pngnw.pretrain.ranks import Ranks

LOG_EVERY = 20  # steps whose losses are averaged into one point of the curves


def gradients(
    state: State, step: Step, params: Params, ranks: Ranks = ALONE
) -> tuple[Tensor, Tensor]:
    """Set every gradient to that of the whole step's loss, whatever its parts.

    Args:
        state: its gradients are replaced.
        step: what this process has of the step.
        params: sections model and pretrain.
        ranks: the processes that have the rest.

    Returns:
        Sums and counts of the whole step's losses, [10] each, on the CPU.
    """
    pretrain = params.pretrain
    for module in (state.encoder, state.heads):
        module.train()
        module.zero_grad(set_to_none=True)
    counts = torch.stack(
        [count_targets(batch.masked, batch.targets, params) for batch in step.batches]
    ).sum(0)
    ranks.add([counts])
    sums = torch.zeros(len(LOSSES))
    for batch in step.batches:
        if len(batch.masked.inputs) == 0:
            continue
        moved: Batch = to_device(batch, ranks.device)
        logits = predict(state.encoder, state.heads, moved.masked, pretrain.precision)
        losses = batch_losses(logits, moved.masked, moved.targets, pretrain.emoji_loss)
        total_loss(losses, counts, pretrain).backward()  # type: ignore[no-untyped-call] # torch types it not
        sums.add_(losses.detach().cpu())
    if ranks.count > 1:
        ranks.add([sums])
        for parameter in state.parameters:
            if parameter.grad is None:  # this process had nothing to learn it from
                parameter.grad = torch.zeros_like(parameter)
        ranks.add([p.grad for p in state.parameters if p.grad is not None])
    return sums, counts


def train_step(
    state: State, step: Step, params: Params, ranks: Ranks = ALONE
) -> tuple[Tensor, Tensor]:
    """One update, which `state.step` and `state.meter` count.

    Returns:
        Sums and counts of its losses, [10] each.
    """
    pretrain = params.pretrain
    # Dropout is a function of the step, so that no generator's state needs to be kept.
    seeds = np.random.SeedSequence([params.base.seed, state.step, ranks.index])
    torch.manual_seed(int(seeds.generate_state(1)[0]))
    sums, counts = gradients(state, step, params, ranks)
    nn.utils.clip_grad_norm_(state.parameters, pretrain.clip)
    for optimizer in state.optimizers:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(state.step, pretrain)
        optimizer.step()
    state.meter.add(sums, counts)
    state.step += 1
    return sums, counts


def divergence(state: State, params: Params) -> UserError:
    """What ends a run whose loss or weights are not finite after `state.step` steps."""
    pretrain = params.pretrain
    return diverged(
        state.step,
        learning_rate(state.step - 1, pretrain),
        f"lower pretrain.learning_rate ({pretrain.learning_rate:g}) or raise pretrain.warmup "
        f"({pretrain.warmup})",
    )


def train(
    state: State,
    split: Split,
    valid: Split,
    params: Params,
    store: Store,
    log: Callable[[Entry], None],
    ranks: Ranks = ALONE,
) -> Work:
    """Train until `pretrain.steps`.

    Only the first process validates, logs and writes checkpoints.

    Args:
        state: where to start; changed in place.
        split: the training sentences.
        valid: those held out, whose losses are told every `pretrain.evaluate_every` steps and at
            the end.
        params: sections base, model and pretrain.
        store: gets a checkpoint every `pretrain.checkpoint_every` steps, and at the best ones.
        log: gets every new entry of the history.
        ranks: the processes that train together.

    Raises:
        UserError: a loss is not finite.
    """
    pretrain = params.pretrain
    loader = Loader(split, params, state.encoder.vocab_size, ranks)
    work = Work()

    def refuse_divergence(total: float) -> None:
        if not math.isfinite(total):
            raise divergence(state, params)

    def record(name: str, losses: dict[str, float]) -> None:
        refuse_divergence(losses["total"])
        state.history.append({"step": state.step, "split": name, "losses": losses})
        log(state.history[-1])

    with tqdm(
        total=pretrain.steps,
        initial=state.step,
        desc="pretrain",
        unit="step",
        disable=None if ranks.first else True,
    ) as bar:
        while state.step < pretrain.steps:
            started = time.perf_counter()
            step = loader.at(state.step)
            work.loader_seconds += time.perf_counter() - started
            sums, counts = train_step(state, step, params, ranks)
            work.seconds += time.perf_counter() - started
            size = step.size
            ranks.add([size])
            work.add(size, counts)
            bar.update()
            losses = mean_losses(sums, counts, pretrain)
            refuse_divergence(losses["total"])
            bar.set_postfix_str(
                f"{work.tokens / work.seconds:,.0f} tokens/s, "
                + " ".join(f"{name} {loss:.2f}" for name, loss in losses.items()),
                refresh=False,
            )
            if not ranks.first:
                continue
            last = state.step == pretrain.steps
            if last or state.step % LOG_EVERY == 0:
                record("train", state.meter.means(pretrain))
                state.meter = LossMeter()
            if last or state.step % pretrain.evaluate_every == 0:
                record("valid", held_out_losses(state, valid, params))
            best = state.best()
            if last or best == state.step or state.step % pretrain.checkpoint_every == 0:
                store.save(state.step, state.dump(), best)
    return work
