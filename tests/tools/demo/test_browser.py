"""The page in headless Chromium without a name server: asked, changed, walked over, and safe.

Skipped without Chromium or playwright (`pip install playwright`; its own browsers are not needed).
"""

import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pngnw.tools.demo.explorer import Explorer
from pngnw.tools.demo.server import Server
from pngnw.tools.demo.voice import Reciter
from tests.tools.report.browser import mute

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium"),
]
ALONE = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


@pytest.fixture(scope="module")
def url(explorer: Explorer, reciter: Reciter) -> Iterator[str]:
    with Server(explorer, reciter, 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.url
        server.shutdown()
        thread.join()


@pytest.fixture
def said() -> list[str]:
    """What went wrong while the page was open."""
    return []


@pytest.fixture
def page(url: str, said: list[str]) -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        opened = browser.new_page()
        opened.on("console", lambda m: said.append(m.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.on(
            "request",
            lambda r: (
                None if r.url.startswith((url, f"blob:{url}", "data:")) else said.append(r.url)
            ),
        )
        opened.goto(url)
        opened.wait_for_selector("html[data-ready]")
        yield opened
        browser.close()


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
    assert said == []


def test_the_map_is_walked_over(page: Any, said: list[str]) -> None:
    page.locator("#text").fill("Red cat.")
    page.keyboard.press("Enter")
    page.wait_for_selector("#map[aria-label='Attention map of 17 tokens']")
    # The first layer of this encoder attends to everything alike: 1 of 17.
    page.locator("#map").focus()
    before = page.locator("#cell").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("#cell").inner_text() != before
    assert "5.9%" in page.locator("#cell").inner_text()
    assert page.locator("#sides td").all_inner_texts() == ["53%", "47%", "53%", "47%"]
    assert said == []


def test_the_sentence_is_heard_and_bent_by_keyboard(page: Any, said: list[str]) -> None:
    page.locator("#text").fill("Red cat.")
    page.keyboard.press("Enter")
    page.wait_for_selector("#turns [aria-label='Pitch of cat']")
    drawn = page.locator("#contour svg")
    assert drawn.get_attribute("aria-label").startswith("Red 0.24 s, 120 to 120 Hz; cat 0.24 s")
    page.get_by_role("button", name="Listen").click()
    page.wait_for_selector("#sound:not([hidden])")
    assert [*mute(page)] == []
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


def test_it_fits_at_every_width_light_and_dark(page: Any, said: list[str]) -> None:
    for width in (390, 1280, 1920):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == []


def test_nothing_else_runs_or_is_asked(page: Any, said: list[str]) -> None:
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
        " document.body.append(s); }"
    )
    assert page.evaluate("window.hacked === undefined")
    assert page.evaluate("fetch('http://127.0.0.1:1/').then(() => 'sent', () => 'refused')") == (
        "refused"
    )
    assert sum("Content Security Policy" in line for line in said) >= 2
