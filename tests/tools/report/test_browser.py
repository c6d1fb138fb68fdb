"""The page in headless Chromium: drawn, audible, and safe."""

from pathlib import Path

from pngnw.tools.report import PAGE, write_report
from tests.tools.report import browser

pytestmark = browser.MARKS


def test_it_is_drawn_and_heard_and_nothing_in_it_runs(repository: Path) -> None:
    write_report(repository)
    said: list[str] = []
    with browser.opened((repository / PAGE).resolve().as_uri(), ("file:", "data:"), said) as page:
        assert browser.too_wide(page) == []
        assert page.evaluate("[...document.images].every(i => i.naturalWidth === 300)")
        assert page.evaluate("document.querySelectorAll('audio').length") == 6
        assert browser.mute(page) == []
        assert said == []
        assert "window.hacked=1" in page.locator("main").inner_text()
        assert not browser.hacked(page)
        assert any("Content Security Policy" in line for line in said)
