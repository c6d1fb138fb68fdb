"""Pages in headless Chromium, for the tests of the report and of the demo.

They are skipped without Chromium or playwright (`pip install playwright`; its own browsers are not
needed).
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium"),
]
_PLAYED = """async a => {
  a.muted = true;
  const failed = await a.play().then(() => '', error => error.message);
  for (let wait = 0; wait < 100 && !failed && !a.currentTime; wait += 1)
    await new Promise(resolve => setTimeout(resolve, 20));
  return failed || (a.currentTime > 0 && a.duration > 0 ? '' : 'does not play');
}"""
_INJECTED = """() => {
  const s = document.createElement('script');
  s.textContent = 'window.hacked = 1';
  document.body.append(s);
  return window.hacked;
}"""


@contextmanager
def opened(url: str, own: Sequence[str], said: list[str], *flags: str) -> Iterator[Any]:
    """The page; what the console says, and what is asked for that does not begin with one of
    `own`, goes to `said`."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *flags])
        page = browser.new_page()
        page.on("console", lambda m: said.append(m.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(tuple(own)) else said.append(r.url))
        page.goto(url)
        yield page
        browser.close()


def too_wide(page: Any) -> list[tuple[str, int]]:
    """The color schemes and the widths of a phone, a laptop and a wide screen that it fits not."""
    wrong = []
    for scheme, width in product(("light", "dark"), (390, 1280, 1920)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append((scheme, width))
    return wrong


def mute(page: Any) -> list[str]:
    """What is wrong with sounds that do not play."""
    played = [audio.evaluate(_PLAYED) for audio in page.query_selector_all("audio")]
    return [wrong for wrong in played if wrong]


def hacked(page: Any) -> bool:
    """Whether text of the page has run as a script, or one would that is put in."""
    return page.evaluate("window.hacked") is not None or page.evaluate(_INJECTED) is not None
