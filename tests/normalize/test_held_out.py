"""Text normalization on cases that nobody looked at while writing the rules."""

from benchmarks.normalization import CASES, scores


def test_the_held_out_half_is_read_as_an_editor_would() -> None:
    shares = {name: right / n for name, (right, n) in scores(CASES / "heldout.tsv").items()}
    assert shares["all"] >= 0.92
    assert shares["real"] >= 0.92
    assert {name: share for name, share in shares.items() if share < 0.8} == {}
