"""WAV files of a few utterances, so that a person can hear what the figures are about.

The same held-out utterances for every arm, each beside its source and beside its true mel made
audible in the same way: the second says what Griffin-Lim costs. Arms speak by themselves, without
true frames, until their stop token; a run's text and seed are those of its pictures.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import soundfile

from pngnw.core import shards
from pngnw.speech.griffinlim import vocode
from pngnw.speech.mel import SAMPLE_RATE


def write_audio(results: Sequence[Mapping[str, Any]], speech: Path, folder: Path) -> None:
    """Write utterance-N-source.wav, -true-mel.wav and -ARM.wav into `folder`; a result per arm."""
    wanted = [entry["id"] for entry in results[0]["free_running"]]
    rows: dict[int, dict[str, Any]] = {}
    for path in shards.paths(speech):
        table = shards.read(path, ["id", "samples", "mel"])
        chosen = table.filter(pc.is_in(table["id"], pa.array(wanted, type=pa.uint64())))
        rows |= {row["id"]: row for row in chosen.to_pylist()}
    for number, key in enumerate(wanted):
        start = f"utterance-{number + 1}"
        _write(folder / f"{start}-source.wav", np.array(rows[key]["samples"], dtype=np.int16))
        true_mel = np.array(rows[key]["mel"], dtype=np.float32)
        _write(folder / f"{start}-true-mel.wav", vocode(true_mel))
        for result in results:
            spoken = np.array(result["free_running"][number]["mel"], dtype=np.float32)
            if len(spoken) > 2:
                _write(folder / f"{start}-{result['spec']['arm']}.wav", vocode(spoken))


def _write(path: Path, samples: npt.NDArray[np.generic]) -> None:
    soundfile.write(path, samples, SAMPLE_RATE, subtype="PCM_16")
