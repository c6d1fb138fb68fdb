"""Distinct words to their readings: user's lexicon, homographs, CMUdict, rules, network.

Guarantees: the readings of a word are a pure function of its spelling, whatever the other words,
in any number of threads: they share what is remembered, but none needs what another remembers. The
network gets all new out-of-vocabulary stems at once; up to `REMEMBERED` unlisted words are
remembered, so memory stays bounded.
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
        pairs = initials(lexicon)
        self._initials = {pair: line for pair, line in pairs.items() if pair.lower() not in user}
        self._homographs = homographs
        # What most words are: listed, with one reading. A single look answers them.
        self._single = {**lexicon, **self._initials, **user}
        several = [key for key in ("a", *homographs.readings) if key not in user]
        self._several = {
            key: self._single.pop(key)
            for key in (*several, *filter(is_mark, user))
            if key in self._single
        }
        self._unlisted: dict[str, Entry] = {}

    def __call__(self, words: Sequence[str]) -> Readings:
        """The readings of distinct words."""
        if len(self._unlisted) > REMEMBERED:
            self._unlisted = {}
        remembered = self._unlisted  # another thread may begin a new one
        entries = {word: self._look_up(word) or remembered.get(word) for word in words}
        new = self._unlisted_entries([word for word, entry in entries.items() if not entry])
        remembered.update(new)
        found = Readings([], [], [])
        for word, entry in entries.items():
            readings, origin = entry or new[word]
            found.phonemes.extend(readings)
            found.origins.extend([origin] * len(readings))
            found.counts.append(len(readings))
        return found

    def _look_up(self, word: str) -> Entry | None:
        """The entry of a word that is listed, a mark, or longer than any."""
        key = listed = word.lower()
        if word in self._initials:
            listed = word
        elif "." in key and key[-1] != "." and key not in self._user and self._line(f"{key}."):
            listed = f"{key}."  # an initialism whose last dot is a full stop
        line = self._single.get(listed)
        if line:
            return (line,), self._listed_in(listed)
        if len(word) > LONGEST:
            return _NO_ENTRY
        if is_mark(word):
            return (word,), PUNCTUATION
        if not word.isascii():
            accented = self._homographs.accented.get(key)
            key = lookup_key(word) or ""
            if accented and key not in self._user:
                return (" ".join(accented),), LEXICON
            line = self._single.get(key)
            if line:
                return (line,), self._listed_in(key)
        if key == "a":
            return (self._line(key), " ".join(spell_out(key))), self._listed_in(key)
        readings = self._homographs.readings.get(key)
        return (tuple(map(" ".join, readings)), HOMOGRAPH) if readings else None

    def _line(self, key: str) -> str:
        """The phonemes of a look-up key with a space between them; nothing if it is not listed."""
        return self._single.get(key) or self._several.get(key, "")

    def _phonemes(self, key: str) -> Phonemes:
        return tuple(self._line(key).split())

    def _listed_in(self, key: str) -> str:
        return USER if key in self._user else LEXICON

    def _unlisted_entries(self, words: Sequence[str]) -> dict[str, Entry]:
        """Work out unlisted words: their parts by rule, the stems among them by the network."""
        whole = {word: word.lower() for word in words if rules.is_single_stem(word)}
        parted = {word: self._parts(word) for word in words if word not in whole}
        parts = [part for readings in parted.values() for each in readings for part in each]
        stems = _predict({*whole.values(), *(part.stem for part in parts if part.stem)})
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
            return [rules.word_parts(word, self._phonemes)]

        def look_up(key: str, reading: Phonemes) -> Phonemes:
            return reading if key == homograph else self._phonemes(key)

        readings = self._homographs.readings[homograph]
        return [rules.word_parts(word, partial(look_up, reading=each)) for each in readings]


def _predict(stems: set[str]) -> dict[str, Phonemes]:
    """The network's phonemes of some stems; one that it has none for is spelled."""
    if not stems:
        return {}
    rising = sorted(stems)
    predicted = zip(rising, _network().predict(rising), strict=True)
    return {stem: each or spell_out(stem) for stem, each in predicted}


@cache
def _network() -> "Network":
    """The same for all; it remembers no word."""
    from pngnw.phonemize.network import Network  # a text of known words needs none

    return Network()
