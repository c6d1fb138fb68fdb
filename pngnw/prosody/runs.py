"""The runs of the stage, one thread each.

Guarantees: those of `pngnw.arms.runs`; a finished run is kept under a fingerprint of all it depends
on.
"""

from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import torch

from pngnw.arms import key
from pngnw.arms.runs import complete
from pngnw.core import shards
from pngnw.params import Prosody, Run
from pngnw.prosody.dataset import ProsodySet
from pngnw.prosody.train import Outcome, Spec, train

# The modules that a run executes besides those of its arm; a set counts by its bytes.
CODE = ("pngnw.prosody.dataset", "pngnw.prosody.predictor", "pngnw.prosody.train")
# Settings that decide which runs there are, but not how one of them goes.
PLAN = {"arms", "seeds", "tuning_seeds", "encoder_rates", "watch", "sets"}


def store() -> Path:
    """The folder of finished runs and of the sets that they read."""
    return shards.cache_root().absolute() / "prosody"


def run_all(
    specs: Sequence[Spec], settings: Prosody, data: Path, encoder: Path, run: Run
) -> list[Outcome]:
    """The outcome of `train` for every spec, in the order given; `data` is a saved set."""
    digest = shards.file_digest(data)
    paths = [store() / f"{_key(spec, settings, digest, encoder)}.npz" for spec in specs]
    work = partial(_runner, settings, data, encoder.absolute())
    named = [f"{spec.arm}, seed {spec.seed}" for spec in specs]
    complete("prosody", work, [*zip(named, specs, paths, strict=True)], run)
    return [Outcome.load(path) for path in paths]


def _runner(settings: Prosody, data: Path, encoder: Path) -> Callable[[tuple[Spec, Path]], None]:
    torch.set_num_threads(1)
    known = ProsodySet.load(data)

    def one(item: tuple[Spec, Path]) -> None:
        spec, path = item
        train(spec, settings, known, encoder).save(path)

    return one


def _key(spec: Spec, settings: Prosody, data: str, encoder: Path) -> str:
    return shards.fingerprint(
        spec,
        settings.model_dump(exclude=PLAN),
        data,
        key.digest(key.files(spec.arm, encoder)),
        shards.code_digest(*CODE, *key.code(spec.arm)),
        version("torch"),
    )
