"""DeepMoji's 64 emoji in the published order, with the names and phrases that stand for them.

Guarantees: `EMOJI[i]` is output i of the published network (the order of its list
`data/filtering/wanted_emojis.csv`, torchMoji, MIT); names are Unicode's. The phrases are ours.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

EMOJI = tuple(
    "😂😒😩😭😍😔👌😊❤😏😁🎶😳💯😴😌☺🙌💕😑😅🙏😕😘♥😐💁😞🙈😫✌😎"
    "😡👍😢😪😋😤✋😷👏👀🔫😣😈😓💔♡🎧🙊😉💀😖😄😜😠🙅💪👊💜💖💙😬✨"
)


@dataclass(frozen=True)
class Prototype:
    """What stands for an emoji: its name, its valence (-1 to 1), what people say with it."""

    emoji: str
    name: str
    valence: float
    phrases: tuple[str, ...]


@lru_cache
def prototypes() -> tuple[Prototype, ...]:
    """One for each of `EMOJI`, in this order."""
    return tuple(
        Prototype(row["emoji"], row["name"], row["valence"], tuple(row["phrases"]))
        for row in _table()["emoji"]
    )


@lru_cache
def neutral() -> tuple[str, ...]:
    """Sentences that call for no emoji: what the similarities are measured from."""
    return tuple(_table()["neutral"])


def names() -> tuple[str, ...]:
    """Unicode names in lower case, in the order of `EMOJI`."""
    return tuple(prototype.name for prototype in prototypes())


def _table() -> Any:
    return json.loads(Path(__file__).with_name("prototypes.json").read_text(encoding="utf-8"))
