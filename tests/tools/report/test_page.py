"""What the page says, of a whole run, of half of one, and of files that are not ours."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pngnw.cli import main
from pngnw.core.errors import UserError
from pngnw.tools.report import render_page
from pngnw.tools.report.run import parameters
from pngnw.tools.report.voice import STAGES, errors, wilson
from tests.tools.report import made

LOADING = {"src", "href", "srcset", "poster", "data", "action", "xlink:href", "background"}


class Reader(HTMLParser):
    """Elements, and what they load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.loaded += [value or "" for name, value in attrs if name in LOADING]


def test_nothing_is_loaded_and_text_from_data_stays_text(repository: Path) -> None:
    page = render_page(repository)
    read = Reader(page)
    assert {"img", "audio"} <= {*read.tags}
    assert [u for u in read.loaded if not u.startswith(("data:", "#"))] == []
    assert not {"script", "iframe", "object", "embed", "base"} & {*read.tags}
    assert "onerror" not in read.attributes
    assert page.count("&lt;script&gt;window.hacked=1") >= 6
    assert "default-src 'none'" in page
    assert "url(" not in page


def test_every_section_says_something(repository: Path) -> None:
    page = render_page(repository)
    assert "not run yet" not in page
    for told in ("encoder tells 80% of its phonemes", "1,234 sentences", "Losses of pretraining",
                 "20.0% (17.5% to 22.7%) of 900", "mlm: word by neighbors", "log_f0: word",
                 "0.300 (0.250 to 0.400)", "1.40 ms, 20.0 MFLOP; 40.0 s a run",
                 "&gt; 200 (1 of 2)", "😂 face with tears of joy", "60.0%", "red hat"):  # fmt: skip
        assert told in page
    assert "unheard" not in page  # of an utterance without sounds
    assert page.count("<audio") == 6
    assert page.count("<img") == len(made.PICTURES)
    assert page.count("<section") == 9
    assert page.count('class="chart"') == 3


def test_nothing_has_been_run(tmp_path: Path) -> None:
    shutil.copy(made.ROOT / "params.yaml", tmp_path)
    page = render_page(tmp_path)
    for stage in ("clean", "phonemize", "pretrain", "teach", "evaluate", "prosody", "voice"):
        assert f"dvc repro {stage}" in page
    assert "No encoder has been trained yet" in page


@pytest.mark.parametrize("part", [*STAGES, "plots", "metrics/cost", "dvc.lock"])
def test_any_one_part_may_be_missing(repository: Path, part: str) -> None:
    for path in (repository / part, repository / f"metrics/{part}.json"):
        shutil.rmtree(path, ignore_errors=True)
        path.unlink(missing_ok=True)
    assert "<h1>" in render_page(repository)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((f"metrics/{name}.json", content) for name in ("clean", "pretrain", "evaluate")
          for content in (b'{"files', b"[1]", b'{"summary": 1, "test": 1}', b"\xff\xfe")),
        ("metrics/cost/evaluate.json", b'{"arms'),
        ("plots/teach/examples.json", b"{"),
        ("plots/evaluate/lsa/attention.json", b"{"),
        ("plots/evaluate/lsa/utterance-1-source.wav", b"RIFF"),
        ("dvc.lock", b"stages: 3\n"),
    ],
)  # fmt: skip
def test_a_damaged_or_foreign_file_is_named(repository: Path, name: str, content: bytes) -> None:
    (repository / name).write_bytes(content)
    with pytest.raises(UserError, match=re.escape(name)) as caught:
        render_page(repository)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("right", "of"), [(0, 10), (5, 10), (10, 10), (0, 0)])
def test_an_interval_holds_its_share(right: int, of: int) -> None:
    share = right / of if of else 0.0
    low, high = wilson(share, of)
    assert 0 <= low <= share <= high <= 1


def test_controls_are_told_as_errors() -> None:
    of_tokens = {"error_rate": 0.2, "accuracy": 0.7, "lookup_error_rate": 0.1, "tokens": 9}
    assert errors(of_tokens) == {"": 0.2, "lookup": 0.1}
    of_words = {"accuracy": 0.25, "same_shape_accuracy": 0.5, "words": 9, "seen": of_tokens}
    assert errors(of_words) == {"": 0.75, "same_shape": 0.5}


def test_what_changed_since_the_run_is_said(repository: Path) -> None:
    ran, now = parameters(repository)["pretrain.steps"]
    assert ran == "7"
    assert now not in ("7", None)
    page = render_page(repository)
    assert "Changed since" in page
    lock = repository / "dvc.lock"
    lock.write_text(lock.read_text().replace("steps: 7", f"steps: {now}"))
    assert "Changed since" not in render_page(repository)


def test_on_the_command_line(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    main(["report"])
    assert capsys.readouterr().out.startswith("report/index.html: ")
    assert Path("report/index.html").read_text().startswith("<!DOCTYPE html>")
    Path("metrics/clean.json").write_text(json.dumps({"files": "many"}))
    with pytest.raises(SystemExit):
        main(["report"])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("pngnw report: metrics/clean.json: ")
