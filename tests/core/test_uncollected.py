"""That the garbage collector rests inside, and is as it was outside."""

import gc

import pytest

from pngnw.core.uncollected import uncollected


def test_nothing_is_collected_inside_and_again_behind() -> None:
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_does_not_leave_it_off() -> None:
    @uncollected()
    def fail() -> None:
        assert not gc.isenabled()
        raise ValueError("inside")

    for _ in range(2):
        with pytest.raises(ValueError, match="inside"):
            fail()
        assert gc.isenabled()
