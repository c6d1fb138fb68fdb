"""The parent's side of a worker process, see `benchmarks.workers.serve`.

Guarantees: every worker runs with the same thread settings, as many as there are cores unless
`BENCH_THREADS` says otherwise; a worker that dies is reported as `Missing` with its last words.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from benchmarks.peers import Missing

THREADS = os.environ.get("BENCH_THREADS", str(os.cpu_count()))
_LIMITS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "POLARS_MAX_THREADS", "RAYON_NUM_THREADS",
)  # fmt: skip
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Answer:
    """What a worker says of one block: seconds, MiB resident at its peak so far, its answers."""

    seconds: float
    peak_mib: float
    answers: Any


class Worker:
    """A running worker process; `start_up` is the seconds from its start to its first answer."""

    def __init__(
        self, python: Path, module: str, extra: Mapping[str, str], answers: bool = False
    ) -> None:
        self._name = module
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed by `close`
        started = time.perf_counter()
        try:
            self._process = subprocess.Popen(
                [str(python), "-m", f"benchmarks.workers.{module}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
                cwd=ROOT,
                env={
                    **os.environ,
                    **dict.fromkeys(_LIMITS, THREADS),
                    **extra,
                    "WORKER_ANSWERS": str(int(answers)),
                },
            )
        except OSError as error:
            self._errors.close()
            raise Missing(f"{module}: {python}: {error.strerror}") from None
        try:
            self._hear()
        except Missing:
            self.close()
            raise
        self.start_up = time.perf_counter() - started

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process and wait for it."""
        self._process.communicate()
        self._errors.close()

    def ask(self, texts: list[str]) -> Answer:
        """Have the worker answer a block. Raises `Missing` if it died."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(texts) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # `_hear` finds the process silent and says why
        return Answer(**self._hear())

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            last = (self._errors.read().strip().splitlines() or ["no message"])[-1]
            raise Missing(f"{self._name}: {last}")
        message: dict[str, Any] = json.loads(line)
        return message
