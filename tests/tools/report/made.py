"""A repository after a run: small metrics and plots, with hostile text wherever text comes in."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from PIL import Image

from pngnw.core.atomic import write_text

ROOT = Path(__file__).parents[3]
# It would do harm if a page took it for its own.
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>&amp;\"'"
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
ARMS = ("tacotron2", "random", "pretrained")
PICTURES = ("pretrain/curves", "evaluate/lsa/curves", "prosody/speech/contour", "voice/utterance-1")
EMOJI = "00 face with tears of joy"
_ERRORS = {"error_rate": 0.2, "lookup_error_rate": 0.1, "tokens": 900}
_RMSE = {"rmse": {"value": 0.3, "interval": [0.25, 0.4]}}


def metrics() -> dict[str, Any]:
    """metrics/NAME.json by name."""
    return {
        "clean": {
            "files": 1,
            "bytes_in": 5000,
            "documents": 3,
            "lines_in": 1300,
            "sentences_out": 1234,
            "words": 9000,
            "splits": {"train": {"sentences": 1234, "words": 9000}},
            "dropped": {"blank": 60, "too_short": 6},
        },
        "phonemize": {
            "origin_words": {"lexicon": 8900, "neural": 100},
            "distinct_words": 800,
            "distinct_unknown_words": 20,
        },
        "align": {"graphemes": 40000, "phonemes": 35000, "pieces": 10000},
        "teach": {"rows_out": 1234, "leads": {EMOJI: 0.6}},
        "speech": {"utterances": 50, "seconds": 120.0, "parts": {"train": 40, "heldout": 10}},
        "pretrain": {
            "test": {
                "g2p": {"phoneme": {"accuracy": 0.8, "seen": _ERRORS} | _ERRORS},
                "mlm": {"word": {"accuracy": 0.3, "neighbors_accuracy": 0.1, "words": 90}},
                "emoji": {
                    "kl": 0.04,
                    "mean_kl": 0.1,
                    "top5_overlap": 0.5,
                    "mean_top5_overlap": 0.2,
                    "sentences": 100,
                },
            }
        },
        "evaluate": evaluate(),
        "prosody": {
            "summary": [f"speech, RMSE: 0.3. {HOSTILE}"],
            "speech": {
                "nulls": {"word": {"duration": _RMSE, "log_f0": _RMSE}},
                "arms": {HOSTILE: {"duration": _RMSE}, "pretrained": {"pause": {}}},
            },
        },
        "voice": {"summary": [f"pretrained: 1.5 dB. {HOSTILE}"], "arms": {}},
    }


def evaluate() -> dict[str, Any]:
    never = {"median": "> 200", "seed 1": 100, "seed 2": "> 200"}
    arm = {
        "encoder_rate": 0.3,
        "samples_to": {"coarse": {"median": 100.0, "seed 1": 100, "seed 2": 100}, "fine": never},
        "seeds_that_met": {"coarse": 2, "fine": 1},
        "at": {"200 samples": {"error_ms": 90.0, "hit": 0.7}},
    }
    return {
        "summary": [f"LSA: {HOSTILE}"],
        "lsa": {
            "gold_times": True,
            "seeds": [1, 2],
            "arms": dict.fromkeys(ARMS, arm),
        },
    }


def sweep() -> dict[str, Any]:
    """ablations/NAME.json."""
    base = {"mean": 0.1, "low": 0.09, "high": 0.12, "difference": None, "interval": None}
    other = {**base, "difference": 0.2, "interval": [0.1, 0.3], "verdict": "worse"}
    return {
        "grid": "ablations/switches.yaml",
        "baseline": "default",
        "revision": "0" * 40,
        "seeds": [1, 2],
        "runs": {"default": {"emoji KL": base}, HOSTILE: {"emoji KL": other}},
    }


def costs() -> dict[str, Any]:
    """metrics/cost/NAME.json by name."""
    arm = {"seconds_per_run": 40.0, "encoder_ms_per_sample": 1.4, "encoder_mflop_per_sample": 20.0}
    return {
        "fetch": {"seconds": 1.0, "peak_memory_mib": 78.0},
        "pretrain": {"seconds": 500.0, "peak_memory_mib": 2000.0, "device": "cpu", "threads": 2},
        "evaluate": {
            "seconds": 80.0,
            "peak_memory_mib": 600.0,
            "arms": {"lsa": dict.fromkeys(ARMS, arm)},
        },
        "prosody": {"seconds": 9.0, "peak_memory_mib": 600.0, "speech": {"random": {}}},
        "voice": {
            "seconds": 90.0,
            "peak_memory_mib": 600.0,
            "arms": {"pretrained": {"train_seconds": 80.0}},
        },
    }


def frames() -> dict[str, Any]:
    """plots/evaluate/lsa/attention.json."""
    utterance = {
        "symbols": ["HH", HOSTILE, "."],
        "start": [0.0, 0.1, None],
        "end": [0.1, 0.2, None],
        "spoken": [True, True, False],
        "frames": [[[0, 0, 255]] * 4, [[255, 0, 0]] * 4],
    }
    arm = {"moments": list(MOMENTS), "utterances": [utterance]}
    return {
        "seed": 1,
        "seconds_per_step": 0.058,
        "texts": [HOSTILE],
        "arms": dict.fromkeys(ARMS, arm),
    }


def repository(folder: Path) -> Path:
    """As after `dvc repro`."""
    for name, content in metrics().items():
        write_json(folder / f"metrics/{name}.json", content)
    for name, cost in costs().items():
        write_json(folder / f"metrics/cost/{name}.json", cost)
    write_json(folder / "ablations/switches.json", sweep())
    write_json(folder / "ablations/kept.json", evaluate())
    shutil.copy(ROOT / "ablations/switches.yaml", folder / "ablations")
    write_text(folder / "dvc.lock", LOCK)
    params = (ROOT / "params.yaml").read_text(encoding="utf-8")
    write_text(folder / "params.yaml", params.replace("lexicon.dict", json.dumps(HOSTILE), 1))
    examples = {"teacher": "prototype", "emoji": {EMOJI: [{"share": 0.5, "text": HOSTILE}]}}
    write_json(folder / "plots/teach/examples.json", examples)
    lsa = folder / "plots/evaluate/lsa"
    write_json(lsa / "attention.json", frames())
    for name in ("source", *ARMS):
        wave = (8000 * np.sin(np.arange(4410) / 10)).astype(np.int16)
        soundfile.write(lsa / f"utterance-1-{name}.wav", wave, 22050)
    voice = folder / "plots/voice"
    voice.mkdir()
    for name in ("source", "pretrained"):
        shutil.copy(lsa / "utterance-1-source.wav", voice / f"utterance-1-{name}.wav")
    for name in PICTURES:
        path = folder / f"plots/{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (300, 200), "teal").save(path)
    heard = ["utterance\tvoice\tprosody\terrors\theard", f"1\ttext\t\t\t{HOSTILE}",
             "1\tsource\t\t1\tred", "1\tpretrained\tits own prosody\t2\t"]  # fmt: skip
    write_text(voice / "heard.tsv", "\n".join(heard) + "\n")
    return folder


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(value))
