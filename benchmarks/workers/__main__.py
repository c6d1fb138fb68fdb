"""A worker process: `python -m benchmarks.workers MODULE SETTINGS [answers]`, SETTINGS as JSON.

It loads a system, answers one sentence, then block after block until stdin ends. Only the standard
library: a peer's environment holds nothing of ours.
Protocol, one JSON value a line: the worker writes `{"ready": true}` when it has answered a first
sentence; then for every list of texts that it reads, `{"seconds", "peak_mib", "answers"}`.
`answers` is null unless they are asked for; what prints by itself goes to stderr.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# It holds a number, a homograph and unknown words, so whatever a system loads late is loaded.
FIRST = "In 1813 Mr. Darcy was read to by the red-haired Zorblaxian reader, Quizzlebrant."


def main(name: str, settings: str, *answers: str) -> None:
    """Load a system and answer until stdin ends."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(message: dict[str, Any]) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    speak = importlib.import_module(f"benchmarks.workers.{name}").load(**json.loads(settings))
    speak([FIRST])
    tell({"ready": True})
    for line in sys.stdin:
        texts = json.loads(line)
        started = time.perf_counter()
        said = speak(texts)
        seconds = time.perf_counter() - started
        peak = _peak_kib() / 1024
        tell({"seconds": seconds, "peak_mib": peak, "answers": said if answers else None})


def _peak_kib() -> int:
    """The most memory that this process had; `ru_maxrss` may be that of who started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
