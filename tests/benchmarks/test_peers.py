"""Where peers are looked for, and what is said of one that is not there."""

from pathlib import Path

import pytest

from benchmarks.peers import Missing, checkout


def found() -> Path:
    return checkout("PEER_OTHER", "owner/other", "other/model.py")


def test_a_variable_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PEER_OTHER", raising=False)
    with pytest.raises(Missing, match=r"PEER_OTHER names no checkout of github.com/owner/other"):
        found()


def test_a_checkout_is_known_by_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEER_OTHER", str(tmp_path))
    with pytest.raises(Missing, match=r"is no checkout of owner/other: it has no other/model.py"):
        found()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/model.py").touch()
    assert found() == tmp_path


def test_a_relative_path_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own/other").mkdir(parents=True)
    (tmp_path / "own/other/model.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PEER_OTHER", "own")
    assert found() == tmp_path / "own"
