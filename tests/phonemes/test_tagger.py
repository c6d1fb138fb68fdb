"""The tagger reads nothing but plain containers, and its short cut changes no tag."""

import pickle
from collections import OrderedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pngnw.errors import UserError
from pngnw.phonemes.tagger import Tagger, read_plain_pickle, treebank


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("run by a pickle",)


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.load()


def test_plain_containers_are_read() -> None:
    plain = ({"a": {"NN": 1.5}}, {"the": "DT"}, {"NN", "DT"})
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert read_plain_pickle(pickle.dumps(plain, protocol)) == plain


@pytest.mark.parametrize("thing", [_Evil(), OrderedDict(a=1), pickle.Unpickler, len])
def test_anything_else_is_refused(thing: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="refused to load"):
        read_plain_pickle(pickle.dumps(thing))
    assert capsys.readouterr().out == ""


def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(UserError, match="damaged"):
        read_plain_pickle(pickle.dumps({"a": [1, 2, 3]})[:-3])


def test_treebank_spelling() -> None:
    pieces, starts = treebank(["“", "Don't", "(", "Darcy’s", ")", "'em", "'", "U.S."])
    assert pieces == ["``", "Do", "n't", "-LRB-", "Darcy", "'s", "-RRB-", "'em", "'", "U.S."]
    assert starts == [0, 1, 3, 4, 6, 7, 8, 9]


def test_tags(tagger: Tagger) -> None:
    words = ["The", "dog", "barks", "loudly", "."]
    assert tagger.tag(words, range(5)) == ["DT", "NN", "VBZ", "RB", "."]
    assert tagger.tag(["I", "object", "to", "that", "object"], [1, 4]) == ["VBP", "NN"]


WORDS = [
    *["the", "a", "dog", "run", "runs", "of", "red", "Mr.", "wind", "1984", "well-known"],
    *["he", "is", "'s", ",", "n't", "blorp", "read"],
]


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), data=st.data())
def test_tags_do_not_depend_on_what_is_wanted(
    tagger: Tagger, words: list[str], data: st.DataObject
) -> None:
    every = tagger.tag(words, range(len(words)))
    wanted = sorted(data.draw(st.sets(st.sampled_from(range(len(words))))))
    assert tagger.tag(words, wanted) == [every[index] for index in wanted]
