"""Measure the voices: `python -m benchmarks.speech DATA`, DATA a folder data/speech.

Writes benchmarks/speech.json. Of a voice: seconds of audio per CPU second, words a minute at its
own pace, and how far pocketsphinx's starts of phones lie from its gold times. Of recordings with
silver times: how many were aligned, and how far the starts lie from those that another file of
times tells.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.speech import breaths, hibari, piper
from pngnw.speech.mel import FRAME_SECONDS, SAMPLE_RATE
from pngnw.speech.silver import Aligner, Silver
from pngnw.speech.stage import split_words
from pngnw.speech.times import read_times, tokens_of
from pngnw.speech.utterance import (
    Line,
    Utterance,
    generator,
    is_mark,
)

OUT = Path(__file__).parent / "speech.json"
Words = list[list[str]]
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
    results: dict[str, Any] = {"sentences": len(lines), "voices": {}}
    if args.recordings and args.times:
        results["recordings"] = recorded(args.recordings, args.times)
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
