import io
import json
import os
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pngnw.cli import EXTRAS, main
from pngnw.tools.stdin import line_batches
from tests.teach.synthetic import VOCABULARY, state

ROOT = Path(__file__).parent.parent


class _Stdin(io.TextIOWrapper):
    """Standard input that is a file of these bytes."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def call(content: bytes, *arguments: str) -> list[str]:
        monkeypatch.setattr("sys.stdin", _Stdin(content))
        main(arguments)
        return capsys.readouterr().out.splitlines()

    return call


def test_phonemize_prints_a_line_for_every_line(run: Any) -> None:
    out = run(b"hello world.\n\nthe end\n", "phonemize")
    assert out == ["HH AH0 L OW1 | W ER1 L D | .", "", "DH AH0 | EH1 N D"]


def test_json_rows_point_back_into_the_line(run: Any) -> None:
    line = "In 1984, Dr. Who's red-haired caf\u00e9 owner paid $5\u2014twice!"
    (row,) = map(json.loads, run(line.encode(), "phonemize", "--json"))
    assert row["text"] == line
    spans = {word["text"]: line[word["start"] : word["end"]] for word in row["words"]}
    assert spans["red-haired"] == "red-haired"
    assert spans["caf\u00e9"] == "caf\u00e9"
    assert spans["nineteen"] == spans["eighty-four"] == "1984"
    assert [word["rule"] for word in row["words"][:2]] == [None, "year"]
    assert all(line[word["start"] : word["end"]] == word["written"] for word in row["words"])
    assert set(row["words"][0]) == {
        "text", "phonemes", "written", "rule", "origin", "start", "end", "confidence",
    }  # fmt: skip


def test_a_mistake_in_an_override_is_told_by_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the reads were; what stands before is answered."""
    lines = b"[the](/DH AH0/) end\n" * 3 + b"an [end](/EH1 N X/)\nmore\n"
    for read_bytes in (1 << 18, 25):
        monkeypatch.setattr("pngnw.tools.stdin.READ_BYTES", read_bytes)
        monkeypatch.setattr("sys.stdin", _Stdin(lines))
        with pytest.raises(SystemExit):
            main(["phonemize"])
        shown = capsys.readouterr()
        assert shown.out == "DH AH0 | EH1 N D\n" * 3
        assert shown.err.startswith("pngnw phonemize: line 4, column 17: 'X'")


def test_doubtful_words_are_of_homographs(run: Any) -> None:
    text = b"The end.\nHe [read](/R IY1 D/) a minute record.\n"
    rows = [line.split("\t") for line in run(text, "phonemize", "--doubtful", "1")]
    assert {row[2] for row in rows} <= {"minute", "record"}
    assert all(row[0].startswith("2:") and 0 <= float(row[1]) <= 1 for row in rows)


def test_normalize_prints_the_spoken_form(run: Any) -> None:
    assert run(b"It was 105.\n\nDr. Who", "normalize") == [
        "It was one hundred five.", "", "Doctor Who",
    ]  # fmt: skip
    assert run(b"105", "normalize", "--number-and") == ["one hundred and five"]
    assert run(b"105", "phonemize", "--number-and") != run(b"105", "phonemize")


def test_a_lexicon_of_ones_own_wins(run: Any, tmp_path: Path) -> None:
    lexicon = tmp_path / "mine.dict"
    lexicon.write_text("hello  B AY1\n")
    assert run(b"hello", "phonemize", "--lexicon", str(lexicon)) == ["B AY1"]


def test_teach_prints_a_distribution_for_every_line(run: Any, tmp_path: Path) -> None:
    torch.save(state(), tmp_path / "pytorch_model.bin")
    (tmp_path / "vocabulary.json").write_text(json.dumps(VOCABULARY))
    arguments = ["--backend", "torchmoji", "--weights", str(tmp_path / "pytorch_model.bin")]
    out = run("I love you!!!\n\nsooo \u2764\n".encode(), "teach", "--json", *arguments)
    rows = [json.loads(line) for line in out]
    assert [row["text"] for row in rows] == ["I love you!!!", "", "sooo \u2764"]
    assert [row["tokens"] for row in rows] == [[6, 7, 17, 11], [], [12, 1]]
    assert all(len(row["emoji"]) == 64 and abs(sum(row["emoji"]) - 1) < 1e-5 for row in rows)


def test_teach_answers_without_any_file(run: Any) -> None:
    (line,) = run(b"I love you so much, my darling!\n", "teach")
    assert len(line.split("  ")) == 5
    assert "\u2764 0." in line
    (row,) = map(json.loads, run(b"I love you.", "teach", "--json"))
    assert set(row) == {"text", "emoji"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["phonemize", "--lexicon", "nowhere.dict"], "nowhere.dict"),
        (["phonemize", "--doubtful", "1.5"], "--doubtful 1.5"),
        (["encode", "--model", "nowhere"], "nowhere"),
        (["preset", "huge"], "no preset 'huge'"),
        (["teach", "--backend", "torchmoji"], "pytorch_model.bin"),
        (["teach", "--backend", "torchmoji", "--weights", "nowhere.bin"], "no file 'nowhere.bin'"),
        (["teach", "--backend", "deepmoji"], "should be 'prototype', 'torchmoji' or 'deepmoji-onn"),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert line.startswith(f"pngnw {arguments[0]}: ")


def test_preset_tells_what_it_changed(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert any(line.startswith("model.width: ") for line in run(b"", "preset", "base"))
    assert run(b"", "preset", "base") == ["params.yaml: nothing to change"]


def without(modules: list[str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command line where these modules cannot be imported."""
    code = f"import sys; sys.modules.update(dict.fromkeys({modules})); from pngnw.cli import main"
    return subprocess.run(
        [sys.executable, "-c", f"{code}; main()", *arguments],
        cwd=ROOT,
        input="hello",
        capture_output=True,
        text=True,
        check=False,
    )


def test_phonemize_needs_no_extra() -> None:
    done = without([module for modules in EXTRAS.values() for module in modules], "phonemize")
    assert (done.returncode, done.stdout) == (0, "HH AH0 L OW1\n"), done.stderr


@pytest.mark.parametrize(
    ("arguments", "module", "extra"),
    [
        (["encode"], "torch", "encoder"),
        (["demo"], "torch", "encoder"),
        (["export", "--onnx", "x.onnx"], "torch", "encoder"),
        (["sweep", "ablations/switches.yaml"], "dvc", "pipeline"),
        (["report"], "jinja2", "report"),
    ],
)
def test_a_missing_extra_is_named_in_one_line(
    arguments: list[str], module: str, extra: str
) -> None:
    done = without([module], *arguments)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"pngnw {arguments[0]}: ")
    assert module in line
    assert f"pip install 'pngnw[{extra}]'" in line


def test_every_extra_is_in_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {*EXTRAS} <= {*project["optional-dependencies"]}


def test_line_ends_and_bytes_that_are_no_text() -> None:
    def lines(content: bytes) -> list[str]:
        return [line for batch in line_batches(io.BytesIO(content)) for line in batch]

    assert lines(b"") == []
    assert lines(b"one\r\n\ntwo") == ["one", "", "two"]
    assert lines(b"one\n") == ["one"]
    assert lines(b"a\xffb\n") == ["a\ufffdb"]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n"), max_size=12)), st.integers(1, 9))
def test_any_cut_gives_the_same_lines(lines: list[str], read_bytes: int) -> None:
    content = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    batches = line_batches(io.BytesIO(content), read_bytes)
    assert [line for batch in batches for line in batch] == content.decode().split("\n")[:-1]


def test_a_line_is_answered_before_the_next_is_written() -> None:
    reader, writer = os.pipe()
    with open(reader, "rb") as stream:
        batches = line_batches(stream)
        for text in ("one", "two"):
            # A reader that waits for more than has been written would never come back.
            threading.Thread(target=os.write, args=(writer, f"{text}\n".encode())).start()
            assert next(batches) == [text]
        os.close(writer)
        assert list(batches) == []
