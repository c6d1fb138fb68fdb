"""The first implementation's loader and training step, from the checkout PEER_PNGNW_BERT.

Its loader does for every sentence, in every epoch: take a line of a file at random, expand numbers,
tag the words (NLTK), look them up (CMUdict, its compounds, g2p_en), cut wordpieces and look up ids
in the vocabulary (a list), draw the masks, read the teacher's features from a file and score them.
Collation pads. That runs here as it is, in as many processes as there are cores while it trains, as
its DataModule does; its model trains as in `benchmarks.workers.pretrain_original`.

Outside of what is timed, in its favour or without effect on it:
- the teacher's published weights are not there: features and the layer that scores them are random,
  of the right shapes; in its file of lines the phonemes, which it never reads, are left out;
- WordNet, which it asks for and never reads, is not downloaded;
- it has read every sentence once before the clock starts, so whatever it remembers is warm, and
  those that its loader refuses are given to neither system;
- PyTorch Lightning, which calls loader and step, is left out.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.workers.loops import BATCH, Jobs, serve_jobs
from benchmarks.workers.pretrain_original import trained
from benchmarks.workers.steps import Size

FEATURES = 2304


class Loop:
    """A model in training, and the sentences it trains on, in a folder of its own."""

    def __init__(self, size: Size) -> None:
        self._update = trained(size)
        self._module = _import()
        self._temporary = tempfile.TemporaryDirectory()
        self._folder = Path(self._temporary.name)

    def take(self, sentences: list[tuple[int, str]]) -> dict[str, object]:
        """Write the files that its `process_dataset.py` writes, of what its loader can read."""
        import torch

        (self._folder / "torchmoji").mkdir()
        lines = {id_: f"{id_}\t{text}\t\n" for id_, text in sentences}
        for id_ in lines:
            features = torch.rand(1, FEATURES).half()
            torch.save(features, self._folder / "torchmoji" / f"{id_}.pt")
        path = self._folder / "dataset.txt"
        path.write_text("".join(lines.values()), encoding="utf-8")
        vocabulary = Path(os.environ["PEER_PNGNW_BERT"], "pngnwbert/vocab.txt")
        entries = vocabulary.read_text(encoding="utf-8").splitlines()
        names = [entry.strip() for entry in entries if entry.strip()]
        self._dataset = self._module.Dataset(path=str(path), vocab=names)
        readable = {id_: line for id_, line in lines.items() if self._reads(line)}
        path.write_text("".join(readable.values()), encoding="utf-8")
        processes = int(os.environ["OMP_NUM_THREADS"])
        self._shared, self._alone = self._loader(processes), self._loader(0)
        return {"ids": list(readable)}

    def load(self, count: int) -> tuple[int, float]:
        """An epoch of `count` sentences, by as many processes as there are cores."""
        return self._epoch(self._shared, count)

    def load_in_one(self, count: int) -> tuple[int, float]:
        """The same in this process alone."""
        return self._epoch(self._alone, count)

    def train(self, count: int) -> tuple[int, float]:
        """An epoch of `count` sentences; the first batch is there when the clock starts."""
        batches = self._batches(self._shared, count)
        batch = next(batches, None)
        done, begun = 0, time.perf_counter()
        while batch is not None:
            self._update(batch)
            done += len(batch["segment_ids"])
            batch = next(batches, None)
        return done, time.perf_counter() - begun

    def _epoch(self, loader: Any, count: int) -> tuple[int, float]:
        begun = time.perf_counter()
        done = sum(len(batch["segment_ids"]) for batch in self._batches(loader, count))
        return done, time.perf_counter() - begun

    def _batches(self, loader: Any, count: int) -> Iterator[dict[str, Any]]:
        self._dataset.n_lines = count  # an epoch is as long as its file, lines are drawn at random
        return iter(loader)

    def _loader(self, processes: int) -> Any:
        """As its DataModule makes it."""
        from torch.utils.data import DataLoader

        return DataLoader(
            self._dataset,
            collate_fn=self._module.Collate(0),
            batch_size=BATCH,
            num_workers=processes,
            persistent_workers=processes > 0,
            shuffle=True,
        )

    def _reads(self, line: str) -> bool:
        """Whether its loader takes a line; its own answer to another is to draw again."""
        original, self._module.get_random_line = self._module.get_random_line, lambda path: line
        try:
            self._dataset.getitem(0)
        except Exception:  # noqa: BLE001  it raises several kinds, and catches all of them itself
            return False
        finally:
            self._module.get_random_line = original
        return True


def _import() -> Any:
    """Its module `dataset`, without downloads and the teacher's weights."""
    import nltk

    nltk.download = lambda *_, **__: True
    from pngnwbert.torchmoji import model_def

    model_def.torchmoji_emojis = lambda path: model_def.TorchMoji(nb_classes=64, nb_tokens=50_000)
    from pngnwbert import dataset

    return dataset


def load(size: Size) -> Jobs:
    """What this worker can do."""
    loop = Loop(size)
    return {
        "take": loop.take, "load": loop.load, "load_in_one": loop.load_in_one, "train": loop.train,
    }  # fmt: skip


if __name__ == "__main__":
    serve_jobs(load)
