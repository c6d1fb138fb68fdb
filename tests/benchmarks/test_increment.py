"""The corpus to which a document is added."""

import pytest

from benchmarks import data_corpus, increment

TEXT = "".join(f"The {n} old kings of this country are all dead and gone.\n\n" for n in range(300))


def test_documents_are_of_equal_size_and_end_with_a_paragraph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(data_corpus, "prose", lambda: TEXT)
    monkeypatch.setattr(data_corpus, "left_out", lambda: "In the beginning was a verse.\n\n" * 9)
    found = increment.documents(40_000)
    assert len(found) == increment.DOCUMENTS + increment.ADDED
    assert all(200 <= len(text) <= 300 for text in found)
    assert all(text.endswith(".") and not text.startswith("\n") for text in found)
    assert len(set(found)) == len(found)  # shuffled where the text is used up
