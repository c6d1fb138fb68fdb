"""Ours: the training loop on the shards of data/align and data/teach, with all that it does.

Loading hides words, draws the sentences that teach emoji alone, and makes the tensors of a batch.
To make what is loaded is to phonemize and to align the text, which the pipeline does once; nothing
is remembered from one time to the next, and neither lexicon nor vocabulary is read on the clock.
"""

import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.workers.loops import Jobs, serve_jobs
from benchmarks.workers.pretrain_ours import sized
from benchmarks.workers.serve import FIRST
from benchmarks.workers.steps import Size
from pngnw.align.stage import WORDPIECES
from pngnw.align.stage import load as load_aligner
from pngnw.align.wordpieces import Wordpieces
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.stage import transform
from pngnw.pretrain import data
from pngnw.pretrain.loader import Loader
from pngnw.pretrain.loop import train_step
from pngnw.pretrain.memory import keep_freed
from pngnw.pretrain.state import State

ALIGN, TEACH = Path("data/align"), Path("data/teach")


class Loop:
    """A model in training, and the sentences it trains on."""

    def __init__(self, size: Size) -> None:
        keep_freed()
        self._params = sized(size)
        self._pieces = Wordpieces.load(ALIGN / WORDPIECES).size
        self._state = State.start(self._params.model, self._params.pretrain, self._pieces, 0)

    def take(self, sentences: list[tuple[int, str]]) -> dict[str, object]:
        """Choose them from the training split."""
        split = data.load(ALIGN, TEACH, self._params.model)[0]["train"]
        wanted = dict(sentences)
        self._split = split.select(np.flatnonzero(np.isin(split.sentences.id, list(wanted))))
        ids = self._split.sentences.id.tolist()
        self._texts = pa.table(
            {
                "id": pa.array(ids, pa.uint64()),
                "split": pa.array(["train"] * len(ids)).dictionary_encode(),
                "text": [wanted[each] for each in ids],
            }
        )
        lengths = self._split.sentences.lengths(self._params.model.grapheme_unit)
        self._loader = Loader(self._split, self._params, self._pieces)
        return {"ids": ids, "tokens": int(lengths.sum())}

    def load(self, count: int) -> tuple[int, float]:
        """The first batches, of `count` sentences at least."""
        loader = Loader(self._split, self._params, self._pieces)  # which has prepared nothing yet
        step, done, begun = 0, 0, time.perf_counter()
        while done < count:
            done += len(loader.at(step).lengths)
            step += 1
        return done, time.perf_counter() - begun

    def train(self, count: int) -> tuple[int, float]:
        """The next updates, on `count` sentences at least."""
        done, begun = 0, time.perf_counter()
        while done < count:
            ready = self._loader.at(self._state.step)
            train_step(self._state, ready.batch, self._params, more=ready.more)
            done += len(ready.lengths)
        return done, time.perf_counter() - begun

    def make(self, _: object) -> tuple[int, float]:
        """Phonemes, then ids, of all the sentences there are, as the two stages make them."""
        phonemizer = Phonemizer.load(self._params.phonemize)
        phonemizer.speak(pa.array([FIRST]))
        aligner = load_aligner(ALIGN, self._params.align.piece_of_phoneme)
        begun = time.perf_counter()
        words, _stats = transform(phonemizer, self._texts)
        aligned, _stats = aligner(words)
        return aligned.num_rows, time.perf_counter() - begun


def load(size: Size) -> Jobs:
    """What this worker can do."""
    loop = Loop(size)
    return {"take": loop.take, "load": loop.load, "train": loop.train, "make": loop.make}


if __name__ == "__main__":
    serve_jobs(load)
