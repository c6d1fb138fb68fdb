"""WAV files of a few utterances, so that a person can hear what the figures are about.

Guarantees: the same held-out utterances for every arm, each beside its source and beside its true
mel made audible in the same way: the second says what Griffin-Lim costs. Arms speak by themselves,
without true frames, until their stop token; a run's text and seed are those of its pictures.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import soundfile
import torch

from pngnw.core import shards
from pngnw.evaluate.dataset import Scale, SpeechSet
from pngnw.evaluate.longform import PATIENCE
from pngnw.evaluate.tacotron import Tacotron2
from pngnw.speech.griffinlim import vocode
from pngnw.speech.mel import BANDS, SAMPLE_RATE


def free_running_mels(
    network: Tacotron2, speech: SpeechSet, indices: list[int], scale: Scale, reduction: int
) -> list[dict[str, Any]]:
    """The decoder's own speech: JSON-able `id` and `mel` [T, 80]; the network stays in training
    mode."""
    network.eval()
    out = []
    with torch.inference_mode():
        for index in indices:
            steps = -(-len(speech.mels[index]) // reduction)
            text = speech.text(np.array([index]), network.text.kind)
            spoken = network.free_running(text, int(PATIENCE * steps) + 1)
            mel = spoken.mel[0, : int(spoken.steps[0]) * reduction].numpy()
            natural = mel * scale.deviation + scale.mean
            sentence = int(speech.sentences.id[index])
            out.append({"id": sentence, "mel": natural.round(2).astype(float).tolist()})
    network.train()
    return out


def write_audio(results: Sequence[Mapping[str, Any]], speech: Path, folder: Path) -> None:
    """Write utterance-N-source.wav, -true-mel.wav and -ARM.wav into `folder`; a result per arm."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [entry["id"] for entry in results[0]["free_running"]]
    for number, row in enumerate(rows_of(speech, wanted, ["samples", "mel"]), start=1):
        true_mel = vocode(np.array(row["mel"], dtype=np.float32))
        _write(folder / f"utterance-{number}-source.wav", np.array(row["samples"], dtype=np.int16))
        _write(folder / f"utterance-{number}-true-mel.wav", true_mel)
        for result in results:
            mel = np.array(result["free_running"][number - 1]["mel"], dtype=np.float32).reshape(
                -1, BANDS
            )
            if len(mel) > 2:
                path = folder / f"utterance-{number}-{result['spec']['arm']}.wav"
                _write(path, vocode(mel))


def rows_of(speech: Path, wanted: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
    """The utterances with these ids, in this order, from the speech shards."""
    rows: dict[int, dict[str, Any]] = {}
    chosen = pa.array(wanted, type=pa.uint64())
    for path in shards.paths(speech):
        table = shards.read(path, ["id", *columns])
        rows |= {r["id"]: r for r in table.filter(pc.is_in(table["id"], chosen)).to_pylist()}
    return [rows[key] for key in wanted]


def _write(path: Path, samples: npt.NDArray[np.generic]) -> None:
    soundfile.write(path, samples, SAMPLE_RATE, subtype="PCM_16")
