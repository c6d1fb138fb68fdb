"""The sentences that a typed one is compared with: some that the encoder never read.

Guarantees: the same data gives the same sentences in the same order; memory is bounded, whatever
the size of the corpus.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pngnw.core import shards

WANTED: Final = 2000  # sentences; about ten seconds of two cores, once
LOOKED_AT: Final = 50_000  # of a larger corpus only so many are chosen from
SPLITS: Final = ("test", "valid")
BUILT_IN: Final = (
    "I love you so much, my darling!",
    "You make me so happy that I could sing.",
    "What a lovely day it is today!",
    "I am so proud of what you have done.",
    "Thank you, that was very kind of you.",
    "This is the best meal I have ever had.",
    "I hate you and I never want to see you again!",
    "Leave me alone, I am furious with you.",
    "How dare you speak to me like that!",
    "I miss him more than words can say.",
    "She cried all night because he had left her.",
    "Nothing will ever be the same again.",
    "I am so tired that I could sleep for a week.",
    "Be careful, there is somebody behind the door!",
    "I was terrified when the lights went out.",
    "That joke was so funny that I could not breathe.",
    "Did you really think that I would believe that?",
    "Well, that went just as badly as I expected.",
    "Please wait here until I come back.",
    "Where are you going so late at night?",
    "The train to the north leaves at half past nine.",
    "The city has a population of two million.",
    "Water boils at one hundred degrees.",
    "The river rises in the mountains and flows to the sea.",
    "The committee published its report in the spring.",
    "The heart pumps blood through the arteries.",
    "He was born in a small village near the border.",
    "The museum is closed on Mondays.",
    "She read the letter twice and put it away.",
    "They sang and danced until the sun came up.",
    "We won the game in the last minute!",
    "Good night, sleep well, and see you tomorrow.",
)


def held_out(folder: Path, wanted: int = WANTED) -> tuple[str, list[str]]:
    """Sentences as they were written, and in words where they are from.

    Args:
        folder: of the clean stage; where there is none, a built-in list of sentences is used.
        wanted: how many; of more, that many evenly spread ones.

    Raises:
        UserError: a shard in the folder is damaged or foreign, or one is missing.
    """
    for split in SPLITS if folder.is_dir() else ():
        found = list(islice(_texts(folder, split), LOOKED_AT))
        if found:
            count = min(wanted, len(found))
            chosen = [found[index * len(found) // count] for index in range(count)]
            return f"the {split} split of {folder}", chosen
    return "a built-in list", [*BUILT_IN]


def _texts(folder: Path, split: str) -> Iterator[str]:
    for path in shards.paths(folder):
        for table in shards.row_groups(path, ["split", "source_text"]):
            own = table.filter(pc.equal(table["split"].cast(pa.string()), split))
            yield from own["source_text"].to_pylist()
