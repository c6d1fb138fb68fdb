"""The figures of the stage: distances, word error rates, and the bar that a voice has to clear."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pngnw.params import Arm
from pngnw.voice.runs import GOLD, PREDICTED, SOURCE, TRUE_MEL, Result

RESAMPLES: Final = 2000  # of the utterances, for an interval
# How much worse than the true mels, made audible in the same way, a voice may be understood.
BAR: Final = 0.15


def report(results: Mapping[Arm | None, Result], seed: int) -> dict[str, Any]:
    """What metrics/voice.json holds; `seed` is the bootstrap's."""
    reference = results[None]
    words = reference["words"]
    rng = np.random.default_rng([seed, 22])
    draws = rng.integers(0, len(words), size=(RESAMPLES, len(words)))
    true = _errors(reference["ways"][TRUE_MEL])
    arms: dict[str, Any] = {}
    for arm, result in results.items():
        if arm is None:
            continue
        arms[arm] = {way: _figures(result["ways"][way], words) for way in (GOLD, PREDICTED)}
        for way in (GOLD, PREDICTED) if true else ():
            more = np.subtract(_errors(result["ways"][way]), true)
            arms[arm][way]["minus_true_mel"] = difference(more, words, draws)
        arms[arm]["last_losses"] = {k: v for k, v in result["curve"][-1].items() if k != "step"}
    figures = {
        "heldout": {"utterances": len(words), "words": sum(words)},
        SOURCE: _figures(reference["ways"][SOURCE], words),
        TRUE_MEL: _figures(reference["ways"][TRUE_MEL], words),
        "arms": arms,
    }
    return {"summary": summary(figures), **figures}


def difference(
    more: npt.NDArray[Any], words: Sequence[int], draws: npt.NDArray[np.int64]
) -> dict[str, Any]:
    """A difference of two word error rates, with its 95% interval over utterances.

    Args:
        more: errors that the one has more in each utterance, [N].
        words: of each utterance, [N].
        draws: resamples of the utterances, [R, N].
    """
    count = np.array(words)
    rates = more[draws].sum(axis=1) / count[draws].sum(axis=1)
    return {
        "value": float(more.sum() / count.sum()),
        "interval": np.quantile(rates, (0.025, 0.975)).tolist(),
    }


def summary(figures: Mapping[str, Any]) -> list[str]:
    """A line for every arm."""
    lines = []
    for arm, ways in figures["arms"].items():
        gold, own = ways[GOLD], ways[PREDICTED]
        line = (
            f"{arm}: mel cepstral distortion {gold['cepstral_distortion']:.3g} dB with the gold "
            f"prosody, {own['cepstral_distortion']:.3g} dB with its own"
        )
        if "word_error_rate" in own:
            worse = own["minus_true_mel"]
            low, high = worse["interval"]
            verdict = "within" if worse["value"] <= BAR else "NOT within"
            line += (
                f"; word error rate {own['word_error_rate']:.3g} (gold prosody "
                f"{gold['word_error_rate']:.3g}, true mels "
                f"{figures[TRUE_MEL]['word_error_rate']:.3g}), {worse['value']:+.3g} [{low:+.3g}, "
                f"{high:+.3g}] to the true mels: {verdict} {BAR}"
            )
        lines.append(f"{line}.")
    return lines


def _figures(entries: Sequence[Result], words: Sequence[int]) -> dict[str, float]:
    """Means over utterances, and the word error rate over all words, where known."""
    out: dict[str, float] = {}
    for name, key in (("mel_error", "mel"), ("cepstral_distortion", "cepstral")):
        if entries and key in entries[0]:
            out[name] = float(np.mean([entry[key] for entry in entries]))
    if entries and "frames" in entries[0]:
        lengths = [sum(entry[key] for entry in entries) for key in ("frames", "true_frames")]
        out["length"] = lengths[0] / lengths[1]
    if errors := _errors(entries):
        out["word_error_rate"] = sum(errors) / sum(words)
    return out


def _errors(entries: Sequence[Result]) -> list[int]:
    return [entry["errors"] for entry in entries if "errors" in entry]
