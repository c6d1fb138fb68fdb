"""Measure pitch trackers and voices: `python -m benchmarks.speech DATA`, DATA a folder data/speech.

Writes benchmarks/speech.json. Gold pitch is what a synthesizer was told: espeak-ng without
intonation (its range parameter at 0) at eight settings of its pitch parameter, whose Hz follow
from its source (voices.c and wavegen.c: 71 Hz · table / 128 + 18 Hz), in vowels and in silence; and
the contour that `hibari`'s network gives its own oscillator. Of a tracker: seconds of audio per CPU
second on one thread; of the frames that both call voiced the share that is an octave (±15%) off,
that is off by over 20%, and the median error; the share of voiced and unvoiced frames that it
confuses. Of a voice: seconds of audio per CPU second, words a minute at its own pace, and how far
pocketsphinx's starts of phones lie from its gold times. Of recordings with silver times: how many
were aligned, and how far the starts lie from those that another file of times tells.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.speech import breaths, espeak, hibari, piper, pitch
from pngnw.speech.mel import FRAME_SECONDS, SAMPLE_RATE
from pngnw.speech.silver import Aligner, Silver
from pngnw.speech.stage import split_words
from pngnw.speech.times import read_times, tokens_of
from pngnw.speech.utterance import (
    Line,
    Utterance,
    add_room_tone,
    generator,
    is_mark,
    resample,
)

OUT = Path(__file__).parent / "speech.json"
PITCHES = (15, 22, 30, 45, 60, 75, 85, 99)
# voices.c: pitch_adjust_tab at these settings.
TABLE = (80, 88, 98, 121, 149, 183, 210, 254)
_PITCH, _RANGE = 3, 4  # speak_lib.h
Words = list[list[str]]
Samples = npt.NDArray[np.int16]
Contour = npt.NDArray[np.float64]  # [T] Hz, 0 where there is no voice, NaN where nobody knows
Tracker = Callable[[Samples], Contour]
Say = Callable[[Line, np.random.Generator], Utterance | str]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speech",
        description=__doc__,
        epilog="example: python -m benchmarks.speech data/speech",
    )
    parser.add_argument("data", type=Path, help="a folder data/speech")
    parser.add_argument("--sentences", type=int, default=40, help="of it, for each measure")
    parser.add_argument("--recordings", type=Path, help="another one, of recordings")
    parser.add_argument("--times", type=Path, help="a file of times of these recordings")
    args = parser.parse_args()
    lines = sentences(args.data, args.sentences)
    results: dict[str, Any] = {"sentences": len(lines), "pitch": {}, "voices": {}}
    if args.recordings and args.times:
        results["recordings"] = recorded(args.recordings, args.times)
    for name, gold in (("espeak", list(monotone(lines))), ("hibari", list(contoured(lines)))):
        results["pitch"][name] = {}
        for tracker, track in TRACKERS.items():
            try:
                results["pitch"][name][tracker] = judge(track, gold)
            except ImportError as error:
                print(f"{tracker}: not measured ({error})")
    for name, say in (("piper", piper.Voice.load()), ("hibari", hibari.Voice.load()),
                      ("espeak", partial(breaths.say, "en-us"))):  # fmt: skip
        results["voices"][name] = voice(say, lines)
    text = json.dumps(results, indent=2, sort_keys=True)
    print(text)
    OUT.write_text(text + "\n")


def sentences(data: Path, count: int) -> list[Words]:
    """Some sentences of a speech set, in words of ARPAbet."""
    found: list[Words] = []
    for path in shards.paths(data):
        for row in shards.read(path, ["phonemes", "phonemes_per_word"]).to_pylist():
            found.append([list(word) for word in _words(row)])
    return found[:: max(1, len(found) // count)][:count]


def _words(row: Mapping[str, Any]) -> Sequence[Sequence[str]]:
    return split_words([TOKENS.symbols[t] for t in row["phonemes"]], row["phonemes_per_word"])


def ours(samples: Samples) -> Contour:
    """What the speech stage writes."""
    log_f0 = pitch.contour(samples)
    return np.where(log_f0 > 0, np.exp(log_f0), 0.0)


def praat(samples: Samples) -> Contour:
    """Boersma's autocorrelation (GPL: a reference, no dependency)."""
    import parselmouth

    found = parselmouth.Sound(samples / 32768, SAMPLE_RATE).to_pitch_ac(
        time_step=FRAME_SECONDS, pitch_floor=pitch.LOWEST, pitch_ceiling=pitch.HIGHEST
    )
    return at_frames(samples, found.xs(), found.selected_array["frequency"])


def dio(samples: Samples) -> Contour:
    """WORLD's fast tracker, refined."""
    import pyworld

    sound = samples / 32768
    f0, times = pyworld.dio(sound, SAMPLE_RATE, pitch.LOWEST, pitch.HIGHEST)
    return at_frames(samples, times, pyworld.stonemask(sound, f0, times, SAMPLE_RATE))


TRACKERS: dict[str, Tracker] = {"swift-f0": ours, "praat-parselmouth": praat, "pyworld dio": dio}


def at_frames(samples: Samples, times: Contour, f0: Contour) -> Contour:
    """A tracker's frames to those of the mel: the nearest one."""
    wanted = np.arange(1 + len(samples) // 256) * FRAME_SECONDS
    nearest = np.abs(np.asarray(times)[None, :] - wanted[:, None]).argmin(axis=1)
    return np.asarray(f0)[nearest]


def monotone(lines: list[Words]) -> Iterator[tuple[Samples, Contour]]:
    """espeak-ng at known pitches; gold is known inside vowels and in the silence at the end."""
    for number, words in enumerate(lines):
        setting = number % len(PITCHES)
        hertz = (0x47000 * TABLE[setting] / 128 + 4104 * 18) / 4096
        phonemes = [word for word in words if word and not is_mark(word)]
        with espeak.speaker() as speaker:
            speaker._library.espeak_SetParameter(_PITCH, PITCHES[setting], 0)
            speaker._library.espeak_SetParameter(_RANGE, 0, 0)
            phrase = speaker.say(phonemes, 170)
        if phrase is None:
            continue
        silent = np.pad(phrase.samples, (0, SAMPLE_RATE // 4))
        samples = add_room_tone(silent, np.random.default_rng(number))
        middles = np.arange(1 + len(samples) // 256) * 256
        gold = np.full(len(middles), np.nan)
        gold[middles > phrase.ends[-1] + SAMPLE_RATE // 10] = 0.0
        tokens = [phoneme for word in phonemes for phoneme in word]
        for token, a, b in zip(tokens, phrase.starts, phrase.ends, strict=True):
            if token[-1] in "012":
                inner = (b - a) // 4
                gold[(middles >= a + inner) & (middles < b - inner)] = hertz
        yield samples, gold


def contoured(lines: list[Words]) -> Iterator[tuple[Samples, Contour]]:
    """hibari with the contour of its own oscillator."""
    speaker = hibari.Voice.load()
    for number, words in enumerate(lines):
        rng = generator(0, number)
        sound, _, f0 = speaker.say(hibari.ALPHABET.spell(words).symbols, 1.0, rng)
        samples = add_room_tone(resample(sound, hibari.RATE, SAMPLE_RATE) * 32767, rng)
        f0 = np.where(f0 > 60, f0, np.where(f0 < 20, 0.0, np.nan))  # between, it fades
        yield samples, at_frames(samples, (np.arange(len(f0)) + 0.5) / 80, f0)


def judge(track: Tracker, gold: list[tuple[Samples, Contour]]) -> dict[str, float]:
    """The figures of a tracker."""
    started = time.process_time()
    found = np.concatenate([track(samples) for samples, _ in gold])
    seconds = time.process_time() - started
    wanted = np.concatenate([contour for _, contour in gold])
    voiced, unvoiced = wanted > 0, wanted == 0
    both = voiced & (found > 0)
    ratio = np.log2(found[both] / wanted[both])
    octave = np.abs(np.abs(ratio) - 1) < np.log2(1.15)
    return {
        "times_real_time": sum(len(s) for s, _ in gold) / SAMPLE_RATE / seconds,
        "octave_errors": float(octave.mean()),
        "gross_errors": float((np.abs(ratio) > np.log2(1.2)).mean()),
        "median_error": float(np.median(np.abs(2**ratio - 1))),
        "voiced_missed": float((found[voiced] == 0).mean()),
        "unvoiced_taken": float((found[unvoiced] > 0).mean()),
        "voiced_frames": int(voiced.sum()),
    }


def voice(say: Say, lines: list[Words]) -> dict[str, Any]:
    """The figures of a voice."""
    started = time.process_time()
    utterances = [say(Line(words), generator(0, n)) for n, words in enumerate(lines)]
    seconds = time.process_time() - started
    aligner, errors, failed = Aligner(), [], 0
    for words, spoken in zip(lines, utterances, strict=True):
        if isinstance(spoken, str) or spoken.start is None:
            continue
        silver = aligner(spoken.samples, words)
        if not isinstance(silver, Silver):
            failed += 1
            continue
        tokens = [token for word in words for token in word]
        gold = spoken.start[[n for n, token in enumerate(tokens) if not is_mark([token])]]
        errors += [a - b for (_, a, _), b in zip(silver.phones, gold, strict=True)]
    sounds = sum(len(u.samples) for u in utterances if not isinstance(u, str)) / SAMPLE_RATE
    return {
        "times_real_time": sounds / seconds,
        "refused": sum(isinstance(u, str) for u in utterances),
        "silver_failed": failed,
        "phones": len(errors),
        "silver_median_error_ms": float(1000 * np.median(np.abs(errors))),
        "silver_bias_ms": float(1000 * np.median(errors)),
        "silver_within_50_ms": float((np.abs(errors) <= 0.05).mean()),
        "natural_words_per_minute": pace(say, lines),
    }


def recorded(data: Path, times: Path) -> dict[str, float]:
    """Starts of phonemes in a set of recordings against those of a file of times."""
    told, errors, compared, count = read_times(times), [], 0, 0
    columns = ["recording", "phonemes", "phonemes_per_word", "start", "end"]
    for path in shards.paths(data):
        for row in shards.read(path, columns).to_pylist():
            count += 1
            words, phones = _words(row), told.get(row["recording"])
            found = None if phones is None else tokens_of(words, phones, row["end"][-1])
            if found is None or isinstance(found, str):
                continue
            compared += 1
            spoken = [not is_mark([symbol]) for word in words for symbol in word]
            errors += np.subtract(row["start"], found[0])[spoken].tolist()
    off = np.abs(errors)
    return {
        "utterances": count,
        "compared": compared,
        "phones": len(off),
        "median_error_ms": float(1000 * np.median(off)),
        "within_50_ms": float((off <= 0.05).mean()),
    }


def pace(say: Say, lines: list[Words]) -> float | None:
    """Words per minute at a voice's own pace, silence included: the median of sentences."""
    paces = []
    for number, words in enumerate(lines):
        if isinstance(say, piper.Voice):
            seconds = say.say(piper.ALPHABET.spell(words).symbols, 1.0)[1].sum() * FRAME_SECONDS
        elif isinstance(say, hibari.Voice):
            rng = generator(0, number)
            frames = say.say(hibari.ALPHABET.spell(words).symbols, 1.0, rng)[1].sum()
            seconds = frames * hibari.FRAME / hibari.RATE
        else:
            return None
        paces.append(60 * sum(bool(w) and not is_mark(w) for w in words) / seconds)
    return float(np.median(paces))


if __name__ == "__main__":
    main()
