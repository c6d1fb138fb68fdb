import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from pngnw.cli import main
from tests.teach.torchmoji_made import VOCABULARY, state

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
    assert set(row["words"][0]) == {"text", "start", "end", "phonemes", "origin"}


def test_bytes_that_are_no_text_do_not_stop_it(run: Any) -> None:
    (row,) = map(json.loads, run(b"good \xff\xfe morning\r\n", "phonemize", "--json"))
    assert [word["text"] for word in row["words"]][:1] == ["good"]
    assert row["words"][-1]["text"] == "morning"


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
        (["encode", "--model", "nowhere"], "nowhere"),
        (["preset", "huge"], "no preset 'huge'"),
        (["teach", "--backend", "torchmoji"], "dropbox.com/s/q8lax9ary32c7t9/pytorch_model.bin"),
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


@pytest.mark.parametrize("command", ["phonemize", "encode", "preset"])
def test_help_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([command, "--help"])
    assert exit_.value.code == 0
    assert "example: " in capsys.readouterr().out
