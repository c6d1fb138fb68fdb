"""Distinct words to their readings: user's lexicon, homographs, CMUdict, rules and network.

Guarantees: the readings of a word are a pure function of its spelling, whatever the other words;
the network is asked once for all that is new. What it answered is remembered up to `REMEMBERED`
words, so memory stays bounded, and from run to run when there is an `Answers` store.
"""

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Final, NamedTuple

from pngnw.phonemize import rules
from pngnw.phonemize.answers import Answers
from pngnw.phonemize.foreseen import NETWORK, Foreseen
from pngnw.phonemize.homographs import Homographs
from pngnw.phonemize.lexicon import Lexicon, Pronounced, package_file
from pngnw.phonemize.lookup_key import fold
from pngnw.phonemize.network import Network
from pngnw.phonemize.words import is_mark

LEXICON, HOMOGRAPH, NEURAL, RULE, PUNCTUATION = ORIGINS = (
    "lexicon", "homograph", "neural", "rule", "punctuation",
)  # fmt: skip
# A word in a script without a Latin counterpart, or one that is no word because it is longer than
# any (and than the aligner can count): no phonemes; the stage drops its sentence.
UNPRONOUNCEABLE: Final = "unpronounceable"
REMEMBERED: Final = 100_000
LONGEST: Final = 255  # characters of a word; without end, one would take time without end
# The readings of a word, phonemes with a space between them: one, two of a homograph and of "a";
# and where they come from.
Entry = tuple[tuple[str, ...], str]
_MUTE: Final[Entry] = (("",), UNPRONOUNCEABLE)


class Readings(NamedTuple):
    """The readings of words one after the other, with their origins; `counts` of every word."""

    phonemes: list[str]
    origins: list[str]
    counts: list[int]


class Pronouncer:
    """Looks words up, takes unlisted ones apart, and loads the network when it is first needed."""

    def __init__(
        self,
        lexicon: Lexicon,
        user: Lexicon,
        homographs: Homographs,
        answers: Answers | None,
    ) -> None:
        self._user = user
        self._lexicon = lexicon.with_own(user)
        self._homographs = homographs
        self._answers = answers
        # What most words are: listed, with one reading. A single look answers them.
        several = [key for key in ("a", *homographs.readings) if key not in user]
        self._single = self._lexicon.without([*several, *filter(is_mark, user)])
        self._unlisted: dict[str, Entry] = {}
        self._stems: dict[str, Pronounced] = {}

    def __call__(self, words: Sequence[str]) -> Readings:
        """The readings of distinct words."""
        if len(self._unlisted) > REMEMBERED:
            self._unlisted.clear()
            self._stems.clear()
        single = [self._single.listed(word.lower()) for word in words]
        others = [word for word, found in zip(words, single, strict=True) if not found]
        entries = {word: self._look_up(word) for word in others}
        unlisted = [word for word, entry in entries.items() if entry is None]
        self._take_apart([word for word in unlisted if word not in self._unlisted])
        several = {word: entry or self._unlisted[word] for word, entry in entries.items()}
        found = [
            ((phonemes,), LEXICON) if phonemes else several[word]
            for word, phonemes in zip(words, single, strict=True)
        ]
        return Readings(
            phonemes=[each for readings, _ in found for each in readings],
            origins=[origin for readings, origin in found for _ in readings],
            counts=[len(readings) for readings, _ in found],
        )

    def _look_up(self, word: str) -> Entry | None:
        """The entry of a word whose lower-case spelling is not listed with a single reading."""
        if len(word) > LONGEST:
            return _MUTE
        if is_mark(word):
            return (word,), PUNCTUATION
        key = word.lower()
        if not word.isascii():
            spelt = self._homographs.spelt.get(key)
            key = fold(word) or ""
            if spelt and key not in self._user:
                return (" ".join(spelt),), LEXICON
            listed = self._single.listed(key)
            if listed:
                return (listed,), LEXICON
        if key == "a":
            return (self._lexicon.listed(key) or "", " ".join(rules.spelled(key))), LEXICON
        readings = self._homographs.readings.get(key)
        return (tuple(map(" ".join, readings)), HOMOGRAPH) if readings else None

    def _take_apart(self, words: Sequence[str]) -> None:
        """Work out words that are not listed: their parts by rule, unknown stems by the network."""
        whole = {word: word.lower() for word in words if rules.is_whole(word)}
        plans = {word: self._plans(word) for word in words if word not in whole}
        every = [parts for found in plans.values() for parts in found]
        self._ask({*whole.values(), *(part.stem for parts in every for part in parts if part.stem)})
        for word, stem in whole.items():
            self._unlisted[word] = ((" ".join(self._stems[stem]),), NEURAL)
        for word, found in plans.items():
            readings = tuple(
                " ".join(p for part in parts for p in part.spoken(self._stems.__getitem__))
                for parts in found
            )
            origin = NEURAL if any(part.stem for part in found[0]) else RULE
            origin = HOMOGRAPH if len(found) > 1 else origin
            self._unlisted[word] = (readings, origin) if readings[0] else _MUTE

    def _plans(self, word: str) -> list[tuple[rules.Part, ...]]:
        """The parts of a word, once for every reading of the homograph that it may hold."""
        held = self._homographs.inside(word)
        if held is None or self._user.get(held[0]):
            return [rules.plan(word, self._lexicon.get)]

        def part(key: str, reading: Pronounced) -> Pronounced | None:
            return reading if key == held[0] else self._lexicon.get(key)

        readings = self._homographs.readings[held[0]]
        return [rules.plan(word, partial(part, reading=reading)) for reading in readings]

    def _ask(self, stems: set[str]) -> None:
        """Have the network answer the stems that it was not asked before."""
        new = sorted(stems - self._stems.keys())
        if new:
            self._stems.update(self._foreseen.get(new))
            new = [stem for stem in new if stem not in self._stems]
        if self._answers and new:
            self._stems.update(self._answers.get(new))
            new = [stem for stem in new if stem not in self._stems]
        if new:
            found = {
                stem: phonemes or rules.spelled(stem)
                for stem, phonemes in zip(new, self._network.predict(new), strict=True)
            }
            self._stems.update(found)
            if self._answers:
                self._answers.add(found)

    @cached_property
    def _foreseen(self) -> Foreseen:
        return Foreseen.load()

    @cached_property
    def _network(self) -> Network:
        return Network.load(package_file(*NETWORK))
