"""Ours on the command line: `pngnw phonemize --json`, which goes on from one block to the next.

A block is written to its standard input, and its rows are read back, over pipes.
"""

import subprocess
import sys
from threading import Thread

from benchmarks.workers import Speak


def load() -> Speak:
    """Start the command; a row comes out for each line that goes in."""
    command = [sys.executable, "-m", "pngnw", "phonemize", "--json"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None
    assert stdout is not None

    def write(lines: bytes) -> None:
        stdin.write(lines)
        stdin.flush()

    def speak(texts: list[str]) -> list[bytes]:
        lines = "".join(" ".join(text.splitlines()) + "\n" for text in texts).encode()
        writer = Thread(target=write, args=[lines])
        writer.start()
        rows = [stdout.readline() for _ in texts]
        writer.join()
        return rows

    return speak
