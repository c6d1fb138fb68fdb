"""The voice stage: a voice for every arm, and how well it is understood.

Guarantees: every arm speaks the same held-out utterances, with the gold prosody and with its own,
beside the source and the source's own mels made audible in the same way. One run an arm: figures,
and no claim that one arm is better than another.
"""

from pathlib import Path

from pngnw.core.atomic import copy, marked_unfinished
from pngnw.core.errors import UserError
from pngnw.core.stage import StageResult
from pngnw.model.io import load
from pngnw.params import Params
from pngnw.speech.utterance import HELDOUT, TRAIN
from pngnw.voice import dataset, io
from pngnw.voice.report import report
from pngnw.voice.runs import run_all


def run(params: Params, root: Path) -> StageResult:
    """Train and measure a voice for every arm: data/speech, models/encoder -> models/voice,
    plots/voice.

    Finished runs are kept in .cache/voice.

    Raises:
        UserError: the encoder lacks the layer, no utterance has known times, the recognizer is
            missing, or speech or encoder cannot be read.
    """
    settings, speech, encoder = params.voice, root / "data/speech", root / "models/encoder"
    layers = load(encoder)[2].model.layers
    if settings.layer is not None and settings.layer > layers:
        raise UserError(f"voice.layer = {settings.layer}: the encoder has {layers} layers")
    heldout, learned = (dataset.load(speech, part) for part in (HELDOUT, TRAIN))
    results, folders = run_all(settings, speech, encoder, params.run)
    from pngnw.voice.plots import draw  # matplotlib is slow to load

    draw(results, heldout, root / "plots/voice")
    out = root / "models/voice"
    with marked_unfinished(out):
        io.copy_reading(encoder, out)
        for arm, folder in folders.items():
            for name in (io.WEIGHTS, io.CONFIG):
                copy(folder / name, out / arm / name)
    figures = report(results, params.base.seed)
    untimed = heldout.untimed + learned.untimed
    cost = {arm: result["cost"] for arm, result in results.items() if arm is not None}
    return StageResult({**figures, "untimed_utterances": untimed}, {"arms": cost})
