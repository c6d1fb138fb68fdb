"""Chunks: where they end, what a text or a document more changes, and that answers are checked."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xxhash import xxh3_64_intdigest

from pngnw.core.errors import UserError
from pngnw.teach.backends import TeacherOutput
from pngnw.teach.chunks import STRETCH, checked, cut, teach

SENTENCES = [f"{'word ' * (n % 7)}number {n}" for n in range(1000)]


def chunks_of(texts: Sequence[str], documents: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """The chunks of texts; of one document if none are given."""
    chunks = cut(texts, documents or ["a.txt"] * len(texts))
    return [tuple(texts[number] for number in chunk) for chunk in chunks]


def test_chunks_have_like_lengths() -> None:
    chunks = chunks_of(SENTENCES)
    assert [text for chunk in chunks for text in chunk] == sorted(
        SENTENCES, key=lambda text: (len(text), text)
    )
    assert 5 <= len(chunks) <= 17  # 9 expected
    assert cut([], []) == []


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 700)), max_size=9), st.data())
def test_one_large_document_more_leaves_the_chunks_of_the_others(
    sizes: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Whatever stands beside it, if the one before it ends a stretch."""
    rows = [
        (f"{number}-{salt}.txt", f"{'very ' * (n % 5)}{number} {n}")
        for number, (salt, size) in enumerate(sizes)
        for n in range(size)
    ]
    new = [("new.txt", f"{'so ' * (n % 7)}new {n}") for n in range(STRETCH)]
    names = list(dict.fromkeys(name for name, _ in rows))
    counts = Counter(name for name, _ in rows)
    borders = [
        sum(counts[name] for name in names[: number + 1])
        for number, name in enumerate(names)
        if xxh3_64_intdigest(name.encode()) % STRETCH < counts[name]
    ]
    at = data.draw(st.sampled_from([0, *borders]))

    def chunks(rows: Sequence[tuple[str, str]]) -> set[tuple[str, ...]]:
        return set(chunks_of([text for _, text in rows], [name for name, _ in rows]))

    assert chunks([*rows[:at], *new, *rows[at:]]) - chunks(new) == chunks(rows)


@given(st.lists(st.integers(0, 3000), unique=True, max_size=900), st.data())
def test_one_text_less_changes_one_chunk(numbers: list[int], data: st.DataObject) -> None:
    texts = [f"{'very ' * (number % 5)}{number}" for number in numbers]
    chunks = cut(texts, ["a.txt"] * len(texts))
    assert sorted(number for chunk in chunks for number in chunk) == list(range(len(texts)))
    if texts:
        fewer = list(texts)
        fewer.remove(data.draw(st.sampled_from(texts)))
        before, after = set(chunks_of(texts)), set(chunks_of(fewer))
        assert len(after - before) <= 1
        assert len(before - after) <= 2  # two become one when the text between them goes


class Lengths:
    """Sure of the emoji whose number is the text's length; as features, length and chunk size; as
    meaning, up to two rows of the length."""

    def __call__(self, texts: Sequence[str], /) -> TeacherOutput:
        lengths = [len(text) % 64 for text in texts]
        features = np.array([[n, len(texts)] for n in lengths], np.float32).reshape(-1, 2)
        emoji = np.eye(64, dtype=np.float32)[lengths]
        meaning = [np.full((n % 3, 2), n, np.int8) for n in lengths]
        return TeacherOutput(emoji, features, meaning)

    def tokens(self, texts: Sequence[str], /) -> None:
        return None


def test_rows_follow_the_texts_and_each_chunk_is_taught_at_once() -> None:
    documents = ["a.txt"] * len(SENTENCES)
    taught = teach(Lengths(), SENTENCES, documents, features=True)
    assert taught.features is not None
    assert taught.emoji.dtype == taught.features.dtype == np.float16
    lengths = [len(text) % 64 for text in SENTENCES]
    assert taught.emoji.argmax(axis=1).tolist() == taught.features[:, 0].tolist() == lengths
    sizes = {text: len(chunk) for chunk in chunks_of(SENTENCES) for text in chunk}
    assert taught.features[:, 1].tolist() == [sizes[text] for text in SENTENCES]
    assert taught.meaning is not None
    assert [rows.tolist() for rows in taught.meaning] == [[[n, n]] * (n % 3) for n in lengths]
    nothing = teach(Lengths(), [], [], features=True)
    assert nothing.features is not None
    assert (nothing.emoji.shape, nothing.features.shape, nothing.meaning) == ((0, 64), (0, 2), [])


def test_what_is_no_distribution_is_refused() -> None:
    rows = np.full((2, 64), 1 / 64, dtype=np.float16)
    assert checked(rows, ["one", "two"]) is rows
    rows[1, 0] = np.nan
    with pytest.raises(UserError, match="'two' sums to nan"):
        checked(rows, ["one", "two"])
