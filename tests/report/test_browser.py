"""The page in headless Chromium with the network off: drawn, movable, audible, and safe.

Skipped without Chromium or playwright (`pip install playwright`; its own browsers are not needed).
"""

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pngnw.report import vega
from pngnw.report.gather import gather
from pngnw.report.page import render
from tests.report import made

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def said() -> list[str]:
    """What went wrong while the page was open."""
    return []


@pytest.fixture(params=[False, True], ids=["pictures", "data"])
def page(request: Any, browser: Any, repository: Path, said: list[str]) -> Iterator[Any]:
    root = made.with_data(repository) if request.param else repository
    file = root / "index.html"
    file.write_text(render(gather(root), vega.bundle()), encoding="utf-8")
    context = browser.new_context(offline=True)
    opened = context.new_page()
    opened.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:")) else said.append(r.url),
    )
    opened.goto(file.as_uri())
    opened.wait_for_function("document.documentElement.dataset.charts === 'drawn'")
    yield opened
    context.close()


def test_it_is_drawn_at_every_width_light_and_dark(page: Any, said: list[str]) -> None:
    for width, scheme in product((390, 1280, 1920), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function("document.documentElement.dataset.charts === 'drawn'")
        marks = page.evaluate(
            "[...document.querySelectorAll('.vega')].map(v => v.querySelectorAll('path').length)"
        )
        assert len(marks) > 10
        assert min(marks) > 2
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == []


def test_the_slider_moves_every_picture_by_keyboard(page: Any, said: list[str]) -> None:
    shown = "[...document.querySelectorAll('.frame:not([hidden])')].map(f => f.dataset.moment)"
    before = page.evaluate(shown)
    assert {*before} == {"1"}
    slider = page.get_by_label("Training so far")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(shown) == ["0"] * len(before)
    told = slider.get_attribute("aria-valuetext")
    assert told in ("100 utterances", "picture 1 of 2")
    assert page.locator(".slider output").text_content() == told
    assert said == []


def test_the_players_load(page: Any) -> None:
    page.wait_for_function("[...document.querySelectorAll('audio')].every(a => a.readyState >= 1)")
    durations = page.evaluate("[...document.querySelectorAll('audio')].map(a => a.duration)")
    assert durations == pytest.approx([0.2] * 4, abs=0.01)


def test_text_from_data_does_not_run(page: Any, said: list[str]) -> None:
    assert page.evaluate("window.hacked === undefined")
    assert "window.hacked=1" in page.locator("main").inner_text()
    # Nor would it, had it got through.
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        " document.body.append(s); }"
    )
    assert page.evaluate("window.hacked === undefined")
    assert any("Content Security Policy" in line for line in said)
