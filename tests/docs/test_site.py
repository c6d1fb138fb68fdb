"""The pages as a site: complete, without a broken link, and without anything from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs import drawing
from tests.docs.blocks import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    fetched = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"(?:https?:)?//[^\"]*")
    pages = [*site.glob("*.html")]
    assert len(pages) > 20
    found = {each for page in pages for each in fetched.findall(page.read_text())}
    assert found == set()
    styles = [path for path in site.rglob("*.css") if re.search(r"url\(\"?http", path.read_text())]
    assert styles == []
    assert "mermaid" not in "".join(re.findall(r"class=\"[^\"]*\"", pages[0].read_text()))


def test_every_part_of_the_program_has_a_place(site: Path) -> None:
    parts = {path.stem for path in (ROOT / "pngnw").iterdir() if path.name[0] not in "_."}
    named = re.findall(r"^::: pngnw\.(\w+)", "".join(_api_pages()), re.MULTILINE)
    assert sorted(named) == sorted(parts)
    assert "PnGNWEncoder" in (site / "api-model.html").read_text()


def _api_pages() -> list[str]:
    return [path.read_text() + "\n" for path in sorted((ROOT / "docs").glob("api*.md"))]


def test_readme_is_shown_and_not_repeated(site: Path) -> None:
    start = (site / "index.html").read_text()
    assert 'href="data.html#sources"' in start
    assert "Two commands" in start
    assert "Two commands" not in (ROOT / "docs/index.md").read_text()


def test_the_drawing_is_what_the_program_answers() -> None:
    assert drawing.DRAWING.read_text() == drawing.draw()
