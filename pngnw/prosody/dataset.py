"""Sentences with what was heard of their phonemes and words: what predictors learn from.

Guarantees: what nobody knows is NaN (of numbers) or -1 (of classes) and counts nowhere; a document
is in one part only, as far as the set has more than one. Only phonemes have numbers and only words
with phonemes have classes: a mark is silence. No pause is asked behind an utterance's last word.

Letters: S sentences, P phoneme-side tokens and W words of all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash
from numpy.typing import NDArray

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.atomic import atomic_write
from pngnw.core.errors import UserError
from pngnw.core.ragged import gather, offsets
from pngnw.model.sentences import COLUMNS, Int, Sentences
from pngnw.speech.utterance import HELDOUT, PARTS, TRAIN, TUNING

Numbers = NDArray[np.float32]
DURATION, LOG_F0, ENERGY = "duration", "log_f0", "energy"
PAUSE, PROMINENCE = "pause", "prominence"
# Log seconds at one tempo (`at_one_tempo`), log Hz of voiced phonemes, log loudness.
NUMBERS: Final = (DURATION, LOG_F0, ENERGY)
CLASSES: Final = {PAUSE: 2, PROMINENCE: 3}  # how many answers
PAUSE_SECONDS: Final = 0.1  # of silence behind a word, from which it is a pause
SHORTEST: Final = 1e-3  # seconds, of a phoneme whose two edges fell together
# Of 100 utterances of a set: held out, in whole documents; of the others, those that choose.
HELDOUT_SHARE, TUNING_PERCENT = 0.2, 10


@dataclass(frozen=True)
class ProsodySet:
    """S sentences.

    Attributes:
        sentences: the align columns.
        part: [S], an index into `PARTS`; -1 is none.
        targets: those that the set knows: by name of `NUMBERS` [P], then of `CLASSES` [W] int64.
        value: [W] real prominence, if known.
    """

    sentences: Sentences
    part: Int
    targets: Mapping[str, NDArray[Any]]
    value: Numbers | None = None

    def __len__(self) -> int:
        return len(self.sentences)

    def rows(self, part: str) -> Int:
        """The sentences of a part."""
        return np.flatnonzero(self.part == PARTS.index(part))

    def first(self, count: int | None) -> "ProsodySet":
        """With `count` sentences of the training part, those with the smallest ids (which are
        hashes, and so in no order of the text); None keeps all."""
        if count is None:
            return self
        part, train = self.part.copy(), self.rows(TRAIN)
        part[train[np.argsort(self.sentences.id[train])][count:]] = -1
        return replace(self, part=part)

    def start(self, name: str) -> Int:
        """Where each sentence begins in a target's tokens or words, [S + 1]."""
        of_words = name in CLASSES
        return self.sentences.word_start if of_words else self.sentences.phoneme_start

    def at(self, name: str, rows: Int) -> Int:
        """The tokens or words of some sentences, as a target counts them."""
        start = self.start(name)
        return gather(start[rows], start[rows + 1] - start[rows])

    def known(self, name: str) -> NDArray[np.bool_]:
        """Where a target is known, [P] or [W]."""
        values = self.targets[name]
        return np.asarray(values >= 0) if name in CLASSES else np.isfinite(values)

    def measurable(self) -> "ProsodySet":
        """Without the targets of which some part knows nothing."""

        def told(name: str) -> bool:
            return all(self.known(name)[self.at(name, self.rows(part))].any() for part in PARTS)

        return replace(self, targets={n: values for n, values in self.targets.items() if told(n)})

    def save(self, path: Path) -> None:
        """Write it whole or not at all."""
        arrays: dict[str, Any] = {**vars(self.sentences), "part": self.part}
        arrays |= {f"target {name}": values for name, values in self.targets.items()}
        if self.value is not None:
            arrays["value"] = self.value
        with atomic_write(path) as temporary, temporary.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> "ProsodySet":
        """Read what `save` wrote."""
        with np.load(path) as file:
            arrays = dict(file)
        return cls(
            Sentences(**{f.name: arrays[f.name] for f in fields(Sentences)}),
            arrays["part"],
            {n: arrays[f"target {n}"] for n in (*NUMBERS, *CLASSES) if f"target {n}" in arrays},
            arrays.get("value"),
        )


def of_speech(folder: Path) -> ProsodySet | None:
    """The speech set; None where the times of its phonemes are unknown.

    Of spoken sentences those of the test split are held out, whose documents no other split has;
    of recordings, which are all of one split, chapters (see `split`).

    Raises:
        UserError: the shards are of a version without prosody.
    """
    columns = [*COLUMNS, "split", "start", "end", LOG_F0, ENERGY, PAUSE]
    tables = []
    for path in shards.paths(folder):
        present = set(pq.read_schema(path).names)
        if missing := set(columns) - present:
            raise UserError(f"{path}: has no column {min(missing)}; run `dvc repro speech`")
        table = shards.read(path, [*columns, *({"recording"} & present)])
        tables.append(table.filter(pc.is_valid(table["start"])))
    table = pa.concat_tables(tables)
    if not table.num_rows:
        return None
    sentences = Sentences.from_table(table)
    documents = table["split"].to_pylist()
    if "recording" in table.column_names:
        documents = [chapter(name) for name in table["recording"].to_pylist()]
    spoken = np.isin(sentences.phonemes, np.array(TOKENS.phonemes))
    flat = {name: _flat(table[name]) for name in ("start", "end", LOG_F0, ENERGY, PAUSE)}
    part = split(documents, sentences.id)
    seconds = flat["end"] - flat["start"]
    log_seconds = np.log(np.where(spoken & (seconds > 0), np.maximum(seconds, SHORTEST), np.nan))
    return ProsodySet(
        sentences,
        part,
        {
            DURATION: at_one_tempo(log_seconds, sentences, part),
            LOG_F0: np.where(spoken & (flat[LOG_F0] > 0), flat[LOG_F0], np.nan).astype(np.float32),
            ENERGY: np.where(spoken, flat[ENERGY], np.nan).astype(np.float32),
            PAUSE: pauses(sentences, flat[PAUSE]),
        },
    )


def at_one_tempo(log_seconds: NDArray[np.float64], sentences: Sentences, part: Int) -> Numbers:
    """Log durations [P] without the tempo of their utterance, which text hardly tells.

    The tempo is the mean over the utterance of what a phoneme is longer than in training.
    """
    known = np.isfinite(log_seconds)
    utterance = np.repeat(np.arange(len(sentences)), np.diff(sentences.phoneme_start))
    values, phoneme = np.where(known, log_seconds, 0.0), sentences.phonemes.astype(np.int64)
    fit = known & (part == PARTS.index(TRAIN))[utterance]
    count = np.bincount(phoneme[fit], minlength=len(TOKENS))
    mean = np.bincount(phoneme[fit], values[fit], len(TOKENS)) / np.maximum(count, 1)
    mean = np.where(count > 0, mean, values[fit].mean() if fit.any() else 0.0)
    longer = np.where(known, values - mean[phoneme], 0.0)
    tokens = np.bincount(utterance, known, len(sentences))
    tempo = np.bincount(utterance, longer, len(sentences)) / np.maximum(tokens, 1)
    return np.where(known, values - tempo[utterance], np.nan).astype(np.float32)


def pauses(sentences: Sentences, seconds: NDArray[Any]) -> Int:
    """Classes [W] of the silence behind each word, in seconds [W]: NaN where it is unknown."""
    sentence = np.repeat(np.arange(len(sentences)), np.diff(sentences.word_start))
    spoken = np.flatnonzero(spoken_words(sentences))
    inner = spoken[:-1][np.diff(sentence[spoken]) == 0]  # another one follows
    asked = inner[np.isfinite(seconds[inner])]
    out = np.full(len(sentence), -1)
    out[asked] = np.round(seconds[asked], 3) >= PAUSE_SECONDS
    return out


def spoken_words(sentences: Sentences) -> NDArray[np.bool_]:
    """Which words have phonemes, [W]; marks have none."""
    first = offsets(sentences.phonemes_per_word)[:-1]
    is_phoneme = np.append(np.isin(sentences.phonemes, np.array(TOKENS.phonemes)), False)
    return np.asarray(is_phoneme[first] & (sentences.phonemes_per_word > 0))


def chapter(recording: str) -> str:
    """The document of a recording: its name without what stands behind the last - or _."""
    cut = max(recording.rfind("-"), recording.rfind("_"))
    return recording[:cut] if cut > 0 else recording


def split(documents: Sequence[str], ids: NDArray[np.uint64]) -> Int:
    """Parts [S]: whole documents, in an order drawn by their names, until a fifth of the sentences
    is held out; a tenth of the others, drawn by their ids, chooses.

    Of spoken sentences the documents are the splits, and the test split is held out. Where a part
    would be empty, a sentence of the largest one moves to it.
    """
    names, index, count = np.unique(documents, return_inverse=True, return_counts=True)
    held = np.zeros(len(names), dtype=np.bool_)
    if set(names.tolist()) == {"test", "valid"}:
        held = names == "test"
    elif len(names) > 1:
        draws = [xxhash.xxh3_64_intdigest(str(name).encode()) for name in names]
        order = np.argsort(draws)
        before = np.cumsum(count[order]) - count[order]
        held[order[before < HELDOUT_SHARE * len(index)]] = True
    percents = np.array([xxhash.xxh3_64_intdigest(f"prosody {key}".encode()) % 100 for key in ids])
    out = np.where(percents < TUNING_PERCENT, PARTS.index(TUNING), PARTS.index(TRAIN))
    if len(names) == 1:  # no document to hold out: sentences, which may repeat words of others
        out[percents >= 100 * (1 - HELDOUT_SHARE)] = PARTS.index(HELDOUT)
    out[held[index]] = PARTS.index(HELDOUT)
    for number in range(len(PARTS)):
        if not (out == number).any():
            out[np.flatnonzero(out == np.bincount(out).argmax())[:1]] = number
    return np.asarray(out, dtype=np.int64)


def _flat(column: pa.ChunkedArray) -> NDArray[np.float64]:
    array = column.combine_chunks()
    return np.asarray(array.flatten().to_numpy(zero_copy_only=False), dtype=np.float64)
