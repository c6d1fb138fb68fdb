"""Ray gives the bytes that local workers give, whatever dies meanwhile."""

import signal
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from pngnw import engine
from pngnw.core.errors import UserError
from pngnw.engine import Failure
from pngnw.params import Run
from tests.engine.work import alive, double, eventually, inputs, open_work, start_parent

# Ray is imported by the engine, which first sets what Ray reads when it is imported.
pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed")


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    """One cluster for all tests here: starting one takes seconds."""
    yield
    import ray

    ray.shutdown()


def test_either_engine_and_any_number_of_workers_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cluster keeps its size from the first run; two workers come first, as the harder case."""
    source = inputs(tmp_path / "in")
    outputs = []
    runs = [Run(workers=workers, engine=name) for name in ("ray", "local") for workers in (2, 1)]
    for number, run in enumerate(runs):
        monkeypatch.setenv("DVC_ROOT", str(tmp_path / str(number)))  # a store of its own
        outputs.append(double(source, tmp_path / str(number) / "out", run))
    assert len(outputs[0]) == 4
    assert outputs == [outputs[0]] * 4


def test_a_worker_that_is_killed_changes_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, run = inputs(tmp_path / "in"), Run(workers=2, engine="ray")
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "a"))
    flag = tmp_path / "flag"
    killed = double(source, tmp_path / "a/out", run, flag)
    assert flag.exists()
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "b"))
    assert double(source, tmp_path / "b/out", Run(workers=1), flag) == killed


def test_an_item_that_kills_every_worker_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    items = [(number, "always" if number == 1 else "") for number in range(4)]
    work = partial(open_work, tmp_path)
    pairs = engine.map_unordered(work, items, Run(workers=2, engine="ray"))
    answers = {number: answer for (number, _), answer in pairs}
    failure = answers.pop(1)
    assert answers == {0: 0, 2: 4, 3: 9}
    assert isinstance(failure, Failure)
    assert "its worker process died" in failure.reason
    assert "\n" not in failure.reason


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_cluster_of_our_own_does_not_outlive_its_parent(
    number: signal.Signals, tmp_path: Path
) -> None:
    parent, _ = start_parent(tmp_path, "ray")
    children = psutil.Process(parent.pid).children(recursive=True)
    family = [child.pid for child in children if not _is_agent(child.pid)]
    assert len(family) > 3  # Ray's own processes, and two workers
    parent.send_signal(number)
    parent.wait(20)
    eventually(lambda: not any(map(alive, family)), seconds=20)


def _is_agent(process: int) -> bool:
    """Two of Ray's idle helpers try to report the end of a killed raylet, for a minute."""
    name = Path(f"/proc/{process}/cmdline").read_bytes()
    return name.startswith((b"ray::DashboardAgent", b"ray::RuntimeEnvAgent"))


def test_no_cluster_at_the_address_is_a_mistake_in_one_line() -> None:
    import ray

    ray.shutdown()
    run = Run(workers=2, engine="ray", ray_address="127.0.0.1:1")
    with pytest.raises(UserError, match=r"^run\.ray_address = '127\.0\.0\.1:1': no cluster"):
        list(engine.map_unordered(partial(open_work, Path()), [(0, "")], run))
