"""What every worker process does: load, answer one sentence, then block after block.

Only the standard library: a peer's environment holds nothing of ours.
Protocol, one JSON value a line: the worker writes `{"ready": true}` when it has answered a first
sentence; then for every list of texts that it reads, `{"seconds", "peak_mib", "answers"}`.
`answers` is null but where the parent set `WORKER_ANSWERS=1`; what prints by itself goes to stderr.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

# It holds a number, a homograph and unknown words, so whatever a system loads late is loaded.
FIRST = "In 1813 Mr. Darcy was read to by the red-haired Zorblaxian reader, Quizzlebrant."
Speak = Callable[[list[str]], Any]


def serve(load: Callable[[], Speak]) -> None:
    """Load a system and answer until stdin ends."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    wanted = os.environ.get("WORKER_ANSWERS") == "1"
    speak = load()
    speak([FIRST])
    _tell(channel, {"ready": True})
    for line in sys.stdin:
        texts = json.loads(line)
        started = time.perf_counter()
        answers = speak(texts)
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer = answers if wanted else None
        _tell(channel, {"seconds": seconds, "peak_mib": peak, "answers": answer})


def _tell(channel: Any, message: dict[str, Any]) -> None:
    channel.write(json.dumps(message) + "\n")
    channel.flush()
