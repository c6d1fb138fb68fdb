"""Words to numbers: the reference's sentence tokenizer as facts, and refusals."""

import json
from pathlib import Path

import pytest

from pngnw.core.errors import UserError
from pngnw.teach.torchmoji_vocabulary import Vocabulary
from tests.teach.torchmoji_made import VOCABULARY

PUBLISHED = Path(__file__).parents[4] / "shared/data/torchmoji/vocabulary.json"


@pytest.mark.parametrize(
    ("ids", "text", "expected"),
    [
        ({"CUSTOM_MASK": 0, "aasdf": 1000, "basdf": 2000}, "aasdf basdf basdf basdf",
         [1000, 2000, 2000, 2000]),
        ({"CUSTOM_MASK": 0, "CUSTOM_UNKNOWN": 1, "aasdf": 1000, "basdf": 2000}, "aasdf basdf ccc",
         [1000, 2000, 1]),
        (VOCABULARY, "I love mom's cooking", [6, 7, 8, 9]),
        (VOCABULARY, "I love you!!!", [6, 7, 17, 11]),
        (VOCABULARY, "soooo good ... <3", [12, 13, 10, 14]),
        (VOCABULARY, "@you http://a.b 12\n?", [2, 3, 4, 5, 16]),
        (VOCABULARY, "  ", []),
    ],
)  # fmt: skip
def test_numbers_of_the_reference(ids: dict[str, int], text: str, expected: list[int]) -> None:
    assert Vocabulary(ids).tokens([text]) == [expected]


@pytest.mark.parametrize("letter", "ABCDEFGHIJ")
def test_case_does_not_matter(letter: str) -> None:
    ids = {letter.lower(): 7}
    assert Vocabulary(ids).tokens([letter, letter.lower()]) == [[7], [7]]


def test_words_after_the_longest_length_are_not_read() -> None:
    text = "good " * 40
    assert [len(row) for row in Vocabulary(VOCABULARY).tokens([text, "good"])] == [30, 1]
    assert Vocabulary(VOCABULARY, max_tokens=3).tokens([text]) == [[13, 13, 13]]


def test_repeats_can_be_left_alone() -> None:
    assert Vocabulary(VOCABULARY, fold_repeats=False).tokens(["soooo"]) == [[1]]


@pytest.mark.parametrize("content", ["", "[1]", '{"a": "b"}', '{"a": -1}', '{"a": true}', "\xff"])
def test_a_file_that_is_no_vocabulary_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "vocabulary.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(UserError, match=r"vocabulary\.json: not a vocabulary") as error:
        Vocabulary.read(path)
    assert "\n" not in str(error.value)


def test_a_file_gives_back_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.json"
    path.write_text(json.dumps(VOCABULARY))
    vocabulary = Vocabulary.read(path)
    assert vocabulary.size == len(VOCABULARY)
    assert vocabulary.tokens(["<3 you"]) == [[14, 17]]


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published file is not part of this project")
def test_the_published_file_knows_shortened_words_only() -> None:
    vocabulary = Vocabulary.read(PUBLISHED)
    assert vocabulary.size == 50_000
    assert vocabulary.tokens(["sooo ... @a http://b.c 3\n4"]) == [[922, 34, 2, 3, 4, 5, 4]]
    assert Vocabulary.read(PUBLISHED, fold_repeats=False).tokens(["sooo ..."]) == [[1, 1]]
