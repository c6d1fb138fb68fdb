"""What the page says, of a whole run, of half of one, and of files that are not ours."""

import json
import re
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pngnw.cli import main
from pngnw.core.errors import UserError
from pngnw.tools.report import media, render_page
from pngnw.tools.report import repository as git_and_dvc
from pngnw.tools.report.files import Frames, Score
from pngnw.tools.report.page import Picture, Players
from pngnw.tools.report.sections_voice import wilson
from pngnw.tools.report.words import STAGES
from tests.tools.report import made
from tests.tools.report.conftest import LISTING
from tests.tools.report.made import HOSTILE

LOADING = {"src", "href", "srcset", "poster", "data", "action", "xlink:href", "background"}


class Reader(HTMLParser):
    """Elements, what they load, and the text of style sheets."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.attributes: set[str] = set()
        self.styles = ""
        self.scripts = 0
        self.policy = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.loaded += [value or "" for name, value in attrs if name in LOADING]
        self.scripts += tag == "script"
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attrs).get("content") or ""

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["style"]:
            self.styles += data


def test_nothing_is_loaded_from_anywhere(repository: Path) -> None:
    read = Reader(render_page(repository))
    assert {"image", "audio"} <= {*read.tags}
    assert [u for u in read.loaded if not u.startswith(("data:", "#"))] == []
    assert "url(" not in read.styles
    assert "@import" not in read.styles
    assert not {"iframe", "object", "embed", "base"} & {*read.tags}
    assert read.policy.startswith("default-src 'none'; script-src 'sha256-")


def test_text_from_data_stays_text(repository: Path) -> None:
    page = render_page(repository)
    read = Reader(page)
    assert read.scripts == 1
    assert "onerror" not in read.attributes
    assert "<script>window" not in page
    assert "&lt;script&gt;window.hacked=1" in page


def test_every_section_says_something(repository: Path) -> None:
    page = render_page(repository)
    assert "not run yet" not in page
    for told in ("1,234 sentences", "Loss curves", "Utterance 1", "20.0% (17.5% to 22.7%) of 900",
                 "F0: word table", "0.300 (0.250 to 0.400)", "1.40 ms, 20.0 MFLOP"):  # fmt: skip
        assert told in page
    assert page.count("<audio") == 6
    assert page.count("<img") == 4
    assert page.count("<section") == 11
    assert page.count('class="chart"') == 3


def test_the_voice_is_seen_and_heard(repository: Path) -> None:
    spectrograms, heard = media.spoken(repository / "plots/voice")
    assert isinstance(spectrograms, Picture)
    assert "as spoken (source): 1; ours, pretrained, its own prosody: 2" in spectrograms.caption
    assert isinstance(heard, Players)
    assert heard.title == f"Utterance 1: {HOSTILE}"
    assert [player.label for player in heard.players] == ["as spoken (source)", "ours, pretrained"]


def test_nothing_has_been_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_and_dvc, "experiments", lambda _: "DVC could not list experiments")
    shutil.copy(made.ROOT / "params.yaml", tmp_path)
    page = render_page(tmp_path)
    for stage in ("clean", "phonemize", "pretrain", "teach", "evaluate", "prosody", "voice"):
        assert f"dvc repro {stage}" in page
    assert "DVC could not list experiments" in page
    assert "No encoder has been trained yet" in page


@pytest.mark.parametrize("stage", [*STAGES, "plots/pretrain", "plots/evaluate/lsa", "dvc.lock"])
def test_any_one_part_may_be_missing(repository: Path, stage: str) -> None:
    for path in (repository / stage, repository / f"metrics/{stage}.json"):
        shutil.rmtree(path, ignore_errors=True)
        path.unlink(missing_ok=True)
    assert "<h1>" in render_page(repository)


def _cut(text: str) -> str:
    return text[: len(text) // 2]


@pytest.mark.parametrize("spoil", [_cut, lambda _: "[1]", lambda _: '{"a": NaN}', lambda _: "null"])
@pytest.mark.parametrize(
    "name",
    [
        "metrics/clean.json",
        "metrics/pretrain.json",
        "metrics/evaluate.json",
        "metrics/cost/pretrain.json",
        "ablations/switches.json",
        "plots/teach/examples.json",
        "plots/evaluate/lsa/attention.json",
    ],
)
def test_a_damaged_or_foreign_file_is_named(
    repository: Path, name: str, spoil: Callable[[str], str]
) -> None:
    path = repository / name
    path.write_text(spoil(path.read_text()))
    if path.read_text() == "null" and "ablations" not in name:
        render_page(repository)  # as good as missing
        return
    with pytest.raises(UserError) as caught:
        render_page(repository)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plots/evaluate/lsa/utterance-1-source.wav", b"RIFF"),
        ("plots/pretrain/curves.png", b"\x89PNG"),
        ("plots/voice/heard.tsv", b"utterance\n1\n"),
        ("metrics/clean.json", b"\xff\xfe"),
        ("dvc.lock", b"stages: 3\n"),
    ],
)
def test_damaged_plots_are_named(repository: Path, name: str, content: bytes) -> None:
    (repository / name).write_bytes(content)
    with pytest.raises(UserError, match=re.escape(Path(name).name)):
        render_page(repository)


def test_frames_that_do_not_fit_together_are_refused(repository: Path) -> None:
    frames = made.frames()
    frames["arms"]["random"]["utterances"][0]["frames"][1] = [[0, 300, 0]]
    made.write_json(repository / "plots/evaluate/lsa/attention.json", frames)
    with pytest.raises(UserError, match=r"attention\.json"):
        render_page(repository)


def test_weights_are_pixels_and_gold_times_lines() -> None:
    slider = media.slider("lsa", Frames.model_validate(made.frames()))
    assert slider.moments == ["100 utterances", "200 utterances"]
    assert [strip.title for strip in slider.strips] == [
        "Tacotron 2’s own", "ours, untrained", "ours, pretrained"
    ]  # fmt: skip
    (drawing,) = slider.strips[0].drawings
    assert len(drawing.frames) == 2
    assert drawing.frames[0] != drawing.frames[1]
    assert [symbol for _, symbol in drawing.labels] == ["HH", HOSTILE, "."]
    assert len(drawing.gold) == 2
    assert len(drawing.silences) == 1


@pytest.mark.parametrize(("right", "of"), [(0, 10), (5, 10), (10, 10), (0, 0)])
def test_an_interval_holds_its_share(right: int, of: int) -> None:
    share = right / of if of else 0.0
    low, high = wilson(share, of)
    assert 0 <= low <= share <= high <= 1


def test_controls_are_told_as_errors() -> None:
    of_tokens = Score(error_rate=0.2, accuracy=0.7, lookup_error_rate=0.1, tokens=9)
    assert (of_tokens.errors, of_tokens.controls) == (0.2, {"lookup": 0.1})
    of_words = Score(accuracy=0.25, same_shape_accuracy=0.5, words=9, spoken=of_tokens)
    assert (of_words.errors, of_words.controls) == (0.75, {"same_shape": 0.5})
    assert of_words.parts == {"spoken": of_tokens}


def test_changed_parameters_come_first(repository: Path) -> None:
    found = git_and_dvc.compare(LISTING)
    assert isinstance(found, git_and_dvc.Experiments)
    assert found.changed == ("model.norm",)
    assert found.figures == ("emoji KL, nats",)
    rows = {name: (params, figures) for name, params, figures in found.rows}
    assert rows["commit main"] == (("pre",), ("0.041",))
    assert rows[HOSTILE] == (("post",), ("0.05",))
    assert rows["broken (failed): it failed"] == (("",), ("",))
    page = render_page(repository)
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)', page)
    place = heads.index("experiment")
    assert heads[place : place + 3] == ["experiment", "model.norm", "emoji KL, nats"]


def test_what_changed_since_the_run_is_said(repository: Path) -> None:
    lock = git_and_dvc.lock(repository)
    parameters = {p.key: p for p in git_and_dvc.parameters(repository, lock)}
    assert parameters["pretrain.steps"].ran == "7"
    assert parameters["pretrain.steps"].now not in ("7", None)
    assert "Changed since" in render_page(repository)


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
    assert line.startswith("pngnw report: metrics/clean.json: files = 'many'")
