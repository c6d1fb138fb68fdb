"""Words a second from written text to phonemes, everything on, beside three peers.

All systems get the same sentences, each in one process that stays alive, with the same thread
settings, block by block in turn; ours twice: as columns in Python, and as JSON rows with receipts
on the command line. Start-up is from the start of the interpreter to the first answered sentence;
memory is the most that the process had resident.
"""

import sys
from pathlib import Path

from benchmarks import nltk_data, text
from benchmarks import peers as peer_packages
from benchmarks.peers import Missing
from benchmarks.result import OURS, Result
from benchmarks.systems import System, interleave, miss, say
from benchmarks.worker import THREADS, Answer

SENTENCES = 100_000  # or all there are, which are more than 50,000
BLOCKS = 5
STARTS = 5
JSON = "pngnw phonemize --json"


def measure() -> list[Result]:
    """Speed, start-up and memory of ours and of every peer that can be had."""
    sentences = text.mixed(SENTENCES)
    blocks = [sentences[number::BLOCKS] for number in range(BLOCKS)]
    say(f"{len(sentences):,} sentences, {text.words(sentences):,} words, {THREADS} thread(s) each")
    peers = _peers()
    systems = [System(OURS, "ours"), System(JSON, "ours_json"), *peers]
    names = [system.name for system in peers]
    starts = _starts(systems)
    peaks: dict[str, float] = {}

    def speed(block: list[str], answer: Answer) -> float:
        return text.words(block) / answer.seconds

    # A first, small block to warm up.
    speeds = interleave(systems, [sentences[:100], *blocks], speed)
    for system in systems:
        if system.name in speeds and system.name != JSON:  # its memory is a child's
            with system.start() as worker:
                peaks[system.name] = worker.ask(blocks[0]).peak_mib
    return [
        Result.of_samples("phonemize", "words/s", speeds, names),
        Result.of_samples("phonemize.json", "words/s", {**speeds, OURS: speeds[JSON]}, names),
        Result.of_samples("phonemize.start_up", "s", starts, names, less_is_better=True),
        Result.of_samples(
            "phonemize.peak_memory",
            "MiB",
            {name: [peak] for name, peak in peaks.items()},
            names,
            less_is_better=True,
        ),
    ]


def _peers() -> list[System]:
    tagged = {"NLTK_DATA": str(nltk_data.prepare())}
    try:
        python = peer_packages.python()
    except Missing as reason:
        say(f"phonemizer, misaki: not measured ({reason})")
        python = Path(sys.executable)
    return [
        System("g2p_en", "g2p_en", tagged),
        System("phonemizer + espeak-ng", "phonemizer", python=python),
        System("misaki", "misaki", python=python),
    ]


def _starts(systems: list[System]) -> dict[str, list[float]]:
    """Seconds of `STARTS` starts of every system, in turn."""
    starts: dict[str, list[float]] = {system.name: [] for system in systems}
    for _ in range(STARTS):
        for system in systems:
            if system.name in starts:
                try:
                    with system.start() as worker:
                        starts[system.name].append(worker.start_up)
                except Missing as reason:
                    miss(system, reason)
                    del starts[system.name]
    return starts
