"""Words a second from written text to phonemes, everything on, beside three peers.

All systems get the same sentences, each in one process that stays alive, with the same thread
settings, block by block in turn; ours twice: as columns in Python, and as JSON rows with receipts
on the command line. Start-up is from the start of the interpreter to the first answered sentence;
memory is the most that the process had resident.
"""

from benchmarks import nltk_data, text
from benchmarks import peers as peer_packages
from benchmarks.peers import Missing
from benchmarks.result import OURS, Result
from benchmarks.systems import THREADS, System, Worker, interleave, miss, say

SENTENCES = 20_000
BLOCKS = 5
STARTS = 5
JSON = "pngnw phonemize --json"
ESPEAK = "phonemizer + espeak-ng"
PEERS = ("g2p_en", ESPEAK, "misaki")


def measure() -> list[Result]:
    """Speed, start-up and memory of ours and of every peer that can be had."""
    sentences = text.mixed(SENTENCES)
    blocks = [sentences[number::BLOCKS] for number in range(BLOCKS)]
    say(f"{len(sentences):,} sentences, {text.words(sentences):,} words, {THREADS} thread(s) each")
    systems = [System(OURS, "ours"), System(JSON, "ours_json"), nltk_data.g2p_en()]
    try:
        python = peer_packages.python()
        systems += [System(ESPEAK, "phonemizer", python=python)]
        systems += [System("misaki", "misaki", python=python)]
    except Missing as reason:
        say(f"{ESPEAK}, misaki: not measured ({reason})")
    starts = _starts(systems)
    # A first, small block to warm up.
    speeds = interleave(
        systems, [sentences[:100], *blocks], lambda block, a: text.words(block) / a.seconds
    )
    peaks: dict[str, list[float]] = {}
    for system in systems:
        if system.name in speeds and system.name != JSON:  # its memory is a child's
            with Worker(system) as worker:
                peaks[system.name] = [worker.ask(blocks[0]).peak_mib]
    of_json = {**speeds, OURS: speeds[JSON]}
    return [
        Result.of_samples("phonemize", "words/s", speeds, PEERS),
        Result.of_samples("phonemize.json", "words/s", of_json, PEERS),
        Result.of_samples("phonemize.start_up", "s", starts, PEERS, less_is_better=True),
        Result.of_samples("phonemize.peak_memory", "MiB", peaks, PEERS, less_is_better=True),
    ]


def _starts(systems: list[System]) -> dict[str, list[float]]:
    """Seconds of `STARTS` starts of every system, in turn."""
    starts: dict[str, list[float]] = {system.name: [] for system in systems}
    for _ in range(STARTS):
        for system in systems:
            if system.name in starts:
                try:
                    with Worker(system) as worker:
                        starts[system.name].append(worker.start_up)
                except Missing as reason:
                    miss(system, reason)
                    del starts[system.name]
    return starts
