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

# What no color of the page was given to, and so cannot be seen on dark.
BLACK = """[...document.querySelectorAll(".vega text, .vega .role-legend-symbol path")]
    .filter(e => ["black", "#000"].includes(e.getAttribute("fill"))).map(e => e.outerHTML)"""


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


def test_it_is_drawn_at_every_width_light_and_dark(page: Any, said: list[str]) -> None:
    for scheme, width in product(("light", "dark"), browser.WIDTHS):
        page.emulate_media(color_scheme=scheme)
        browser.resize(page, width)
        assert [*browser.undrawn(page)] == []
        assert page.evaluate(BLACK) == []
    assert page.evaluate("document.querySelectorAll('.vega').length") > 10
    assert said == []


def test_names_of_a_chart_leave_room_for_it_after_a_turn_of_the_phone(page: Any) -> None:
    """The room that they may take was that of the window in which the page was opened."""
    browser.resize(page, 1920)
    browser.resize(page, 390)
    share = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.vega svg')].map(s => "
        "s.querySelector('.background').getBoundingClientRect().width / s.clientWidth))"
    )
    assert share > 0.35


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
