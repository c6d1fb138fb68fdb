"""What the C library is told, and that others are left alone."""

import ctypes
import sys

import pytest

from pngnw.pretrain.memory import keep_freed


def test_glibc_agrees() -> None:
    if not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"):
        pytest.skip("the C library is not glibc")
    assert keep_freed()


def test_elsewhere_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str | None) -> None:
        raise AssertionError(name)

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    monkeypatch.setattr(sys, "platform", "win32")
    assert not keep_freed()
