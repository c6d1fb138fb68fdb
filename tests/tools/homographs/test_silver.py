"""What is boiled down from a tagger: word classes, and words as verb or noun."""

from pngnw.phonemize.homographs.features import key
from pngnw.tools.homographs.silver import classes, tag, verbs_and_nouns

TEXTS = [
    *["The work is good .", "They want to work .", "A work of art .", "He has to work ."] * 3,
    "Don't stop blorping !",
]


def test_classes_are_tags_and_endings() -> None:
    known = classes(tag(TEXTS))
    number = dict(zip(known.keys.tolist(), known.numbers.tolist(), strict=True))
    assert min(number.values()) >= 2
    assert key("blorping") not in number
    assert len({number[key(word)] for word in ("the", "to", "work", "is")}) == 4


def test_verbs_and_nouns_are_told_by_tag() -> None:
    silver = verbs_and_nouns(tag(TEXTS))
    assert set(silver.words) == {"work"}
    assert sorted(silver.kinds) == ["N"] * 6 + ["V"] * 6
    assert silver.found.tolist() == sorted(silver.found.tolist())
    words = [silver.tokens.distinct[kind] for kind in silver.tokens.kind_W[silver.found - 1]]
    assert set(zip(words, silver.kinds, strict=True)) == {("The", "N"), ("A", "N"), ("to", "V")}
