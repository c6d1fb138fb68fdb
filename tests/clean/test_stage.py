"""The stage on hostile and random texts: nothing lost, nothing leaked, the same bytes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pngnw.core import shards
from pngnw.core.errors import UserError
from tests.clean.conftest import CLEAN, Cleaned

CleanTexts = Callable[..., Cleaned]
STORY = b"""CHAPTER I

"Where is Mr. Long?" she asked. He had left at 5 p.m.; it
was 1815.

"Gone," said the red-
haired boy -- "gone for good!"
"""


def test_a_story(clean_texts: CleanTexts) -> None:
    metrics, rows = clean_texts({"story.txt": STORY})
    assert [row["text"] for row in rows] == [
        '"Where is Mister Long?" she asked.',
        "He had left at five p.m.; it was eighteen fifteen.",
        '"Gone," said the red-haired boy - "gone for good!"',
    ]
    assert [row["index"] for row in rows] == [0, 1, 2]
    assert {row["doc"] for row in rows} == {"mine/story.txt"}
    assert rows[1]["source_text"] == "He had left at 5 p.m.; it was 1815."
    assert metrics["lines_in"] == 6
    assert metrics["sentences_out"] == 3
    assert metrics["words"] == 24
    assert metrics["dropped"] == {"blank": 2, "heading": 1}


def test_speech_is_closed_where_it_ends_and_parentheses_have_a_partner(
    clean_texts: CleanTexts,
) -> None:
    text = b'He cried: "I am late. Very late!" But I could not see--"\n\n"It rained. It (poured.\n'
    text += b"\n( The rain ( fell all night.\n"
    metrics, rows = clean_texts({"speech.txt": text})
    assert [row["text"] for row in rows] == [
        'He cried: "I am late."',
        '"Very late!"',
        '"But I could not see -"',
        '"It rained."',
        "It poured.",
        "The rain fell all night.",
    ]
    assert metrics["repaired"] == {"parenthesis": 2, "quotation": 4}


def test_hostile_files_are_cleaned_and_counted(clean_texts: CleanTexts) -> None:
    """Invalid UTF-8, NULs, CRLF, a byte order mark, nothing at all, ten million characters."""
    metrics, rows = clean_texts(
        {
            "damaged.txt": b"She sat by the caf\xe9 window and waited\x00for rain.",
            "windows.txt": b"\xef\xbb\xbfIt was a cold day.\r\n\r\nNobody came.\r\n",
            "empty.txt": b"",
            "noise.txt": b"\x00\xff\x00\xfe" * 1000,
            "line.txt": b"x" * 10_000_000,
            "words.txt": b"and so on " * 100_000,
        },
        clean=CLEAN.model_copy(update={"max_dropped": 1.0}),
    )
    texts = {row["text"] for row in rows}
    assert texts == {
        "She sat by the café window and waited for rain.",
        "It was a cold day.",
        "Nobody came.",
    }
    assert metrics["dropped"]["empty_document"] == 1
    assert metrics["dropped"]["too_long"] > 500
    assert metrics["repaired"]["invalid_byte"] == 1
    assert metrics["repaired"]["nul"] == 1
    assert metrics["repaired"]["long_line"] > 100
    assert metrics["dropped"]["undecodable"] == 1
    assert metrics["files"] == 6


def test_equal_sentences_and_records_of_one_name(clean_texts: CleanTexts) -> None:
    texts: dict[str, bytes] = dict.fromkeys(["a.txt", "b.txt"], b"The rain had stopped by noon.\n")
    texts["c.jsonl"] = b'{"id": 1, "text": "It rained."}\n{"id": 1, "text": "Nobody came home."}\n'
    metrics, rows = clean_texts(texts)
    assert metrics["dropped"] == {"duplicate": 1}
    assert sorted(row["doc"] for row in rows)[1:] == ["mine/c.jsonl:1"] * 2
    assert len({row["id"] for row in rows}) == 3


GERMAN = b"Der Regen fiel die ganze Nacht auf die alte Stadt am Fluss.\n\n"
LOST = [  # what is given, and what the message has to name: file, count, reason, remedy
    ("a.jsonl", b'{"body": "It rained."}\n' * 200, "200 of 200 records .*'text'.*'body'.*sources"),
    ("a.jsonl", b'[{"text": "It rained."}, {"text": "It rained again."}]', "a.jsonl: .*object"),
    ("a.jsonl", '{"text": "It rained."}\n'.encode("utf-16"), r"a\.jsonl: .*UTF-16.*UTF-8"),
    ("a.txt", b"IT RAINED ALL NIGHT IN THE CITY!\n\n" * 20, "capitals 20.*lower case"),
    ("a.txt", GERMAN * 20, "language 20.*English"),
    ("a.txt", b"Yes.\n\nNo.\n\nNever.\n\nIt rained.\n", r"too_short 3.*clean\.min_words"),
    ("a.txt", b"\n\n\n", "empty_document"),
    ("README.md", b"No text.", "data/raw.*dvc repro fetch"),
]


@pytest.mark.parametrize(("name", "data", "message"), LOST)
def test_lost_text_ends_the_stage_with_the_reason(
    clean_texts: CleanTexts, name: str, data: bytes, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        clean_texts({name: data})


def test_the_user_may_want_to_lose_most(clean_texts: CleanTexts) -> None:
    texts = {"a.txt": GERMAN * 20 + b"It rained all night.\n"}
    clean = CLEAN.model_copy(update={"max_dropped": 1.0})
    assert clean_texts(texts, clean=clean)[0]["sentences_out"] == 1
    with pytest.raises(UserError, match=r"1 sentences .*clean\.max_dropped"):
        clean_texts(texts)


def test_an_empty_split_is_a_warning_with_advice_that_works(
    clean_texts: CleanTexts, capfd: pytest.CaptureFixture[str]
) -> None:
    days = "".join(f"It was day {number} of a long journey.\n\n" for number in range(200))
    clean = CLEAN.model_copy(update={"near_duplicate": 2.0})
    clean_texts({"a.txt": days.encode()}, clean=clean)
    (line,) = [s for s in capfd.readouterr().err.splitlines() if "warning" in s]
    assert "no sentence in split" in line
    assert "clean.split_by: sentence" in line
    clean = clean.model_copy(update={"split_by": "sentence"})
    metrics, rows = clean_texts({"a.txt": days.encode()}, clean=clean)
    assert "warning" not in capfd.readouterr().err
    assert {row["split"] for row in rows} == {"train", "valid", "test"}
    assert sum(split["sentences"] for split in metrics["splits"].values()) == 200


def test_two_workers_write_the_bytes_of_one(
    clean_texts: CleanTexts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(__file__).parents[1] / "data/corpus"
    corpus = {path.name: path.read_bytes() for path in sorted(folder.glob("*.txt"))[:4]}
    one = clean_texts(corpus, root="one")
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "elsewhere"))  # reuse nothing
    two = clean_texts(corpus, root="two", workers=2)
    assert one == two
    for path in shards.paths(tmp_path / "one/data/clean"):
        assert path.read_bytes() == (tmp_path / "two/data/clean" / path.name).read_bytes()
    rows = one[1]
    assert len({row["id"] for row in rows}) == len(rows) > 300


def test_one_more_document_maps_one_shard_anew(
    clean_texts: CleanTexts, capfd: pytest.CaptureFixture[str]
) -> None:
    texts = {f"{i}.txt": f"This is the text of number {i}.".encode() for i in range(9)}
    clean_texts(texts)
    assert "3 shards computed, 0 reused" in capfd.readouterr().err
    _, rows = clean_texts(texts | {"more.txt": b"This one came later."})
    assert "1 shards computed, 2 reused" in capfd.readouterr().err
    assert len(rows) == 10
