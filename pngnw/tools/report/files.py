"""The files that the page reads: the form of each, and errors that name the file.

A file that is missing is None. A damaged or foreign one is a UserError that names it.
"""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field

from pngnw.core.errors import UserError
from pngnw.params import Kind, Section, validate


class Record(Section):
    """What the page needs of a JSON file; the file may hold more."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong with the content of `path` into a UserError that names it."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:  # noqa: BLE001 - parsers of five formats
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise UserError(
            f"{path}: not as its stage writes it ({reason}); delete it and run `dvc repro`"
        ) from None


def parsed(path: Path) -> Any:
    """The content of a JSON file; None if there is none."""
    if not path.is_file():
        return None
    with naming(path):
        return json.loads(path.read_text(encoding="utf-8"))


def record(kind: type[Kind], path: Path) -> Kind | None:
    """A JSON file as what it should hold; None if there is none."""
    raw = parsed(path)
    return None if raw is None else validate(kind, raw, str(path))


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated file with one header line; none if there is no file."""
    if not path.is_file():
        return []
    with naming(path):
        lines = path.read_text(encoding="utf-8").splitlines()
        return [*csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


class Split(Record):
    sentences: int
    words: int


class Clean(Record):
    """metrics/clean.json: every line that came in is a sentence or dropped for a reason."""

    files: int
    bytes_in: int
    documents: int
    lines_in: int
    sentences_out: int
    words: int
    splits: dict[str, Split]
    dropped: dict[str, int]


class Phonemize(Record):
    """metrics/phonemize.json: where the phonemes of the words came from."""

    origin_words: dict[str, int]
    distinct_words: int
    distinct_unknown_words: int


class Align(Record):
    graphemes: int
    phonemes: int


class Teach(Record):
    """metrics/teach.json: keys of `leads` are "NN name of the emoji"."""

    rows_out: int
    leads: dict[str, float] = Field({})


class Speech(Record):
    utterances: int
    seconds: float
    parts: dict[str, int]


class Score(Record):
    """How often an answer is right or wrong, beside simple controls, and out of how many.

    Of tokens the error rates are told, of words the accuracies.
    """

    error_rate: float | None = None
    accuracy: float = 0.0
    lookup_error_rate: float | None = None
    neighbors_same_shape_error_rate: float | None = None
    lookup_accuracy: float | None = None
    neighbors_accuracy: float | None = None
    same_shape_accuracy: float | None = None
    neighbors_same_shape_accuracy: float | None = None
    tokens: int | None = None
    words: int | None = None
    spoken: "Score | None" = None
    seen: "Score | None" = None
    unseen: "Score | None" = None

    @property
    def count(self) -> int:
        return self.tokens or self.words or 0

    @property
    def errors(self) -> float:
        """Share of wrong answers."""
        return 1 - self.accuracy if self.error_rate is None else self.error_rate

    @property
    def controls(self) -> dict[str, float]:
        """Share of wrong answers by control."""
        errors: dict[str, float] = {}
        for key, value in self:
            name = key.removesuffix("_error_rate").removesuffix("_accuracy")
            if name != key and value is not None:
                errors[name] = 1 - value if key.endswith("accuracy") else value
        return errors

    @property
    def parts(self) -> dict[str, "Score"]:
        """Words that are no marks; words seen in training and others."""
        parts = {"spoken": self.spoken, "seen": self.seen, "unseen": self.unseen}
        return {name: part for name, part in parts.items() if part}


class EmojiScore(Record):
    kl: float
    mean_kl: float
    top5_overlap: float
    mean_top5_overlap: float
    sentences: int


class Test(Record):
    """Task to unit (phoneme, grapheme, word) to score; the emoji apart."""

    mlm: dict[str, Score] = Field({})
    g2p: dict[str, Score] = Field({})
    p2g: dict[str, Score] = Field({})
    emoji: EmojiScore | None = None

    def tasks(self) -> dict[str, dict[str, Score]]:
        return {"g2p": self.g2p, "p2g": self.p2g, "mlm": self.mlm}


class Pretrain(Record):
    test: Test


class Example(Record):
    """A sentence with the share of an emoji that its teacher's distribution gives it."""

    share: float
    text: str


class Examples(Record):
    """plots/teach/examples.json: the sentences that every emoji fits best."""

    teacher: str
    emoji: dict[str, list[Example]]


class Arm(Record):
    """One text encoder: criterion to "median" and "seed N" to samples, or "> limit"."""

    encoder_rate: float
    samples_to: dict[str, dict[str, float | str]]
    seeds_that_met: dict[str, int] = Field({})
    at: dict[str, dict[str, float]]


class Attention(Record):
    """One attention's part of metrics/evaluate.json."""

    gold_times: bool
    seeds: list[int]
    arms: dict[str, Arm]


class Evaluate(Record):
    """metrics/evaluate.json: sentences, and beside them one key per attention."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Attention]
    summary: list[str]

    @property
    def attentions(self) -> dict[str, Attention]:
        return self.__pydantic_extra__


class Estimate(Record):
    """A figure with its 95% interval."""

    value: float
    interval: list[float]


class Number(Record):
    rmse: Estimate


class Predicted(Record):
    """How well the numbers of a voice are told, by log seconds and log Hz."""

    duration: Number | None = None
    log_f0: Number | None = None


class ProsodySet(Record):
    """By arm, and by what answers in its place."""

    nulls: dict[str, Predicted]
    arms: dict[str, Predicted]


class Prosody(Record):
    """metrics/prosody.json: sentences, and beside them one key per set."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, ProsodySet]
    summary: list[str]

    @property
    def sets(self) -> dict[str, ProsodySet]:
        return self.__pydantic_extra__


class Voice(Record):
    """metrics/voice.json: what came out, a sentence each."""

    summary: list[str]


class Utterance(Record):
    """Attention of one utterance at every moment.

    `frames[m][t][p]` is the weight of symbol p at decoder step t, in 255ths; start and end are
    the gold times in seconds, None where they are unknown.
    """

    symbols: list[str]
    start: list[float | None]
    end: list[float | None]
    spoken: list[bool]
    frames: list[list[list[int]]]


class ArmFrames(Record):
    moments: list[int]
    utterances: list[Utterance]


class Frames(Record):
    """plots/evaluate/ATTENTION/attention.json."""

    seed: int
    seconds_per_step: float
    texts: list[str]
    arms: dict[str, ArmFrames]


class ArmCost(Record):
    seconds_per_run: float
    encoder_ms_per_sample: float
    encoder_mflop_per_sample: float


class Cost(Record):
    """metrics/cost/STAGE.json."""

    seconds: float
    peak_memory_mib: float
    device: str | None = None
    threads: int | None = None
    tokens_per_second: float | None = None


class EvaluateCost(Record):
    """metrics/cost/evaluate.json: attention to arm to cost."""

    arms: dict[str, dict[str, ArmCost]] = Field({})


class SweepCell(Record):
    mean: float
    low: float
    high: float
    difference: float | None = None
    interval: list[float] | None = None
    verdict: str = ""


class Sweep(Record):
    """ablations/NAME.json as `python -m pngnw sweep` writes it."""

    grid: str
    baseline: str
    revision: str
    seeds: list[int]
    runs: dict[str, dict[str, SweepCell]]
