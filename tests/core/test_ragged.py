"""Ragged gathers against plain lists."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pngnw.core.ragged import Ragged

ROWS = st.lists(st.lists(st.integers(0, 99), max_size=5), min_size=1, max_size=8)


def ragged(rows: list[list[int]]) -> Ragged:
    return Ragged.of([np.array(row, dtype=np.int64) for row in rows], np.int64)


def lists(table: Ragged) -> list[list[int]]:
    spans = zip(table.offsets[:-1], table.offsets[1:], strict=True)
    return [table.values[a:b].tolist() for a, b in spans]


@given(ROWS, st.data())
def test_take_is_list_indexing(rows: list[list[int]], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=12))
    taken = ragged(rows).take(np.array(chosen, dtype=np.int64))
    assert lists(taken) == [rows[index] for index in chosen]


@given(ROWS, ROWS)
def test_extend_is_list_concatenation(rows: list[list[int]], more: list[list[int]]) -> None:
    assert lists(ragged(rows).extend(ragged(more))) == rows + more


def test_no_rows() -> None:
    assert lists(ragged([])) == []
