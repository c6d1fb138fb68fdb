"""The Ray engine: the same work as Ray tasks, on a running cluster or on one started for this run.

Guarantees: the answers of `pngnw.engine.local`; a task whose worker or node dies is given to
another; at most `AHEAD` tasks per processor wait in the cluster. Every node must see the
repository's folder under the same path (a shared disk): only names of shards travel.
"""

import os
import pickle
import secrets
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Generator, Sequence
from typing import Any, TypeVar

from pngnw.core.errors import UserError
from pngnw.engine.work import ONE_THREAD, Failure, OpenWork, attempt, should_retry, worker_died
from pngnw.params import Run

AHEAD = 2
TIMEOUT = 10.0  # seconds for a cluster to answer

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_unordered(
    open_work: OpenWork[Item, Result], items: Sequence[Item], run: Run
) -> Generator[tuple[Item, Result | Failure], None, None]:
    """See `pngnw.engine.map_unordered`."""
    ray = _connect(run)
    task = ray.remote(num_cpus=1, max_retries=0)(_answer)  # attempts are counted here
    open_work_ref = ray.put(open_work)
    limit = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
    waiting = deque(range(len(items)))
    attempts = [0] * len(items)
    running: dict[Any, int] = {}
    try:
        while waiting or running:
            while waiting and len(running) < limit:
                number = waiting.popleft()
                running[task.remote(open_work_ref, items[number])] = number
            (done, *_), _ = ray.wait(list(running), num_returns=1)
            number = running.pop(done)
            try:
                answer = ray.get(done)
            except ray.exceptions.RayError as error:
                reason = str(error).splitlines()[0] if str(error) else type(error).__name__
                answer = worker_died(reason)
            attempts[number] += 1
            if should_retry(answer, attempts[number]):
                waiting.append(number)
            else:
                yield items[number], answer
    finally:
        for reference in running:
            ray.cancel(reference, force=True)


def _connect(run: Run) -> Any:
    """The module `ray`, connected until this process ends (starting a cluster takes seconds)."""
    if run.ray_address is None:
        # Ray listens on all interfaces: nobody else may give work to the cluster that is started
        # here. It reads this when it is imported.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    try:
        import ray
    except ModuleNotFoundError:
        raise UserError(
            "run.engine = 'ray': ray is not installed; pip install '.[ray]', or set run.engine: "
            "local"
        ) from None
    if ray.is_initialized():
        return ray
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    here = os.getcwd()
    environment = {
        **ONE_THREAD,
        "PYTHONPATH": os.pathsep.join([here, *filter(None, sys.path)]),
        "DVC_ROOT": os.path.abspath(os.environ.get("DVC_ROOT", here)),
        "PNGNW_FOLDER": here,
    }
    options: dict[str, Any] = {
        "runtime_env": {"env_vars": environment},
        "log_to_driver": False,
        "logging_level": "warning",
    }
    if run.ray_address is None:
        options |= {"address": "local", "num_cpus": run.workers, "include_dashboard": False}
    else:
        _check_address(run.ray_address)
        options["address"] = run.ray_address
    on_sigterm = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(**options)
    except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"run.ray_address = {run.ray_address!r}: no cluster ({reason})") from None
    if callable(on_sigterm) and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, on_sigterm)  # ray.init replaces it
    return ray


def _check_address(address: str) -> None:
    """Raise `UserError` if nobody listens at `host:port`: Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdecimal():
        return  # "auto", which Ray looks up itself
    try:
        socket.create_connection((host, int(port)), timeout=TIMEOUT).close()
    except (OSError, OverflowError) as error:
        raise UserError(
            f"run.ray_address = {address!r}: no cluster ({error}); start one with `ray start "
            "--head`, or set run.ray_address: null"
        ) from None


# Used in Ray's worker processes only: a task has no other way to find what an earlier one opened.
_opened: dict[bytes, Any] = {}


def _answer(open_work: OpenWork[Any, Any], item: Any) -> Any:
    """One item, in a worker process; what the work loads is kept for the next item."""

    def work(item: Any) -> Any:
        os.chdir(os.environ["PNGNW_FOLDER"])  # parameters name files relative to it
        key = pickle.dumps(open_work)
        if key not in _opened:
            _opened.clear()
            _opened[key] = open_work()
        return _opened[key](item)

    return attempt(work, item)
