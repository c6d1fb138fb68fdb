"""One encoder, many callers: threads, copies, forked and spawned workers; equal to one alone."""

import copy
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from pngnw import Encoder
from pngnw.align import sentences
from pngnw.params import Teach
from pngnw.teach import backends
from pngnw.tools.export.feeder import Feeder
from tests.model.synthetic import MODEL
from tests.teach.synthetic import write

PATIENCE = 120  # seconds after which a worker counts as hung
WORDS = "The reader reads red records; Zorb quizzled 20 blorps, didn't Ms. Flimflam? I lead."
Call = Callable[[Sequence[str]], Sequence[np.ndarray]]


def texts(count: int) -> list[str]:
    """Different texts, with numbers, homographs and words that no lexicon knows."""
    draw = random.Random(0)
    return [
        f"No. {n}: {' '.join(draw.choices(WORDS.split(), k=6))} zan{n % 37}ix."
        for n in range(count)
    ]


def states(encoder: Encoder, asked: Sequence[str]) -> list[np.ndarray]:
    out = encoder(asked)
    return [out.hidden.numpy(), out.sentence.numpy(), out.emoji.numpy()]


def opened(kind: str, folder: Path) -> Call:
    """Something new that reads texts, and what it answers with as arrays."""
    if kind == "encoder":
        encoder = Encoder.from_pretrained(folder)
        return lambda asked: states(encoder, asked)
    if kind == "feeder":
        feeder = Feeder(Encoder.from_pretrained(folder).reader, MODEL)
        return lambda asked: [*feeder(asked)[0].values()]
    weights = {"weights": str(write(folder))} if kind == "torchmoji" else {}
    teacher = backends.load_teacher(
        Teach.model_validate(
            {"backend": kind, "features": False, "meaning": False, "torchmoji": weights}
        )
    )
    return lambda asked: [teacher(asked).probabilities]


@pytest.mark.parametrize("kind", ["encoder", "feeder", "prototype", "torchmoji"])
def test_threads(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the words that an aligner remembers are forgotten again and again."""
    monkeypatch.setattr(sentences, "MEMORY", 30)
    asked, one, shared = texts(40), opened(kind, folder), opened(kind, folder)
    expected = [one([text]) for text in asked]
    with ThreadPoolExecutor(8) as pool:
        found = [*pool.map(lambda text: shared([text]), asked * 2)]
    for mine, other in zip(found, expected * 2, strict=True):
        assert all(map(np.array_equal, mine, other))


def test_a_copy_of_one_in_use(encoder: Encoder) -> None:
    """Such as averages of weights are kept in; spawned workers below get a pickled one."""
    asked = texts(5)
    expected = states(encoder, asked)
    assert all(map(np.array_equal, states(copy.deepcopy(encoder), asked), expected))


class Encoded(Dataset[torch.Tensor]):
    """Sentence states, computed where an item is asked for."""

    def __init__(self, encoder: Encoder, asked: Sequence[str]) -> None:
        self.encoder, self.asked = encoder, asked

    def __len__(self) -> int:
        return len(self.asked)

    def __getitem__(self, number: int) -> torch.Tensor:
        return self.encoder([self.asked[number]]).sentence[0]


def test_workers_of_a_loader(encoder: Encoder) -> None:
    asked = texts(70)  # as many as text normalization looks at in columns
    expected = encoder(asked).sentence
    loader = DataLoader(
        Encoded(encoder, asked[:12]), batch_size=3, num_workers=2,
        multiprocessing_context="spawn", timeout=PATIENCE,
    )  # fmt: skip
    torch.testing.assert_close(torch.cat([*loader]), expected[:12], atol=1e-5, rtol=0)


def test_a_forked_server(encoder: Encoder) -> None:
    """Loaded and used before the fork, as gunicorn does it with `preload`; no threads are left."""
    asked = texts(70)
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    expected = states(encoder, asked)
    torch.set_num_threads(threads)
    receiver, sender = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=lambda: sender.send(states(encoder, asked)))
    process.start()
    try:
        assert receiver.poll(PATIENCE)
        for found, other in zip(receiver.recv(), expected, strict=True):
            np.testing.assert_allclose(found, other, atol=1e-5, rtol=0)
    finally:
        process.kill()
        process.join()
