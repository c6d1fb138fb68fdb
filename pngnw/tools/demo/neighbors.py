"""The nearest sentences: held-out ones, and an index of their states in the cache.

Guarantees: the same data gives the same sentences in the same order; memory is bounded, whatever
the size of the corpus. The name of an index in the cache is a digest of the sentences, of the
encoder's files and of the code that reads them. A sentence that the encoder cannot take is left out
and counted.

Letters: S sentences, H width.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from pngnw.core import shards
from pngnw.core.atomic import atomic_write
from pngnw.core.errors import UserError
from pngnw.encoder import Encoder

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
CALL = 128  # sentences that are encoded at a time
CODE = (
    "pngnw.normalize", "pngnw.phonemize", "pngnw.align", "pngnw.model", "pngnw.text",
    "pngnw.encoder", "pngnw.tools.demo.neighbors",
)  # fmt: skip


def held_out(folder: Path, wanted: int = WANTED) -> tuple[str, list[str]]:
    """Sentences as they were written, and in words where they are from.

    Args:
        folder: of the clean stage; where there is none, a built-in list of sentences is used.
        wanted: how many; of more, that many evenly spread ones.

    Raises:
        UserError: a shard in the folder is damaged or foreign, or one is missing.
    """
    for split in SPLITS if folder.is_dir() else ():
        texts = list(islice(_texts(folder, split), LOOKED_AT))
        if texts:
            count = min(wanted, len(texts))
            chosen = [texts[index * len(texts) // count] for index in range(count)]
            return f"the {split} split of {folder}", chosen
    return "a built-in list", [*BUILT_IN]


def _texts(folder: Path, split: str) -> Iterator[str]:
    for path in shards.paths(folder):
        for table in shards.row_groups(path, ["split", "source_text"]):
            rows = table.filter(pc.equal(table["split"].cast(pa.string()), split))
            yield from rows["source_text"].to_pylist()


@dataclass(frozen=True)
class Index:
    """S sentences.

    Attributes:
        source: in words, where they are from.
        texts: [S] the sentences.
        states: [S, H] float32 sentence states, scaled to length 1.
        left_out: how many sentences the encoder could not take.
    """

    source: str
    texts: tuple[str, ...]
    states: Tensor
    left_out: int

    def nearest(self, state: Tensor, count: int) -> list[tuple[str, float]]:
        """The sentences with the largest cosine to a state [H], nearest first, with it."""
        cosine = self.states @ functional.normalize(state.float(), dim=0)
        best = cosine.topk(min(count, len(self.texts)))
        return [
            (self.texts[row], value)
            for value, row in zip(best.values.tolist(), best.indices.tolist(), strict=True)
        ]

    def typical(self) -> float:
        """The median cosine of two sentences that have nothing to do with each other: each with
        the one half the list away."""
        other = self.states.roll(len(self.states) // 2, dims=0)
        return float((self.states * other).sum(1).median())


def load_index(encoder: Encoder, folder: Path, source: str, texts: Sequence[str]) -> Index:
    """The index of some sentences, from the cache if it is there.

    Args:
        encoder: whose states are compared.
        folder: where the encoder's files lie.
        source: in words, where the sentences are from.
        texts: the sentences.

    Raises:
        UserError: the encoder can take none of them, or the disk is full.
    """
    files = [shards.file_digest(path) for path in sorted(folder.iterdir()) if path.is_file()]
    name = shards.fingerprint(list(texts), files, shards.code_digest(*CODE))
    path = shards.cache_root() / "demo" / f"{name}.safetensors"
    try:
        kept = load_file(path)
    except (OSError, SafetensorError):  # not there, or damaged
        print(
            f"pngnw demo: encoding {len(texts):,} sentences to compare with, once", file=sys.stderr
        )
        kept = _encoded(encoder, texts)
        # Where there is no place to keep it, it is made anew next time.
        with suppress(OSError, SafetensorError), atomic_write(path) as temporary:
            save_file(kept, temporary)
    rows = kept["rows"].tolist()
    if not rows:
        raise UserError(f"{source}: the encoder can read none of its {len(texts)} sentences")
    return Index(source, tuple(texts[row] for row in rows), kept["states"], len(texts) - len(rows))


def _encoded(encoder: Encoder, texts: Sequence[str]) -> dict[str, Tensor]:
    """`rows`, which texts the encoder can take, and their `states` at length 1."""
    refused = encoder.refused(texts)
    rows = [row for row in range(len(texts)) if row not in refused]
    states = [
        encoder([texts[row] for row in rows[start : start + CALL]]).sentence
        for start in range(0, max(len(rows), 1), CALL)
    ]
    return {
        "rows": torch.tensor(rows, dtype=torch.long),
        "states": functional.normalize(torch.cat(states), dim=1),
    }
