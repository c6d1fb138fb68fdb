"""Many runs at once, one thread each, and none of them twice.

Guarantees: a finished run is kept as JSON under a fingerprint of all it depends on, written whole
or not at all, so a stage that was killed goes on where it stopped; results do not depend on the
number of workers. When a run fails the others finish and are kept.
"""

import json
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from tqdm import tqdm

from pngnw import shards
from pngnw.model.io import CONFIG
from pngnw.params import Evaluate, Run
from pngnw.tacotron.arms import CONVOLUTIONAL, PRETRAINED
from pngnw.tacotron.train import Spec

# What decides which runs there are, but not how one of them goes.
PLAN = {"arms", "attentions", "seeds", "tuning_seeds", "encoder_rates"}
# What a convolutional arm never looks at.
TRANSFORMERS_ONLY = {"layer", "convolution"}


def run_all(
    specs: Sequence[Spec], settings: Evaluate, speech: Path, encoder: Path, run: Run
) -> list[dict[str, Any]]:
    """The results of `train.run` for every spec, in the order given.

    Args:
        specs: the runs.
        settings: what they share.
        speech: folder of speech shards.
        encoder: folder of the pretrained encoder.
        run: how many processes.
    """
    speech_digest = _folder_digest(sorted(shards.paths(speech)))
    kept = [
        shards.cache_root() / "evaluate" / f"{_key(spec, settings, speech_digest, encoder)}.json"
        for spec in specs
    ]
    missing = [(spec, path) for spec, path in zip(specs, kept, strict=True) if not path.exists()]
    if missing:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(run.workers, len(missing)), mp_context=context) as pool:
            futures = [
                pool.submit(_one, spec, settings, speech, encoder, path) for spec, path in missing
            ]
            done = tqdm(
                as_completed(futures), total=len(futures), desc="evaluate", unit="run", disable=None
            )
            for future in done:
                future.result()
    return [json.loads(path.read_text(encoding="utf-8")) for path in kept]


def _one(spec: Spec, settings: Evaluate, speech: Path, encoder: Path, path: Path) -> None:
    import torch

    from pngnw.tacotron.train import run

    torch.set_num_threads(1)
    shards.write_text(path, json.dumps(run(spec, settings, speech, encoder)))


def _key(spec: Spec, settings: Evaluate, speech_digest: str, encoder: Path) -> str:
    """Fingerprint of a run: an arm depends on no more of the encoder than it uses."""
    from importlib.metadata import version

    code = ["pngnw.tacotron", "pngnw.words.symbols"]
    used: list[Path] = []
    if spec.arm not in CONVOLUTIONAL:
        code.append("pngnw.model")
        used = [encoder / CONFIG]
    if spec.arm in PRETRAINED:
        used = sorted(encoder.iterdir())
    return shards.fingerprint(
        spec,
        settings.model_dump(exclude=PLAN | (set() if used else TRANSFORMERS_ONLY)),
        settings.level,
        speech_digest,
        _folder_digest(used),
        shards.code_digest(*code),
        version("torch"),
    )


def _folder_digest(files: Sequence[Path]) -> str:
    return shards.fingerprint([(file.name, shards.file_digest(file)) for file in files])
