"""README's rows of results and docs/results.md hold what the files of figures hold."""

from benchmarks.tables import both, pages


def test_the_pages_are_what_the_figures_give() -> None:
    for path, text in pages().items():
        assert path.read_text() == text, f"{path.name}: run `python -m benchmarks.tables`"


def test_an_interval_is_shown_with_its_figure() -> None:
    figure = {"value": -0.0184, "interval": [-0.02, 0.0001]}
    assert both(figure) == "-0.018 (-0.020 to 0.000)"
    assert both(figure, 2, sign=True) == "−0.02 (−0.02 to +0.00)"
