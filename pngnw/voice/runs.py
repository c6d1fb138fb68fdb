"""The runs of the stage, an arm each and one without: trained, measured, and none of them twice.

Guarantees: a finished run is kept under a fingerprint of all it depends on, and a run that was
broken off has its checkpoint there; results do not depend on the number of workers. Every run
measures the same held-out utterances.

Letters: T frames.
"""

import json
import time
from collections.abc import Callable
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
SOURCE, TRUE_MEL, GOLD, PREDICTED = "source", "true_mel", "gold_prosody", "predicted_prosody"
Result = dict[str, Any]


def run_all(
    settings: Voice, speech: Path, encoder: Path, run: Run
) -> tuple[dict[Arm | None, Result], dict[Arm, Path]]:
    """The results of `one_run` of every arm and of none; and the folders of the arms' weights."""
    digest = key.digest(sorted(shards.paths(speech)))
    store = shards.cache_root().absolute() / "voice"
    arms: list[Arm | None] = [*settings.arms, None]
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
    """Train an arm, write its voice into `folder`, and measure it; without one, the source's own
    sound and its mels made audible.

    Returns:
        JSON-able: `ways`, of each way of speaking a list with an entry for every held-out
        utterance (`heard` and `errors` of words where there is a recognizer; `mel`, `cepstral`,
        `frames` and `true_frames` for the arms); `words` and `text` of every utterance; `mels` of a
        few utterances by way; for the arms `curve` and `cost`.
    """
    started = time.perf_counter()
    heldout = dataset.load(speech, HELDOUT)
    count = min(MEASURED, len(heldout))
    texts = [" ".join(words) for words in spelled(heldout.sentences)][:count]
    result: Result = {"text": texts, "words": [len(words_of(text)) for text in texts]}
    told: dict[str, list[Result]]
    if arm is None:
        mels = {TRUE_MEL: [mel.astype(np.float32) for mel in heldout.mels[:count]]}
        sounds = {TRUE_MEL: [vocode(mel) for mel in mels[TRUE_MEL]]}
        originals = [samples for samples in heldout.samples[:count] if samples is not None]
        if len(originals) == count:
            sounds[SOURCE] = [each.astype(np.float32) / np.float32(32768) for each in originals]
        told = {way: [{} for _ in sounds.get(way, [])] for way in (SOURCE, TRUE_MEL)}
    else:
        learned = dataset.load(speech, TRAIN)
        checkpoint = folder / "checkpoint.pt"
        network, result["curve"] = train(arm, settings, learned, encoder, checkpoint)
        io.save(folder, network, arm, settings, encoder)
        checkpoint.unlink(missing_ok=True)
        result["cost"] = {"train_seconds": time.perf_counter() - started}
        mels, told = speak_heldout(network, heldout, count)
        sounds = {way: [vocode(mel) for mel in each] for way, each in mels.items()}
    if recognizer is not None:
        for way, each in sounds.items():
            for entry, samples, text in zip(told[way], each, texts, strict=True):
                heard = recognizer(samples)
                entry |= {"heard": heard, "errors": word_errors(words_of(text), words_of(heard))}
    return {
        **result,
        "ways": told,
        "mels": {
            way: [np.round(mel.astype(np.float64), 2).tolist() for mel in each[:KEPT]]
            for way, each in mels.items()
        },
    }


def speak_heldout(
    network: VoiceNetwork, speech: Utterances, count: int
) -> tuple[dict[str, list[Floats]], dict[str, list[Result]]]:
    """Mels [T, 80] of the first utterances in each way of speaking, with the distances to the true
    ones.

    With the gold prosody frames stand for each other one by one; with the predicted one, those of
    the same place in the same token.
    """
    mels: dict[str, list[Floats]] = {GOLD: [], PREDICTED: []}
    told: dict[str, list[Result]] = {GOLD: [], PREDICTED: []}
    for index in range(count):
        batch = speech.batch(np.array([index]))
        truth = batch.mel[0].numpy().astype(np.float64)
        with torch.inference_mode():
            states = network.states(batch.text)
            gold = Prosody(batch.duration, batch.heard)
            own = network.tell(states, batch.text, rate=1.0, pitch=1.0)
            for way, prosody in ((GOLD, gold), (PREDICTED, own)):
                mel = network.natural(network.decode(states, batch.text, prosody))[0].numpy()
                ours, theirs = same_places(prosody.duration[0].numpy(), gold.duration[0].numpy())
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
