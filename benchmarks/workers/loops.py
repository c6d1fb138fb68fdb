"""What every worker of a whole training loop does: it loads real sentences, and trains on them.

A block is one JSON object with one key, a job: `{"take": [[id, text], …]}` says which sentences
there are from now on, and its answer which of them the loader can read; every other job is given
a number of sentences and answers `[sentences, seconds]` of what it did.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.workers.serve import serve
from benchmarks.workers.steps import Size

BATCH = 12  # sentences of an update where their number is fixed: about 2,048 tokens
Jobs = Mapping[str, Callable[[Any], Any]]


def serve_jobs(load: Callable[[Size], Jobs]) -> None:
    """Make a loader and a model, and do one job after another."""

    def start() -> Callable[[list[str]], Any]:
        jobs = load(Size.wanted())

        def do(block: list[str]) -> Any:
            if not block[0].startswith("{"):  # the sentence that every worker gets first
                return None
            [(name, what)] = json.loads(block[0]).items()
            return jobs[name](what)

        return do

    serve(start)
