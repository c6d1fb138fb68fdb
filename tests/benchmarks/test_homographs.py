"""Which reading phonemes count as, and which of a peer's tokens is the homograph."""

from benchmarks.homographs import _spoken, nearest
from pngnw.phonemes.homograph_data import Row
from pngnw.phonemes.homographs import read_table


def test_nearest() -> None:
    separate = read_table()["separate"]
    names = [reading.name for reading in separate]
    for said, name in [
        ("S EH1 P ER0 EY2 T", "vrb"),
        ("S EH1 P ER0 AH0 T", "adj"),
        ("S EH1 P R AH0 T L IY0", "adj"),
    ]:
        found = nearest(said.split(), separate)
        assert found is not None
        assert names[found] == name
    assert nearest([], separate[:1] * 2) is None


def test_the_token_that_holds_it() -> None:
    row = Row("lead", 0, "Misleading: they lead lead-free lives", 17, 21)
    tokens = ["misleading", "they", "lead", "lead-free", "lives"]
    phonemes = ["M", " ", "DH", "EY1", " ", "L", "IY1", "D", " ", "X", " "]
    assert _spoken(row, tokens, phonemes) == ["L", "IY1", "D"]
    assert _spoken(Row("lead", 0, row.sentence, 22, 26), tokens, phonemes) == ["X"]
    assert _spoken(Row("lives", 0, row.sentence, 32, 37), tokens, phonemes) == []
    assert _spoken(row, ["theylead"], ["X"]) is None
