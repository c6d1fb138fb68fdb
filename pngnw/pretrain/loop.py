"""The training loop: from a state to the state after the last step.

Guarantees: the losses depend on parameters, data and seed alone; a run that was killed and goes
on from a checkpoint has exactly the losses of one that never was (same machine, same threads).
Several processes share out every batch and add up their gradients: losses are those of one
process but for rounding and for dropout, which every process draws for itself.
"""

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from pngnw.params import Params
from pngnw.pretrain.checkpoint import Store
from pngnw.pretrain.cost import Work
from pngnw.pretrain.data import Split
from pngnw.pretrain.loader import ALONE, Extra, Loader, Part
from pngnw.pretrain.loss import NAMES, compare, count, from_words, means, predict, total
from pngnw.pretrain.optimizer import quick_parameters, rate
from pngnw.pretrain.ranks import Ranks
from pngnw.pretrain.state import Entry, State

Batch = list[Part]
LOG_EVERY = 20  # steps whose losses are averaged into one point of the curves


def gradients(
    state: State,
    batch: Batch,
    params: Params,
    ranks: Ranks = ALONE,
    more: Extra | None = None,
) -> tuple[Tensor, Tensor]:
    """Set every gradient to that of the whole batch's loss, whatever its parts.

    Args:
        state: its gradients are replaced.
        batch: what this process has of the batch; a part may be empty.
        params: sections model and pretrain.
        ranks: the processes that have the rest.
        more: what this process has of the sentences for `emoji_words`.

    Returns:
        Sums and counts of the whole batch's losses, [9] each, on the CPU.
    """
    pretrain = params.pretrain
    for module in (state.encoder, state.heads):
        module.train()
        module.zero_grad(set_to_none=True)
    counts = torch.stack([count(masked, params) for masked, _, _ in batch]).sum(0)
    words = state.heads.emoji_words
    if more is not None and words is not None:
        counts[NAMES.index("emoji_words")] = len(more[0])
    ranks.add([counts])
    sums = torch.zeros(len(NAMES))
    autocast = partial(
        torch.autocast, ranks.device.type, torch.bfloat16, enabled=pretrain.precision == "bf16"
    )

    def learn(part: Tensor) -> None:
        total(part, counts, pretrain.emoji_weight).backward()  # type: ignore[no-untyped-call] # torch types it not
        sums.add_(part.detach().cpu())

    for masked, bags, teacher in batch:
        if len(masked.inputs) == 0:
            continue
        moved = masked.to(ranks.device)
        with autocast():
            logits = predict(state.encoder, state.heads, moved, bags.to(ranks.device))
        learn(compare(logits, moved, teacher.to(ranks.device), pretrain.emoji_loss))
    if more is not None and words is not None and len(more[0]):
        with autocast():
            part = from_words(words, more[0].to(ranks.device), more[1].to(ranks.device))
        learn(part)
    if ranks.count > 1:
        ranks.add([sums])
        ranks.add([_gradient(p) for p in _parameters(state)])
    return sums, counts


def _parameters(state: State) -> list[nn.Parameter]:
    return [*state.encoder.parameters(), *state.heads.parameters()]


def _gradient(parameter: nn.Parameter) -> Tensor:
    """The gradient, made zero where this process had nothing to learn from."""
    if parameter.grad is None:
        parameter.grad = torch.zeros_like(parameter)
    return parameter.grad


def train_step(
    state: State,
    batch: Batch,
    params: Params,
    ranks: Ranks = ALONE,
    more: Extra | None = None,
) -> tuple[Tensor, Tensor]:
    """One update, which `state.step` and `state.meter` count.

    Returns:
        Sums and counts of its losses, [9] each.
    """
    pretrain = params.pretrain
    # Dropout is a function of the step, so that no generator's state needs to be kept.
    seeds = np.random.SeedSequence([params.base.seed, state.step, ranks.index])
    torch.manual_seed(int(seeds.generate_state(1)[0]))
    sums, counts = gradients(state, batch, params, ranks, more)
    quick = quick_parameters(state.heads)
    apart = {id(parameter) for parameter in quick}
    slow = [parameter for parameter in _parameters(state) if id(parameter) not in apart]
    for some in (slow, quick):
        nn.utils.clip_grad_norm_(some, pretrain.clip)
    for optimizer in state.optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["share"] * rate(state.step, pretrain)
        optimizer.step()
    state.meter.add(sums, counts)
    state.step += 1
    return sums, counts


def train(
    state: State,
    split: Split,
    params: Params,
    store: Store,
    validate: Callable[[State], dict[str, float]],
    log: Callable[[Entry], None],
    ranks: Ranks = ALONE,
) -> Work:
    """Train until `pretrain.steps`.

    Only the first process validates, logs and keeps checkpoints.

    Args:
        state: where to start; changed in place.
        split: the training sentences.
        params: sections base, model and pretrain.
        store: gets a checkpoint every `pretrain.checkpoint_every` steps, and at the best ones.
        validate: held-out losses, asked for every `pretrain.evaluate_every` steps and at the end.
        log: told every new entry of the history.
        ranks: the processes that train together.
    """
    pretrain = params.pretrain
    loader = Loader(split, params, state.encoder.pieces, ranks)
    work = Work()

    def record(name: str, losses: dict[str, float]) -> None:
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
            begun = time.perf_counter()
            ready = loader.at(state.step)
            loaded = time.perf_counter()
            sums, counts = train_step(state, ready.batch, params, ranks, ready.more)
            work.steps += 1
            work.tokens += int(ready.lengths.sum())
            work.squares += int((ready.lengths**2).sum())
            work.sentences += len(ready.lengths)
            work.targets += counts
            work.loader_seconds += loaded - begun
            work.seconds += time.perf_counter() - begun
            bar.update()
            losses = means(sums, counts, pretrain.emoji_weight)
            bar.set_postfix_str(
                f"{work.tokens / work.seconds:,.0f} tokens/s, "
                + " ".join(f"{name} {loss:.2f}" for name, loss in losses.items()),
                refresh=False,
            )
            if not ranks.first:
                continue
            last = state.step == pretrain.steps
            if last or state.step % LOG_EVERY == 0:
                record("train", state.meter.read(pretrain.emoji_weight))
            if last or state.step % pretrain.evaluate_every == 0:
                record("valid", validate(state))
            best = state.best()
            if last or best == state.step or state.step % pretrain.checkpoint_every == 0:
                store.save(state.step, state.dump(), best)
    return work
