"""The page in headless Chromium with the network off: drawn, movable, audible, and safe.

Skipped without Chromium or playwright (`pip install playwright`; its own browsers are not needed).
`python -m tests.tools.report.browser` looks at a page in the same way, and keeps what it saw.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.tools.report import browser

pytest.importorskip("playwright.sync_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(browser.CHROMIUM is None, reason="no chromium"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser.chromium() as started:
        yield started


@pytest.fixture
def said() -> list[str]:
    """What went wrong while the page was open."""
    return []


@pytest.fixture
def file(repository: Path) -> Path:
    return browser.written(repository)


@pytest.fixture
def page(file: Path, chromium: Any, said: list[str]) -> Iterator[Any]:
    with browser.opened(chromium, file, said) as opened:
        yield opened


def test_it_fits_every_width_light_and_dark(page: Any, said: list[str]) -> None:
    for scheme, width in product(("light", "dark"), browser.WIDTHS):
        page.emulate_media(color_scheme=scheme)
        browser.resize(page, width)
        assert [*browser.too_wide(page)] == []
    assert said == []


def test_the_slider_moves_every_picture_by_keyboard(page: Any, said: list[str]) -> None:
    assert [*browser.unmoved(page)] == []
    slider = page.get_by_label("Training so far")
    slider.focus()
    page.keyboard.press("Home")
    told = slider.get_attribute("aria-valuetext")
    assert told == "100 utterances"
    assert page.locator(".slider output").text_content() == told
    assert said == []


def test_the_players_play(page: Any) -> None:
    assert page.evaluate("document.querySelectorAll('audio').length") == 6
    assert [*browser.unseen(page)] == []
    assert [*browser.mute(page)] == []
    durations = page.evaluate("[...document.querySelectorAll('audio')].map(a => a.duration)")
    assert durations == pytest.approx([0.2] * 6, abs=0.01)


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
