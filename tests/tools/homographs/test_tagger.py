"""The tagger: its pickle holds plain containers, it tags left to right; what its tags teach."""

import pickle
from collections import OrderedDict

import pytest

from pngnw.core.errors import UserError
from pngnw.tools.homographs.tagger import (
    load_tagger,
    read_plain_pickle,
    tag,
    treebank,
    verbs_and_nouns,
)


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("run by a pickle",)


def test_plain_containers_are_read() -> None:
    plain = ({"a": {"NN": 1.5}}, {"the": "DT"}, {"NN", "DT"})
    assert read_plain_pickle(pickle.dumps(plain, 2)) == plain
    with pytest.raises(UserError, match="damaged"):
        read_plain_pickle(pickle.dumps(plain)[:-3])


@pytest.mark.parametrize("thing", [_Evil(), OrderedDict(a=1), pickle.Unpickler, len])
def test_anything_else_is_refused(thing: object, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UserError, match="refused to load"):
        read_plain_pickle(pickle.dumps(thing))
    assert capsys.readouterr().out == ""


def test_treebank_spelling() -> None:
    pieces, starts = treebank(["“", "Don't", "(", "Darcy’s", ")", "'em", "'", "U.S."])
    assert pieces == ["``", "Do", "n't", "-LRB-", "Darcy", "'s", "-RRB-", "'em", "'", "U.S."]
    assert starts == [0, 1, 3, 4, 6, 7, 8, 9]


def test_tags() -> None:
    tagger = load_tagger()
    for words, tags in (
        (["The", "dog", "barks", "loudly", "."], ["DT", "NN", "VBZ", "RB", "."]),
        (["I", "object", "to", "that", "object"], ["PRP", "VBP", "TO", "DT", "NN"]),
        ([], []),
    ):
        assert tagger.tag(words) == [*zip(words, tags, strict=True)]


TEXTS = ["The work is good .", "They want to work .", "A work of art .", "He has to work ."] * 3


def test_verbs_and_nouns_are_told_by_tag() -> None:
    silver = verbs_and_nouns(tag(TEXTS))
    assert set(silver.words) == {"work"}
    assert sorted(silver.kinds) == ["N"] * 6 + ["V"] * 6
    assert silver.token_N.tolist() == sorted(silver.token_N.tolist())
    words = [silver.tokens.distinct[kind] for kind in silver.tokens.kind_W[silver.token_N - 1]]
    assert set(zip(words, silver.kinds, strict=True)) == {("The", "N"), ("A", "N"), ("to", "V")}
