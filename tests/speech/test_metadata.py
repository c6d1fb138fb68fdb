"""Tables of recordings as people have them: the right column is read, or the line is named."""

from collections import Counter
from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.params import Speech, validate
from pngnw.speech.metadata import read_metadata
from tests.speech.corpus import speech_params

SAID = {"a1": "Printing, in the only sense.", "a2": "It differs from most.", "a3": "He said so."}


def read(folder: Path, text: str, columns: list[str] | None = None) -> dict[str, str]:
    path = folder / "metadata.csv"
    path.write_text(text, encoding="utf-8")
    return read_metadata(path, Counter(), columns)


def table(line: str, head: str = "") -> str:
    """A line for every text; {i} is its number, {N} the text in capitals without its full stop."""
    lines = (
        line.format(n=name, t=text, N=text.upper().strip("."), i=i)
        for i, (name, text) in enumerate(SAID.items())
    )
    return "\n".join(([head] if head else []) + list(lines)) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        table("{n}|{t}"),  # Piper
        table("{n}|{t}|{t}"),  # LJSpeech
        table("{n}.WAV|{t}"),
        table("{n}|speaker|{t}"),  # VCTK, Piper with several speakers
        table("{n}|{i}|{t}"),  # VITS
        table("{n}|{t}|3.{i}5"),  # seconds
        table("{n}|speaker|{t}|{t}"),
        table("{n}|{t}|{t}|Jane Doe"),
        table("{n}.flac|{t}|p225|happy", "audio_file|text|speaker_name|emotion_name"),  # Coqui
        table("p225\t{n}.mp3\t{t}\t2", "client_id\tpath\tsentence\tup_votes"),  # Common Voice
        table('{n}.ogg,"{t}"'),
        table('{n}.ogg, "{t}",1.{i}', "file_name, transcription, duration"),
        "\ufeff" + table("{n}|{t}\r"),
    ],
)
def test_layouts(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == SAID


def test_the_normalized_text_is_read_where_there_is_one(tmp_path: Path) -> None:
    found = read(tmp_path, "a|Mr. X|Mister X\nb.wav|Only this.\nc|So be it.|so be it\n")
    assert found == {"a": "Mister X", "b": "Only this.", "c": "so be it"}
    assert read(tmp_path, "a|1984|nineteen eighty-four\nb|7|seven\n")["b"] == "seven"


@pytest.mark.parametrize("separator", ["|", "\t", ","])
def test_a_separator_in_a_text_is_refused_by_its_line(tmp_path: Path, separator: str) -> None:
    lines = [f"{name}{separator}Nothing else" for name in "abcde"]
    lines[2] += f"{separator} to say"
    with pytest.raises(UserError, match=r"metadata\.csv:3: 3 columns.*speech\.columns"):
        read(tmp_path, "\n".join(lines))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (table("{n}|{t}|Somebody else {i}"), 1),  # labels or texts?
        (table("{n}|3.{i}"), 1),
        ("\na|One of us.|Jane Doe\n", 2),
        ('a,"One of us."\nb,"never closed\nc,"Closed."\n', 2),
    ],
)
def test_what_cannot_be_decided_is_refused_by_its_line(
    tmp_path: Path, text: str, number: int
) -> None:
    with pytest.raises(UserError, match=rf"metadata\.csv:{number}: "):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("{t}|{n}", ["text", "name"]),
        ("{n}|Somebody else {i}|{t}", ["name", "_", "normalized"]),
        ("{n}|{t}|{N} not", ["name", "text", "phonemes"]),
    ],
)
def test_named_columns_decide(tmp_path: Path, line: str, columns: list[str]) -> None:
    assert read(tmp_path, table(line), columns) == SAID


@pytest.mark.parametrize("columns", [["name"], ["text"], ["name", "name", "text"]])
def test_columns_without_a_name_or_a_text_are_refused(columns: list[str]) -> None:
    with pytest.raises(UserError, match=r"columns"):
        validate(Speech, {**speech_params().model_dump(), "columns": columns}, "params.yaml")


def test_lines_without_a_text_and_repeated_names_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "metadata.csv"
    path.write_text("a|One.\nb|Two.\na.wav|Again.\nalone\n\n|no name\n", encoding="utf-8")
    counts: Counter[str] = Counter()
    assert read_metadata(path, counts) == {"a": "One.", "b": "Two."}
    assert counts == {"dropped.no_text": 3, "dropped.repeated_name": 1}
