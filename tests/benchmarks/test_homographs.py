"""Which reading phonemes count as, and which of a peer's tokens is the homograph."""

from benchmarks.homographs import _spoken, nearest
from pngnw.phonemize.homographs import read_table
from pngnw.tools.homographs.data import Row


def test_nearest() -> None:
    estimate = read_table()["estimate"]
    names = [reading.name for reading in estimate]
    for said, name in [
        ("EH1 S T AH0 M EY2 T", "vrb"),
        ("EH1 S T IH0 M AH0 T", "nou"),
        ("EH1 S T AH0 M AH0 T AO1 R", "nou"),
    ]:
        found = nearest(said.split(), estimate)
        assert found is not None
        assert names[found] == name
    assert nearest([], estimate[:1] * 2) is None


def test_the_token_that_holds_it() -> None:
    row = Row("lead", 0, "Misleading: they lead lead-free lives", 17, 21)
    tokens = ["misleading", "they", "lead", "lead-free", "lives"]
    phonemes = ["M", " ", "DH", "EY1", " ", "L", "IY1", "D", " ", "X", " "]
    assert _spoken(row, tokens, phonemes) == ["L", "IY1", "D"]
    assert _spoken(Row("lead", 0, row.sentence, 22, 26), tokens, phonemes) == ["X"]
    assert _spoken(Row("lives", 0, row.sentence, 32, 37), tokens, phonemes) == []
    assert _spoken(row, ["theylead"], ["X"]) is None
