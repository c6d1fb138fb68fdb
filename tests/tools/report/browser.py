"""The page of a run as a reader sees it: python -m tests.tools.report.browser report/index.html.

Opens a report in headless Chromium with the network off, at the widths of a phone, a laptop and a
wide screen. Wrong is: a message on the console, a request, a page without charts, a picture that
is not there, a slider that leaves the picture as it was, a sound that does not play, and a page
wider than the window. Prints what is wrong, and exits 1 if anything is. Without a page it looks at
a made-up one. Needs Chromium and `pip install playwright`, whose own browsers are not needed;
exits 77 without them.

example: python -m tests.tools.report.browser report/index.html --shots /tmp/shots
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pngnw.tools.report import render_page
from tests.tools.report import made

WIDTHS = (390, 1280, 1920)
PIECE = 2400  # pixels of a screenshot, top to bottom: taller ones cannot be looked at
SKIPPED = 77  # as automake has it
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_SHOWN = "s => [...s.querySelectorAll('.frame:not([hidden])')].map(f => f.dataset.moment)"
_BROKEN = """async () => {
  const found = [];
  for (const one of document.querySelectorAll("img, image")) {
    const picture = new Image();
    picture.src = one.getAttribute("src") || one.getAttribute("href");
    const where = one.closest("figure").querySelector("figcaption").textContent;
    await picture.decode().catch(() => found.push(where));
  }
  return found;
}"""
_PLAYED = """async a => {
  a.muted = true;
  const failed = await a.play().then(() => '', error => error.message);
  for (let wait = 0; wait < 100 && !failed && !a.currentTime; wait += 1)
    await new Promise(resolve => setTimeout(resolve, 20));
  return failed || (a.currentTime > 0 && a.duration > 0 ? '' : 'does not play');
}"""


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser that playwright drives."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Any, file: Path, said: list[str]) -> Iterator[Any]:
    """The page; what the console says and the page asks for is noted."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:")) else said.append(r.url),
    )
    page.goto(file.resolve().as_uri())
    yield page
    context.close()


def resize(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


def too_wide(page: Any) -> Iterator[str]:
    """A page that does not fit."""
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "the page is wider than the window"


def unseen(page: Any) -> Iterator[str]:
    """Pictures that are none, those of other moments of a slider too."""
    for where in page.evaluate(_BROKEN):
        yield f"a picture of {where.strip()!r} cannot be shown"


def unmoved(page: Any) -> Iterator[str]:
    """Sliders that show another moment than they say, or the same picture at both ends."""
    for slider in page.query_selector_all(".slider"):
        name, control = slider.inner_text().splitlines()[0], slider.query_selector("input")
        seen = []
        for end, key in ((0, "Home"), (int(control.get_attribute("max")), "End")):
            control.focus()
            page.keyboard.press(key)
            if {*slider.evaluate(_SHOWN)} != {str(end)}:
                yield f"slider {name!r} shows {slider.evaluate(_SHOWN)} at {end}"
            seen.append(slider.query_selector(".strips").screenshot())
        if seen[0] == seen[1]:
            yield f"slider {name!r} leaves the pictures as they were"


def mute(page: Any) -> Iterator[str]:
    """Sounds that do not play."""
    for audio in page.query_selector_all("audio"):
        if told := audio.evaluate(_PLAYED):
            yield f"sound {audio.get_attribute('aria-label')!r}: {told}"


def shoot(page: Any, folder: Path, width: int) -> None:
    """The whole page from top to bottom, in pieces: <width>-00.png, <width>-01.png ..."""
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    height = page.evaluate("document.documentElement.scrollHeight")
    for number, top in enumerate(range(0, height, PIECE)):
        clip = {"x": 0, "y": top, "width": width, "height": min(PIECE, height - top)}
        page.screenshot(path=folder / f"{width}-{number:02}.png", full_page=True, clip=clip)


def look(file: Path, shots: Path | None = None) -> list[str]:
    """All that is wrong with a page; its screenshots go to `shots`."""
    said: list[str] = []
    wrong = []
    with chromium() as browser, opened(browser, file, said) as page:
        counts = "['.chart', '.slider', 'audio'].map(s => document.querySelectorAll(s).length)"
        charts, sliders, sounds = page.evaluate(counts)
        print(f"{file}: {charts} charts, {sliders} sliders, {sounds} sounds")
        if not charts:
            wrong.append("no chart at all: is this a report?")
        for width in WIDTHS:
            resize(page, width)
            if shots:
                shots.mkdir(parents=True, exist_ok=True)
                shoot(page, shots, width)
            wrong += [f"{width} px: {each}" for each in (*too_wide(page), *unmoved(page))]
        wrong += [*unseen(page), *mute(page)]
    return wrong + [f"said or asked for: {line}" for line in said]


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, look, print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.report.browser",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("page", type=Path, nargs="?", help="index.html of a report [a made-up one]")
    parser.add_argument("--shots", metavar="FOLDER", type=Path, help="where screenshots go [none]")
    args = parser.parse_args(arguments)
    if CHROMIUM is None:
        print("tests.tools.report.browser: skipped, there is no chromium", file=sys.stderr)
        return SKIPPED
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        print("tests.tools.report.browser: skipped, `pip install playwright`", file=sys.stderr)
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="pngnw-report-") as folder:
        wrong = look(args.page or example(Path(folder)), args.shots)
    print("\n".join([*wrong, f"{len(wrong)} wrong"]))
    return 1 if wrong else 0


def example(folder: Path) -> Path:
    """A page about a made-up run."""
    return written(made.repository(folder / "pngnw"))


def written(root: Path) -> Path:
    file = root / "index.html"
    file.write_text(render_page(root), encoding="utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
