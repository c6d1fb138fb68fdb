"""The runs of the stage, one thread each.

Guarantees: those of `pngnw.arms.runs`; a finished run is kept as JSON under a fingerprint of all it
depends on. An edit of what only draws or reports (`plots`, `report`, ...) repeats no run.
"""

import json
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from pngnw.arms import key
from pngnw.arms.runs import complete
from pngnw.core import atomic, shards
from pngnw.evaluate.train import Spec, train_and_measure
from pngnw.params import Evaluate, Run

# The modules that a run executes besides those of its arm; speech counts by its shards' bytes.
CODE = (
    "pngnw.arms.cost", "pngnw.evaluate.attention", "pngnw.evaluate.dataset",
    "pngnw.evaluate.longform", "pngnw.evaluate.measure", "pngnw.evaluate.tacotron",
    "pngnw.evaluate.train", "pngnw.speech.mel", "pngnw.speech.utterance",
)  # fmt: skip
# Settings that decide which runs there are, but not how one of them goes.
PLAN = {"arms", "attentions", "seeds", "tuning_seeds", "encoder_rates"}
# Settings that a convolutional arm never looks at.
TRANSFORMERS_ONLY = {"layer", "convolution"}


def run_all(
    specs: Sequence[Spec], settings: Evaluate, speech: Path, encoder: Path, run: Run
) -> list[dict[str, Any]]:
    """The results of `train_and_measure` for every spec, in the order given."""
    speech_digest = key.digest(shards.paths(speech))
    cache = shards.cache_root().absolute() / "evaluate"
    paths = [cache / f"{_key(spec, settings, speech_digest, encoder)}.json" for spec in specs]
    work = partial(_runner, settings, speech.absolute(), encoder.absolute())
    named = [f"{spec.arm}, seed {spec.seed}" for spec in specs]
    complete("evaluate", work, [*zip(named, specs, paths, strict=True)], run)
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def _runner(settings: Evaluate, speech: Path, encoder: Path) -> Callable[[tuple[Spec, Path]], None]:
    torch.set_num_threads(1)

    def one(item: tuple[Spec, Path]) -> None:
        spec, path = item
        atomic.write_text(path, json.dumps(train_and_measure(spec, settings, speech, encoder)))

    return one


def _key(spec: Spec, settings: Evaluate, speech_digest: str, encoder: Path) -> str:
    """Fingerprint of a run: an arm depends on no more of the encoder than it uses."""
    used = key.files(spec.arm, encoder)
    return shards.fingerprint(
        spec,
        settings.model_dump(exclude=PLAN | (set() if used else TRANSFORMERS_ONLY)),
        settings.level,
        speech_digest,
        key.digest(used),
        shards.code_digest(*CODE, *key.code(spec.arm)),
        version("torch"),
    )
