"""A handful of WAV files, so that a person can hear what the figures are about.

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

from pngnw.core import shards
from pngnw.evaluate.dataset import Ints, Scale, SpeechSet
from pngnw.evaluate.longform import PATIENCE
from pngnw.evaluate.tacotron import Network
from pngnw.speech.griffinlim import vocode
from pngnw.speech.mel import BANDS, SAMPLE_RATE, Floats

Result = Mapping[str, Any]


def said(
    network: Network, speech: SpeechSet, indices: Ints, scale: Scale, reduction: int
) -> list[dict[str, Any]]:
    """What the decoder says of some utterances by itself: JSON-able `id` and `mel` [T, 80].

    Args:
        network: in eval mode.
        speech: the utterances that it was not trained on.
        indices: which of them.
        scale: of the training part.
        reduction: mel frames per decoder step.
    """
    found = []
    for index in indices:
        steps = -(-len(speech.mels[index]) // reduction)
        spoken = network.speak(speech, np.array([index]), int(PATIENCE * steps) + 1)
        mel = spoken.mel[0, : int(spoken.steps[0]) * reduction].numpy()
        natural = mel * scale.deviation + scale.mean
        found.append(
            {"id": int(speech.sentences.id[index]), "mel": natural.round(2).astype(float).tolist()}
        )
    return found


def write(results: Sequence[Result], speech: Path, folder: Path) -> None:
    """Write utterance-N-source.wav, -true-mel.wav and -ARM.wav into `folder`.

    Args:
        results: a run of every arm, all of one seed.
        speech: folder of the speech shards, which keep the samples of held-out utterances.
        folder: where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [entry["id"] for entry in results[0]["said"]]
    for number, (samples, mel) in enumerate(_sources(speech, wanted), start=1):
        _write(folder / f"utterance-{number}-source.wav", samples)
        _write(folder / f"utterance-{number}-true-mel.wav", vocode(mel))
        for result in results:
            own = np.array(result["said"][number - 1]["mel"], dtype=np.float32).reshape(-1, BANDS)
            if len(own) > 2:
                path = folder / f"utterance-{number}-{result['spec']['arm']}.wav"
                _write(path, vocode(own))


def _sources(speech: Path, wanted: Sequence[int]) -> list[tuple[npt.NDArray[np.int16], Floats]]:
    found = {}
    chosen = pa.array(wanted, type=pa.uint64())
    for path in shards.paths(speech):
        table = shards.read(path, ["id", "samples", "mel"])
        for row in table.filter(pc.is_in(table["id"], chosen)).to_pylist():
            samples = np.array(row["samples"], dtype=np.int16)
            found[row["id"]] = (samples, np.array(row["mel"], dtype=np.float32))
    return [found[key] for key in wanted]


def _write(path: Path, samples: npt.NDArray[np.generic]) -> None:
    soundfile.write(path, samples, SAMPLE_RATE, subtype="PCM_16")
