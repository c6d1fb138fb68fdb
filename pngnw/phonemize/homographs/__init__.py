"""Homographs: spellings with several readings, and the choice of the one that a sentence asks for.

Guarantees: a choice is a pure function of the sentence, the same alone and in a batch, whatever the
case of the word.

`readings.tsv` lists the readings: all of WikipediaHomographData (Gorman et al. 2018), "does", and
those of g2p_en's `homographs.en`, but for words of the latter whose second reading is no English or
too rare to be chosen ("envelope", "excess", "instinct", "inverse", "process", "refresh"). A word
can be one inside a compound or in front of a clitic ("ex-convict", "convict's"); `compounds.tsv`
lists compounds that leave no choice. Otherwise `model` chooses; `pngnw.tools.homographs` trains it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pngnw.phonemize.arpabet import Phonemes
from pngnw.phonemize.homographs.features import extract, pieces
from pngnw.phonemize.homographs.model import Model
from pngnw.phonemize.lexicon import lookup_key
from pngnw.phonemize.tokenizer import Ints, Tokens

_FOLDER: Final = Path(__file__).parent
TABLE: Final = _FOLDER / "readings.tsv"
COMPOUNDS: Final = _FOLDER / "compounds.tsv"
WEIGHTS: Final = _FOLDER / "weights.safetensors"


@dataclass(frozen=True, slots=True)
class Reading:
    """One pronunciation of a homograph.

    Attributes:
        name: what tells it from the others, the rest of a wordid of WikipediaHomographData.
        kind: "V" verb, "N" noun or anything else, "A" adjective, "-" told apart by meaning only.
        phonemes: ARPAbet with stress.
        accented: spellings with accents that always are this reading.
    """

    name: str
    kind: str
    phonemes: Phonemes
    accented: tuple[str, ...] = ()


def read_table() -> dict[str, tuple[Reading, ...]]:
    """The readings of every homograph, by look-up key."""
    table: defaultdict[str, list[Reading]] = defaultdict(list)
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, name, kind, phonemes, *accented = line.split("\t")
            spellings = tuple("".join(accented).split())
            table[word].append(Reading(name, kind, tuple(phonemes.split()), spellings))
    return {word: tuple(readings) for word, readings in table.items()}


def read_compounds() -> dict[str, tuple[str, str]]:
    """Compounds of two parts ("well-read") with their homograph and the name of its reading."""
    rows = (line.split("\t") for line in COMPOUNDS.read_text(encoding="utf-8").splitlines()[1:])
    return {compound: (word, name) for compound, word, name in rows}


class Homographs:
    """The readings of homographs, and the model that chooses among them."""

    def __init__(self, table: Mapping[str, tuple[Reading, ...]], model: Model) -> None:
        self.readings = {
            word: tuple(each.phonemes for each in readings) for word, readings in table.items()
        }
        self.accented = {
            spelling: each.phonemes
            for readings in table.values()
            for each in readings
            for spelling in each.accented
        }
        self.kinds = {
            word: tuple(each.kind for each in readings) for word, readings in table.items()
        }
        self._compounds = {
            compound: [reading.name for reading in table[word]].index(name)
            for compound, (word, name) in read_compounds().items()
            if word in table
        }
        self._model = model

    def inside(self, token: str) -> tuple[str, int] | None:
        """The homograph that a token is or holds, and which of its `pieces` it is; or None.

        Of several the last counts, the head of a compound.
        """
        parts = pieces(token)
        for at in range(len(parts) - 1, -1, -1):
            word = lookup_key(parts[at])
            if word in self.readings:
                return word, at
        return None

    def choose(self, tokens: Tokens, token_N: Ints) -> tuple[Ints, NDArray[np.float64]]:
        """Which of its readings each homograph has, and how likely the choice is right.

        One in a compound that is listed has the reading listed, for certain.

        Args:
            tokens: the tokens of all texts.
            token_N: which of them are or hold a homograph, rising.
        """
        if not len(token_N):
            return np.zeros(0, np.int64), np.zeros(0)
        kinds, which = np.unique(tokens.kind_W[token_N], return_inverse=True)
        inside = [self.inside(tokens.distinct[kind]) for kind in kinds.tolist()]
        homographs = [each for each in inside if each is not None]
        assert len(homographs) == len(inside), "a token holds no homograph"
        piece_N = np.array([piece for _, piece in homographs], np.int64)[which]
        words = [homographs[kind][0] for kind in which.tolist()]
        features = extract(tokens, token_N, piece_N, self._model.vocabulary)
        chosen, confidence = self._model.choose(words, self.kinds, features)
        listed = np.array([self._listed(tokens.distinct[kind]) for kind in kinds.tolist()])[which]
        is_listed = listed >= 0
        chosen[is_listed], confidence[is_listed] = listed[is_listed], 1
        return chosen, confidence

    def _listed(self, token: str) -> int:
        """The reading that a compound's homograph always has, or -1."""
        inside = None if token.isalpha() else self.inside(token)
        if inside is None:
            return -1
        parts = pieces(token.lower())
        for first in (inside[1] - 2, inside[1]):
            compound = "".join(parts[max(first, 0) : first + 3])
            if compound in self._compounds:
                return self._compounds[compound]
        return -1


@cache
def load() -> Homographs:
    """The homographs as shipped; read once."""
    return Homographs(read_table(), Model.load(WEIGHTS))
