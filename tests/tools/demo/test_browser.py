"""The page in headless Chromium without a name server: asked, changed, listened to, and safe."""

from collections.abc import Iterator
from typing import Any

import pytest

from pngnw.tools.demo.server import Server
from tests.tools.report import browser

pytestmark = browser.MARKS
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@pytest.fixture
def said() -> list[str]:
    """What went wrong while the page was open."""
    return []


@pytest.fixture
def page(server: Server, said: list[str]) -> Iterator[Any]:
    own = (server.url, f"blob:{server.url}", "data:")
    with browser.opened(server.url, own, said, ALONE) as opened:
        opened.wait_for_selector("html[data-ready]")
        yield opened


def test_a_sentence_and_a_change_by_keyboard(page: Any, said: list[str]) -> None:
    page.locator("#text").fill("<b>I</b> lead the red cat & 日本.")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-label='Change the phonemes of cat']")
    assert "日本" in page.locator("#unspoken").inner_text()
    page.get_by_label("Change the phonemes of cat").press("Enter")
    page.keyboard.type("K QQ T")
    page.keyboard.press("Enter")
    page.wait_for_selector(".word form .missing:not([hidden])")
    assert "'QQ' is not an ARPAbet symbol" in page.locator(".word form .missing").inner_text()
    page.get_by_label("Phonemes of cat").fill("k aa1 t s")
    page.keyboard.press("Enter")
    page.wait_for_selector("#change:not([hidden])")
    assert "K AE1 T → K AA1 T S" in page.locator("#change-lead").inner_text()
    assert page.locator(".moved figure.changed .number").all_inner_texts()[-1] == "new"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == (
        "Change the phonemes of cat"
    )
    page.get_by_label("Back to how cat is read").press("Enter")
    page.wait_for_selector("#change", state="hidden")
    # A homograph offers its other reading.
    page.get_by_label("Change the phonemes of lead").press("Enter")
    page.locator(".readings button").click()
    page.wait_for_selector("#change:not([hidden])")
    assert browser.too_wide(page) == []
    assert said == []


def test_the_sentence_is_heard_and_bent_by_keyboard(page: Any, said: list[str]) -> None:
    page.locator("#text").fill("Red cat.")
    page.keyboard.press("Enter")
    page.wait_for_selector("#turns [aria-label='Pitch of cat']")
    drawn = page.locator("#contour svg")
    assert drawn.get_attribute("aria-label").startswith("Red 0.24 s, 120 to 120 Hz; cat 0.24 s")
    page.get_by_role("button", name="Listen").click()
    page.wait_for_selector("#sound:not([hidden])")
    assert browser.mute(page) == []
    page.get_by_label("Pitch of cat").press("End")
    page.wait_for_selector("#contour svg[aria-label*='cat 0.24 s, 240 to 240 Hz']")
    page.get_by_label("Length of Red").press("End")
    page.wait_for_selector("#contour svg[aria-label^='Red 0.49 s']")
    first = page.evaluate("document.getElementById('sound').src")
    page.get_by_label("Rate of the sentence").press("ArrowLeft")
    page.wait_for_selector(f"#sound:not([src='{first}'])")
    page.get_by_role("button", name="As predicted").click()
    page.wait_for_selector("#contour svg[aria-label^='Red 0.24 s, 120 to 120 Hz; cat 0.24 s, 120']")
    assert said == []


def test_nothing_else_runs_or_is_asked(page: Any, said: list[str]) -> None:
    assert not browser.hacked(page)
    assert page.evaluate("fetch('http://127.0.0.1:1/').then(() => 'sent', () => 'refused')") == (
        "refused"
    )
    assert sum("Content Security Policy" in line for line in said) >= 2
