"""Where peers are looked for, and what is said of one that is not there."""

from pathlib import Path

import pytest

from benchmarks.peers import Missing, checkout


def test_a_checkout_is_named_and_known_by_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> Path:
        return checkout("PEER_OTHER", "owner/other", "model.py")

    monkeypatch.delenv("PEER_OTHER", raising=False)
    with pytest.raises(Missing, match=r"PEER_OTHER names no checkout of github.com/owner/other"):
        found()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PEER_OTHER", "own")
    with pytest.raises(Missing, match=r"is no checkout of owner/other: it has no model.py"):
        found()
    (tmp_path / "own").mkdir()
    (tmp_path / "own/model.py").touch()
    assert found() == tmp_path / "own"  # absolute: a worker runs in another folder
