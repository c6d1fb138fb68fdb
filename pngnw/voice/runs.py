"""The runs of the stage, an arm each and one without: trained, measured, and none of them twice.

Guarantees: a finished run is kept under a fingerprint of all it depends on, and a run that was
broken off has its checkpoint there; results do not depend on the number of workers. Every run
measures the same held-out utterances.

Letters: T frames.
"""

import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from pngnw.arms import key
from pngnw.arms.runs import complete
from pngnw.arms.text import spelled
from pngnw.core import atomic, shards
from pngnw.params import Arm, Run, Voice
from pngnw.speech.griffinlim import vocode
from pngnw.speech.mel import Floats
from pngnw.speech.utterance import HELDOUT, TRAIN
from pngnw.voice import dataset, io
from pngnw.voice.dataset import Utterances
from pngnw.voice.measure import (
    cepstral_distortion,
    mel_error,
    same_places,
    word_errors,
    words_of,
)
from pngnw.voice.network import Prosody, VoiceNetwork
from pngnw.voice.recognizer import Recognizer
from pngnw.voice.train import train

# The modules that a run executes besides those of its arm; speech counts by its shards' bytes.
CODE: Final = (
    "pngnw.normalize", "pngnw.params.voice", "pngnw.speech.griffinlim", "pngnw.speech.mel",
    "pngnw.voice.dataset", "pngnw.voice.io", "pngnw.voice.measure", "pngnw.voice.network",
    "pngnw.voice.recognizer", "pngnw.voice.train",
)  # fmt: skip
# Settings that decide which runs there are and how often they are kept, not how one goes.
PLAN: Final = {"arms", "checkpoint_every"}
MEASURED: Final = 64  # held-out utterances
KEPT: Final = 3  # of them, to be seen and heard
REFERENCE: Final = None  # the run without an arm: the source's own sound, and its mels made audible
SOURCE, TRUE_MEL, GOLD, PREDICTED = "source", "true_mel", "gold_prosody", "predicted_prosody"
Result = dict[str, Any]


def run_all(
    settings: Voice, speech: Path, encoder: Path, run: Run
) -> tuple[dict[Arm | None, Result], dict[Arm, Path]]:
    """The results of `one_run` of every arm and of none; and the folders of the arms' weights."""
    digest = key.digest(sorted(shards.paths(speech)))
    store = shards.cache_root().absolute() / "voice"
    arms: list[Arm | None] = [*settings.arms, REFERENCE]
    folders = {arm: store / _key(arm, settings, digest, encoder) for arm in arms}
    work = partial(_runner, settings, speech.absolute(), encoder.absolute())
    plan = [(arm or "source", arm, _result(folder)) for arm, folder in folders.items()]
    complete("voice", work, plan, run)
    results = {
        arm: json.loads(_result(path).read_text(encoding="utf-8")) for arm, path in folders.items()
    }
    return results, {arm: path for arm, path in folders.items() if arm is not None}


def _result(folder: Path) -> Path:
    return folder / "result.json"


def _key(arm: Arm | None, settings: Voice, speech: str, encoder: Path) -> str:
    files, code = ([], ()) if arm is None else (key.files(arm, encoder), key.code(arm))
    return shards.fingerprint(
        arm,
        settings.model_dump(exclude=PLAN),
        speech,
        key.digest(files),
        shards.code_digest(*CODE, *code),
        version("torch"),
    )


def _runner(
    settings: Voice, speech: Path, encoder: Path
) -> Callable[[tuple[Arm | None, Path]], None]:
    torch.set_num_threads(1)
    recognizer = Recognizer.load() if settings.recognizer == "moonshine" else None

    def one(item: tuple[Arm | None, Path]) -> None:
        arm, path = item
        result = one_run(arm, settings, speech, encoder, path.parent, recognizer)
        atomic.write_text(path, json.dumps(result, allow_nan=False))

    return one


def one_run(
    arm: Arm | None,
    settings: Voice,
    speech: Path,
    encoder: Path,
    folder: Path,
    recognizer: Recognizer | None,
) -> Result:
    """Train an arm, write its voice into `folder`, and measure it.

    Returns:
        JSON-able: `ways`, of each way of speaking a list with an entry for every held-out
        utterance (`heard` and `errors` of words where there is a recognizer; `mel`, `cepstral` and
        `seconds` for the arms); `words` and `text` of every utterance; `curve`; `mels` of a few
        utterances by way; `cost`.
    """
    started = time.perf_counter()
    heldout = dataset.load(speech, HELDOUT)
    indices = range(min(MEASURED, len(heldout)))
    texts = [" ".join(words) for words in spelled(heldout.sentences)][: len(indices)]
    result: Result = {
        "text": texts,
        "words": [len(words_of(text)) for text in texts],
        "ids": [int(heldout.sentences.id[i]) for i in indices],
    }
    if arm is None:
        sounds: dict[str, list[Floats]] = {
            TRUE_MEL: [vocode(heldout.mels[i].astype(np.float32)) for i in indices]
        }
        told: dict[str, list[Result]] = {SOURCE: [], TRUE_MEL: [{} for _ in indices]}
        originals = [heldout.samples[i] for i in indices]
        if all(samples is not None for samples in originals):
            sounds[SOURCE] = [
                s.astype(np.float32) / np.float32(32768) for s in originals if s is not None
            ]
            told[SOURCE] = [{} for _ in indices]
        mels = {TRUE_MEL: [heldout.mels[i].astype(np.float32) for i in indices]}
    else:
        learned = dataset.load(speech, TRAIN)
        checkpoint = folder / "checkpoint.pt"
        network, curve = train(arm, settings, learned, encoder, checkpoint)
        io.save(folder, network, arm, settings, encoder)
        checkpoint.unlink(missing_ok=True)
        trained = time.perf_counter() - started
        mels, told = speak_heldout(network, heldout, indices)
        sounds = {way: [vocode(mel) for mel in each] for way, each in mels.items()}
        result |= {"curve": curve, "cost": {"train_seconds": trained}}
    for way, each in sounds.items() if recognizer else ():
        for entry, samples, text in zip(told[way], each, texts, strict=True):
            heard = recognizer(samples) if recognizer else ""
            entry |= {"heard": heard, "errors": word_errors(words_of(text), words_of(heard))}
    return {
        **result,
        "ways": told,
        "mels": {way: [_rounded(mel) for mel in each[:KEPT]] for way, each in mels.items()},
    }


def speak_heldout(
    network: VoiceNetwork, speech: Utterances, indices: Sequence[int]
) -> tuple[dict[str, list[Floats]], dict[str, list[Result]]]:
    """Mels [T, 80] of each way of speaking, with the distances to the true ones.

    With the gold prosody frames stand for each other one by one; with the predicted one, those of
    the same place in the same token.
    """
    mels: dict[str, list[Floats]] = {GOLD: [], PREDICTED: []}
    told: dict[str, list[Result]] = {GOLD: [], PREDICTED: []}
    for index in indices:
        batch = speech.batch(np.array([index]))
        truth = batch.mel[0].numpy().astype(np.float64)
        with torch.inference_mode():
            states = network.states(batch.text)
            for way in (GOLD, PREDICTED):
                prosody = Prosody(batch.duration, batch.heard)
                if way == PREDICTED:
                    prosody = network.tell(states, batch.text, rate=1.0, pitch=1.0)
                spoken = network.decode(states, batch.text, prosody)
                mel = network.natural(spoken.mel)[0].numpy()
                ours, theirs = same_places(prosody.duration[0].numpy(), batch.duration[0].numpy())
                pair = mel[ours].astype(np.float64), truth[theirs]
                mels[way].append(mel)
                told[way].append(
                    {
                        "mel": mel_error(*pair),
                        "cepstral": cepstral_distortion(*pair),
                        "frames": len(mel),
                        "true_frames": len(truth),
                    }
                )
    return mels, told


def _rounded(mel: Floats) -> list[list[float]]:
    return [[round(float(value), 2) for value in frame] for frame in mel]
