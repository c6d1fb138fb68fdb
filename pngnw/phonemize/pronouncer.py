"""Distinct words to their readings: user's lexicon, homographs, CMUdict, rules, network.

Guarantees: the readings of a word are a pure function of its spelling, whatever the other words,
in any number of threads: they share what is remembered, but none needs what another remembers. The
network gets all new out-of-vocabulary stems at once; what it answered is remembered for up to
`REMEMBERED` words, so memory stays bounded.
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from pngnw.phonemize import rules
from pngnw.phonemize.arpabet import Phonemes
from pngnw.phonemize.homographs import Homographs
from pngnw.phonemize.letters import initials, spell_out
from pngnw.phonemize.lexicon import Lexicon, lookup_key
from pngnw.phonemize.tokenizer import is_mark

if TYPE_CHECKING:
    from pngnw.phonemize.network import Network

# Where phonemes come from; OOV words, out of vocabulary, have them from the network.
LEXICON, HOMOGRAPH, OOV, RULE, PUNCTUATION = ORIGINS = (
    "lexicon", "homograph", "neural", "rule", "punctuation",
)  # fmt: skip
USER: Final = "user"  # the user's lexicon, which the stage counts as lexicon
OVERRIDE: Final = "override"  # the text itself says so, see `pngnw.phonemize.overrides`
# A word in a script without a Latin counterpart, or one that is no word because it is longer than
# any (and than the aligner can count): no phonemes; the stage drops its sentence.
UNPRONOUNCEABLE: Final = "unpronounceable"
REMEMBERED: Final = 100_000
LONGEST: Final = 255  # characters of a word; without end, one would take time without end
# The readings of a word, phonemes with a space between them: one, two of a homograph and of "a";
# and where they come from.
Entry = tuple[tuple[str, ...], str]
_NO_ENTRY: Final[Entry] = (("",), UNPRONOUNCEABLE)


class Readings(NamedTuple):
    """The readings of words one after the other, with their origins; `counts` of every word."""

    phonemes: list[str]
    origins: list[str]
    counts: list[int]


class Pronouncer:
    """Looks words up, takes unlisted ones apart, and loads the network when it is first needed."""

    def __init__(self, lexicon: Lexicon, user: Lexicon, homographs: Homographs) -> None:
        self._user = user
        # Listed in capitals, as no other word is: "UN" is no "un".
        pairs = initials(lexicon.get)
        self._initials = {pair: line for pair, line in pairs.items() if pair.lower() not in user}
        self._lexicon = lexicon.updated(Lexicon(self._initials)).updated(user)
        self._homographs = homographs
        # What most words are: listed, with one reading. A single look answers them.
        several = [key for key in ("a", *homographs.readings) if key not in user]
        self._single = self._lexicon.without([*several, *filter(is_mark, user)])
        self._unlisted: dict[str, Entry] = {}
        self._stems: dict[str, Phonemes] = {}

    def __call__(self, words: Sequence[str]) -> Readings:
        """The readings of distinct words."""
        if len(self._unlisted) > REMEMBERED:
            self._unlisted, self._stems = {}, {}
        keys = [self._key(word) for word in words]
        single = [self._single.line(key) for key in keys]
        others = [word for word, line in zip(words, single, strict=True) if not line]
        listed = {word: self._look_up(word) for word in others}
        remembered = self._unlisted  # another thread may begin a new one
        several = {word: entry or remembered.get(word) for word, entry in listed.items()}
        known = {word: entry for word, entry in several.items() if entry}
        new = self._unlisted_entries([word for word in others if word not in known])
        remembered.update(new)
        known.update(new)
        found = Readings([], [], [])
        for word, key, line in zip(words, keys, single, strict=True):
            if line:
                found.phonemes.append(line)
                found.origins.append(self._listed_in(key))
                found.counts.append(1)
            else:
                readings, origin = known[word]
                found.phonemes.extend(readings)
                found.origins.extend([origin] * len(readings))
                found.counts.append(len(readings))
        return found

    def _key(self, word: str) -> str:
        """What a word is listed as: initials (UN), and those whose last dot ends a sentence."""
        if word in self._initials:
            return word
        key = word.lower()
        if "." in key and key[-1] != "." and key not in self._user and f"{key}." in self._lexicon:
            return f"{key}."
        return key

    def _look_up(self, word: str) -> Entry | None:
        """The entry of a word whose lower-case spelling is not listed with a single reading."""
        if len(word) > LONGEST:
            return _NO_ENTRY
        if is_mark(word):
            return (word,), PUNCTUATION
        key = word.lower()
        if not word.isascii():
            accented = self._homographs.accented.get(key)
            key = lookup_key(word) or ""
            if accented and key not in self._user:
                return (" ".join(accented),), LEXICON
            line = self._single.line(key)
            if line:
                return (line,), self._listed_in(key)
        if key == "a":
            return (self._lexicon.line(key) or "", " ".join(spell_out(key))), self._listed_in(key)
        readings = self._homographs.readings.get(key)
        return (tuple(map(" ".join, readings)), HOMOGRAPH) if readings else None

    def _listed_in(self, key: str) -> str:
        return USER if key in self._user else LEXICON

    def _unlisted_entries(self, words: Sequence[str]) -> dict[str, Entry]:
        """Work out unlisted words: their parts by rule, the stems among them by the network."""
        whole = {word: word.lower() for word in words if rules.is_single_stem(word)}
        parted = {word: self._parts(word) for word in words if word not in whole}
        parts = [part for readings in parted.values() for each in readings for part in each]
        stems = self._predict({*whole.values(), *(part.stem for part in parts if part.stem)})
        entries: dict[str, Entry] = {
            word: ((" ".join(stems[stem]),), OOV) for word, stem in whole.items()
        }
        for word, readings in parted.items():
            lines = tuple(
                " ".join(p for part in each for p in part.pronounced(stems.__getitem__))
                for each in readings
            )
            origin = OOV if any(part.stem for part in readings[0]) else RULE
            origin = HOMOGRAPH if len(readings) > 1 else origin
            entries[word] = (lines, origin) if lines[0] else _NO_ENTRY
        return entries

    def _parts(self, word: str) -> list[tuple[rules.Part, ...]]:
        """The parts of a word, once for every reading of the homograph that it may hold."""
        homograph, _ = self._homographs.inside(word) or ("", 0)
        if not homograph or homograph in self._user:
            return [rules.word_parts(word, self._lexicon.get)]

        def look_up(key: str, reading: Phonemes) -> Phonemes | None:
            return reading if key == homograph else self._lexicon.get(key)

        readings = self._homographs.readings[homograph]
        return [rules.word_parts(word, partial(look_up, reading=each)) for each in readings]

    def _predict(self, stems: set[str]) -> dict[str, Phonemes]:
        """The network's phonemes of some stems; it is asked for those that are not remembered."""
        remembered = self._stems
        known = {stem: remembered[stem] for stem in stems if stem in remembered}
        new = sorted(stems - known.keys())
        if new:
            predicted = zip(new, _network().predict(new), strict=True)
            found = {stem: each or spell_out(stem) for stem, each in predicted}
            remembered.update(found)
            known.update(found)
        return known


@cache
def _network() -> "Network":
    """The same for all; it remembers no word."""
    from pngnw.phonemize.network import Network  # a text of known words needs none

    return Network()
