"""One spelling, two pronunciations: which of them, by part of speech.

Guarantees: every homograph of g2p_en's `homographs.en` is covered, plus those in `_OURS`; a reading
is chosen by the tag of the word and, for some, a word beside it, so it is a pure function of the
sentence. `_OURS` covers the words of the train split of WikipediaHomographData (Gorman et al. 2018)
that g2p_en lacks and whose readings a tag tells apart. It wins over g2p_en, which has "read" the
wrong way round, as it has `_SWAPPED`, and says every "used" but a participle as in "used to".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pngnw.phonemes.lexicon import Pronounced, package_file

# word | first reading | second | tags that begin the first's
#   [| the first needs this next word] [| these words shortly before force the first]
_OURS: Final = """
affiliate|AH0 F IH1 L IY0 EY2 T|AH0 F IH1 L IY0 AH0 T|V
bass|B EY1 S|B EY1 S|N
buffet|B AH1 F AH0 T|B AH0 F EY1|V
conjugate|K AA1 N JH AH0 G EY2 T|K AA1 N JH AH0 G AH0 T|V
correlate|K AO1 R AH0 L EY2 T|K AO1 R AH0 L AH0 T|V
deviate|D IY1 V IY0 EY2 T|D IY1 V IY0 AH0 T|V
dove|D OW1 V|D AH1 V|VBD
expose|IH0 K S P OW1 Z|EH2 K S P OW0 Z EY1|V J
increment|IH1 N K R AH0 M EH2 N T|IH1 N K R AH0 M AH0 N T|V
invalid|IH1 N V AH0 L AH0 D|IH0 N V AE1 L AH0 D|N
isolate|AY1 S AH0 L EY2 T|AY1 S AH0 L AH0 T|V
laminate|L AE1 M AH0 N EY2 T|L AE1 M AH0 N AH0 T|V
lead|L IY1 D|L IY1 D|N
live|L IH1 V|L AY1 V|V
lives|L IH1 V Z|L AY1 V Z|V
overthrow|OW2 V ER0 TH R OW1|OW1 V ER0 TH R OW2|V
polish|P OW1 L IH0 SH|P AA1 L IH0 SH|J NNP
postulate|P AA1 S CH AH0 L EY2 T|P AA1 S CH AH0 L AH0 T|V
read|R EH1 D|R IY1 D|VBD VBN||is are was were be been being has have had having
reading|R EH1 D IH0 NG|R IY1 D IH0 NG|NNP
rerelease|R IY2 R IH0 L IY1 S|R IY1 R IH0 L IY2 S|V
sow|S OW1|S AW1|V
tear|T EH1 R|T IH1 R|V
tears|T EH1 R Z|T IH1 R Z|V
transform|T R AE0 N S F AO1 R M|T R AE1 N S F AO0 R M|V
used|Y UW1 S T|Y UW1 Z D|V J N|to
wind|W AY1 N D|W IH1 N D|V
wound|W AW1 N D|W UW1 N D|VBD VBN
"""


# Words whose two readings g2p_en lists the wrong way round: the noun's where the verb's belongs.
_SWAPPED: Final = frozenset({
    "counterbalance", "exploit", "exploits", "fragment", "imprint", "misconduct", "misuse",
    "object", "rebel", "segment", "subcontract", "torment",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Homograph:
    """Two readings, and when the first one holds."""

    first: Pronounced
    second: Pronounced
    tags: tuple[str, ...]
    following: str = ""
    auxiliaries: frozenset[str] = frozenset()

    def choose(self, tag: str, before: Sequence[str], following: str) -> int:
        """0 or 1: which of the two readings.

        Args:
            tag: the Penn Treebank tag of the word.
            before: the two words in front of it, fewer at the start of the sentence.
            following: the next word, "" at the end.
        """
        near = {word.lower() for word in before}
        if self.auxiliaries & near and "to" not in near:
            return 0
        holds = tag.startswith(self.tags) and self.following in ("", following.lower())
        return 0 if holds else 1


def load() -> dict[str, Homograph]:
    """All homographs by look-up key."""
    path = package_file("g2p_en", "homographs.en")
    return {**_from_g2p_en(path), **dict(_entry(line) for line in _OURS.split("\n") if line)}


def _from_g2p_en(path: Path) -> dict[str, Homograph]:
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = dict(_entry(line) for line in lines if line and not line.startswith("#"))
    for word in _SWAPPED:
        entry = entries[word]
        entries[word] = replace(entry, first=entry.second, second=entry.first)
    return {word: entry for word, entry in entries.items() if entry.first != entry.second}


def _entry(line: str) -> tuple[str, Homograph]:
    word, first, second, tags, following, auxiliaries = (*line.strip().split("|"), "", "")[:6]
    # "ADJ" is no Treebank tag: g2p_en never chose the adjective.
    prefixes = tuple("J" if tag == "ADJ" else tag for tag in tags.split())
    readings = tuple(first.split()), tuple(second.split())
    return word.lower(), Homograph(*readings, prefixes, following, frozenset(auxiliaries.split()))
