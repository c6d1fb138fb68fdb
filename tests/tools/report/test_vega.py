"""The script that draws, and the template with which DVC's own pages need no network."""

import configparser
from pathlib import Path

import pytest
from dvc_render.html import HTML, render_html

from pngnw.tools.report import vega
from tests.tools.report.made import ROOT


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(vega, "bundle", lambda: "/* charts */")
    (tmp_path / ".dvc").mkdir()
    return tmp_path


def test_dvc_is_told_of_the_template() -> None:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / ".dvc/config")
    assert config["plots"]["html_template"] == vega.TEMPLATE
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert "/.dvc/offline.*.html" in ignored


def test_the_template_needs_no_network(repository: Path, tmp_path: Path) -> None:
    template = vega.vendor(repository)
    assert template == repository / ".dvc" / vega.TEMPLATE
    page = Path(render_html([], tmp_path / "out.html", template)).read_text()
    assert "/* charts */" in page
    assert "http" not in page
    assert HTML.PLOTS_PLACEHOLDER_FORMAT_STR not in page


def test_without_the_template_dvc_still_draws(tmp_path: Path) -> None:
    missing = tmp_path / ".dvc" / vega.TEMPLATE
    page = Path(render_html([], tmp_path / "out.html", str(missing))).read_text()
    assert "{plot_divs}" not in page


def test_it_is_made_again_for_another_version(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = vega.vendor(repository)
    assert template is not None
    template.write_text("kept" + template.read_text())
    vega.vendor(repository)
    assert template.read_text().startswith("kept")
    monkeypatch.setattr(vega, "version", lambda: "99")
    vega.vendor(repository)
    assert "vl-convert 99:" in template.read_text()


def test_elsewhere_nothing_is_written(tmp_path: Path) -> None:
    assert vega.vendor(tmp_path) is None
    assert [*tmp_path.iterdir()] == []
