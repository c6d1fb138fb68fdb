"""A repository after a run: small figures and plots, with hostile text wherever text comes in."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from pngnw.align.symbols import TOKENS
from pngnw.core.atomic import write_text
from pngnw.evaluate import plots
from pngnw.params import load
from tests.tools.report import figures
from tests.tools.report.figures import ARMS
from tests.tools.report.hostile import HOSTILE

ROOT = Path(__file__).parent.parent.parent
MOMENTS = (100, 200)
LOCK = """
schema: '2.0'
stages:
  pretrain:
    cmd: python -m stages.pretrain
    params:
      params.yaml:
        base.seed: 0
        pretrain: {steps: 7}
    outs:
    - {path: models/encoder, hash: md5, md5: 0123456789abcdef.dir, size: 5000, nfiles: 4}
"""


def repository(folder: Path) -> Path:
    """As after `dvc repro`; attention is there as the stage's own pictures."""
    for name, found in figures.metrics().items():
        write_json(folder / f"metrics/{name}.json", found)
    for name, cost in figures.costs().items():
        write_json(folder / f"metrics/cost/{name}.json", cost)
    write_json(folder / "ablations/switches.json", figures.sweep())
    write_json(folder / "ablations/kept.json", figures.alignment())
    shutil.copy(ROOT / "ablations/switches.yaml", folder / "ablations")
    write_text(folder / "dvc.lock", LOCK)
    params = (ROOT / "params.yaml").read_text(encoding="utf-8")
    write_text(folder / "params.yaml", params.replace("lexicon.dict", json.dumps(HOSTILE), 1))
    _losses(folder / "plots/pretrain/plots/metrics")
    example = {"share": 0.5, "text": HOSTILE}
    examples = {"teacher": "prototype", "emoji": {figures.EMOJI: [example]}}
    write_json(folder / "plots/teach/examples.json", examples)
    lsa = folder / "plots/evaluate/lsa"
    lsa.mkdir(parents=True)
    for arm in ARMS:
        plots.grid(run(arm), load(ROOT / "params.yaml").evaluate).savefig(
            lsa / f"attention-{arm}.png", dpi=plots.DPI
        )
    for name in ("source", *ARMS):
        wave = (8000 * np.sin(np.arange(4410) / 10)).astype(np.int16)
        soundfile.write(lsa / f"utterance-1-{name}.wav", wave, 22050)
    rows = [f"{samples}\t700\t600\t500\t650\t60" for samples in MOMENTS]
    head = "samples\ttacotron2\trandom\tpretrained\tuniform\tdiagonal"
    write_text(lsa / "error_ms.tsv", "\n".join([head, *rows]) + "\n")
    return folder


def with_data(folder: Path) -> Path:
    """The same repository with what the stage draws as data beside the pictures."""
    lsa = folder / "plots/evaluate/lsa"
    write_json(lsa / "attention.json", frames())
    rows = [f"{arm}\t{s}\t{m}\t{500 + s}" for arm in ARMS for s in (1, 2) for m in MOMENTS]
    write_text(lsa / "seeds.tsv", "\n".join(["arm\tseed\tsamples\terror_ms", *rows]) + "\n")
    return folder


def frames() -> dict[str, Any]:
    utterance = {
        "symbols": ["HH", HOSTILE, "."],
        "start": [0.0, 0.1, None],
        "end": [0.1, 0.2, None],
        "spoken": [True, True, False],
        "frames": [[[0, 0, 255]] * 4, [[255, 0, 0]] * 4],
    }
    arm = {"encoder_rate": 0.3, "moments": list(MOMENTS), "utterances": [utterance]}
    return {
        "seed": 1,
        "seconds_per_step": 0.058,
        "texts": [HOSTILE],
        "arms": dict.fromkeys(ARMS, arm),
    }


def run(arm: str) -> dict[str, Any]:
    """A result of the evaluate stage, as far as its pictures go."""
    rng = np.random.default_rng(0)
    utterance = {
        "weights": rng.dirichlet([1.0] * 6, size=9).tolist(),
        "tokens": [TOKENS.pad + 1] * 6,
        "start": np.linspace(0, 0.4, 6).tolist(),
        "end": np.linspace(0.05, 0.5, 6).tolist(),
        "spoken": [True] * 6,
    }
    return {
        "spec": {"arm": arm, "seed": 1, "attention": "lsa", "encoder_rate": 0.3},
        "pictures": [{"samples": m, "attention": [utterance] * 2} for m in MOMENTS],
    }


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(value))


def _losses(folder: Path) -> None:
    for split in ("train", "valid"):
        (folder / split).mkdir(parents=True)
        for name in ("g2p", "total"):
            write_text(folder / split / f"{name}.tsv", f"step\t{name}\n20\t4.5\n40\t3.5\n")
