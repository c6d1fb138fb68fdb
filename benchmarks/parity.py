"""Whose phonemes differ from g2p_en's: the real g2p_en 2.1.0 beside ours on running text.

Both get the same sentences as they are written. Tokens are matched in order by their look-up key;
what is compared are alphabetic words that neither side lists as a homograph. A word that g2p_en
glued to its neighbor or dropped has no match, and is counted as such. Every difference has a kind,
see docs/decisions.md; one that has none of the named kinds is printed. What we say letter by letter
is no ordinary word (g2p_en reads "IMF" as a word): the figures are given without and with it.

Nothing was tuned on the texts `news`, `glosses` and `manual`.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from benchmarks import nltk_data, parity_texts
from benchmarks.result import Result
from benchmarks.systems import say
from benchmarks.worker import Worker
from pngnw.phonemize.lexicon import lookup_key
from pngnw.phonemize.phonemizer import Phonemizer, Word
from pngnw.tools.homographs.tagger import package_file

BLOCK = 500
EQUAL, HOMOGRAPH, UNMATCHED, REST = "equal", "homograph", "not matched", "unexplained"
INITIALISM, LETTER = "initialism", "letter a"
SPELLED = (INITIALISM, LETTER)  # g2p_en reads them as a word and as the article
Theirs = list[tuple[str, list[str]]]


@dataclass
class Tally:
    """Counts of one text: running words by kind of outcome, and the distinct words of each kind."""

    tokens: Counter[str] = field(default_factory=Counter)
    types: dict[str, set[str]] = field(default_factory=dict)

    def add(self, kind: str, word: str) -> None:
        """Count one running word."""
        self.tokens[kind] += 1
        self.types.setdefault(kind, set()).add(word)

    def update(self, other: "Tally") -> None:
        """Add the counts of another text."""
        self.tokens.update(other.tokens)
        for kind, words in other.types.items():
            self.types.setdefault(kind, set()).update(words)

    def running(self, *aside: str) -> float:
        """Per cent of running words with equal phonemes, other than those of the kinds `aside`."""
        kinds = {*self.tokens} - {HOMOGRAPH, UNMATCHED, *aside}
        return 100 * self.tokens[EQUAL] / max(sum(self.tokens[kind] for kind in kinds), 1)

    def distinct(self, *aside: str) -> float:
        """Per cent of distinct words whose phonemes never differ."""
        kinds = {*self.types} - {HOMOGRAPH, UNMATCHED, *aside}
        every = set().union(*(self.types[kind] for kind in kinds))
        differ = set().union(*(self.types[kind] for kind in kinds - {EQUAL}))
        return 100 * (1 - len(differ) / max(len(every), 1))


def measure() -> list[Result]:
    """Per cent of alphabetic non-homograph words with g2p_en's phonemes, in all and each text."""
    lines = package_file("g2p_en", "homographs.en").read_text(encoding="utf-8").splitlines()
    listed = {line.partition("|")[0].lower() for line in lines if not line.startswith("#")}
    phonemizer = Phonemizer()
    environment = {"NLTK_DATA": str(nltk_data.prepare())}
    results: list[Result] = []
    total = Tally()
    with Worker(Path(sys.executable), "g2p_en", environment, answers=True) as worker:
        for name, sentences in parity_texts.texts().items():
            tally = Tally()
            for start in range(0, len(sentences), BLOCK):
                block = sentences[start : start + BLOCK]
                theirs = [_by_token(*answer) for answer in worker.ask(block).answers]
                ours = phonemizer.batch(block)
                for each, other in zip(ours, theirs, strict=True):
                    spoken = [word for word in each.words if word.phonemes]
                    compare(spoken, other, listed, tally)
            _report(name, tally)
            results += _results(f"parity.{name}", tally)
            total.update(tally)
    return [*_results("parity", total), *results]


def _results(name: str, tally: Tally) -> list[Result]:
    return [
        Result(name, "%", tally.running(*SPELLED)),
        Result(f"{name}.letters_too", "%", tally.running()),
        Result(f"{name}.distinct", "%", tally.distinct(*SPELLED)),
    ]


def compare(ours: Sequence[Word], theirs: Theirs, listed: set[str], tally: Tally) -> None:
    """Count the alphabetic words of one sentence by outcome."""
    keys = [lookup_key(word.text) or "" for word in ours]
    for at, match in _matched(keys, [token for token, _ in theirs]):
        word, key = ours[at], keys[at]
        if not word.text.isalpha():
            continue
        if word.origin == "homograph" or key in listed:
            kind = HOMOGRAPH
        elif match is None:
            kind = UNMATCHED
        else:
            phonemes = ["UW1" if phoneme == "UW" else phoneme for phoneme in theirs[match][1]]
            kind = EQUAL if list(word.phonemes) == phonemes else _kind(word, key)
        tally.add(kind, key)
        if kind == REST and match is not None:
            say(f"  {word.text}: {' '.join(word.phonemes)}, g2p_en {' '.join(theirs[match][1])}")


def _by_token(tokens: list[str], phonemes: list[str]) -> Theirs:
    """What g2p_en returned, cut at the spaces between tokens; a token may have no phonemes."""
    found: list[list[str]] = [[]]
    for phoneme in phonemes:
        if phoneme == " ":
            found.append([])
        else:
            found[-1].append(phoneme)
    return list(zip(tokens, found, strict=True)) if tokens else []


def _matched(ours: list[str], theirs: list[str]) -> Iterator[tuple[int, int | None]]:
    """Every index of ours with the index of the same token in theirs, or None."""
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    partner = {a + i: b + i for a, b, size in matcher.get_matching_blocks() for i in range(size)}
    for index in range(len(ours)):
        yield index, partner.get(index)


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
    say(f"{name}: {tally.running(*SPELLED):.3f}% of running words are equal")
    for kind, count in tally.tokens.most_common():
        say(f"  {kind:<20}{count:>10,} running, {len(tally.types[kind]):>8,} distinct")
