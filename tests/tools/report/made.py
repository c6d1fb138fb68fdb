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
LOCK = """
schema: '2.0'
stages:
  pretrain:
    params:
      params.yaml:
        base.seed: 0
        pretrain: {steps: 7}
"""
ARMS = ("tacotron2", "random", "pretrained")
PICTURES = ("pretrain/curves", "evaluate/lsa/curves", "evaluate/lsa/attention-pretrained",
            "prosody/speech/contour", "voice/utterance-1")  # fmt: skip
EMOJI = "00 face with tears of joy"
_ERRORS = {"error_rate": 0.2, "lookup_error_rate": 0.1, "tokens": 900}
_RMSE = {"rmse": {"value": 0.3, "interval": [0.25, 0.4]}}
_ARM = {
    "encoder_rate": 0.3,
    "samples_to": {"coarse": {"median": 100.0}, "fine": {"median": "> 200"}},
    "seeds_that_met": {"coarse": 2, "fine": 1},
}
_COST = {"seconds_per_run": 40.0, "encoder_ms_per_sample": 1.4, "encoder_mflop_per_sample": 20.0}
_SIZE = {"seconds": 80.0, "peak_memory_mib": 600.0}
METRICS: dict[str, Any] = {
    "clean": {
        "files": 1,
        "documents": 3,
        "lines_in": 1300,
        "sentences_out": 1234,
        "words": 9000,
        "splits": {"train": {"sentences": 1234, "words": 9000}},
        "dropped": {"blank": 60, "too_short": 6},
    },
    "phonemize": {"origin_words": {"lexicon": 8900, "neural": 100}},
    "teach": {"rows_out": 1234, "leads": {EMOJI: 0.6}},
    "speech": {"utterances": 50, "seconds": 120.0},
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
    "evaluate": {
        "summary": [f"LSA: {HOSTILE}"],
        "lsa": {"seeds": [1, 2], "arms": dict.fromkeys(ARMS, _ARM)},
    },
    "prosody": {
        "summary": [f"speech, RMSE: 0.3. {HOSTILE}"],
        "speech": {
            "nulls": {"word": {"duration": _RMSE, "log_f0": _RMSE}},
            "arms": {HOSTILE: {"duration": _RMSE}, "pretrained": {"pause": {}}},
        },
    },
    "voice": {"summary": [f"pretrained: 1.5 dB. {HOSTILE}"]},
    "cost/fetch": _SIZE,
    "cost/pretrain": {**_SIZE, "device": "cpu"},
    "cost/evaluate": {**_SIZE, "arms": {"lsa": dict.fromkeys(ARMS, _COST)}},
    "cost/prosody": {**_SIZE, "speech": {"random": {}}},
}


def repository(folder: Path) -> Path:
    """As after `dvc repro`."""
    for name, content in METRICS.items():
        write_json(folder / f"metrics/{name}.json", content)
    write_text(folder / "dvc.lock", LOCK)
    params = (ROOT / "params.yaml").read_text(encoding="utf-8")
    write_text(folder / "params.yaml", params.replace("lexicon.dict", json.dumps(HOSTILE), 1))
    examples = {"teacher": "prototype", "emoji": {EMOJI: [{"share": 0.5, "text": HOSTILE}]}}
    write_json(folder / "plots/teach/examples.json", examples)
    lsa, voice = folder / "plots/evaluate/lsa", folder / "plots/voice"
    write_json(lsa / "attention.json", {"texts": [HOSTILE]})
    for name in PICTURES:
        path = folder / f"plots/{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (300, 200), "teal").save(path)
    wave = (8000 * np.sin(np.arange(4410) / 10)).astype(np.int16)
    for name in ("source", *ARMS):
        soundfile.write(lsa / f"utterance-1-{name}.wav", wave, 22050)
    for name in ("source", "pretrained"):
        shutil.copy(lsa / "utterance-1-source.wav", voice / f"utterance-1-{name}.wav")
    write_text(
        voice / "heard.tsv",
        "utterance\tvoice\tprosody\terrors\theard\n"
        f"1\ttext\t\t\t{HOSTILE}\n"
        "1\tpretrained\tits own prosody\t2\tred hat\n"
        "2\tpretrained\tits own prosody\t3\tunheard\n",
    )
    return folder


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(value))
