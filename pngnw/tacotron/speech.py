"""The speech stage: utterances with mels and gold phoneme times, from sentences the encoder's
training never saw.

Guarantees: which sentences are spoken, how, and in which part of the speech set they fall depends
on the seed and on each sentence's id alone; every row that comes in is either out or counted
under a reason.
"""

from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import xxhash

from pngnw import shards
from pngnw.engine import Transform, map_shards
from pngnw.errors import UserError
from pngnw.params import Run, Speech
from pngnw.shards import Stats
from pngnw.tacotron import espeak
from pngnw.tacotron.measure import Gold, diagonal, pool, tally, uniform
from pngnw.tacotron.mel import FRAME_SECONDS, log_mel
from pngnw.tacotron.utterance import Utterance, generator, speak
from pngnw.words.symbols import TOKENS

Token = TypeVar("Token")

CODE = ("pngnw.tacotron.speech", "pngnw.tacotron.utterance", "pngnw.tacotron.espeak",
        "pngnw.tacotron.mnemonics", "pngnw.tacotron.mel", "pngnw.words.symbols")  # fmt: skip
TRAIN, TUNING, HELDOUT = "train", "tuning", "heldout"
# Of 100 utterances, how many choose encoder rates and how many are reported on.
TUNING_PERCENT = HELDOUT_PERCENT = 6
UNSEEN = ("valid", "test")
MEL = pa.list_(pa.list_(pa.float16(), 80))
ADDED = {"part": pa.dictionary(pa.int8(), pa.string()), "rate": pa.uint16(),
         "frames": pa.uint16(), "start": pa.list_(pa.float32()),
         "end": pa.list_(pa.float32()), "mel": MEL}  # fmt: skip


def make_speech(align: Path, out: Path, speech: Speech, seed: int, run: Run) -> dict[str, Any]:
    """Speak `speech.utterances` sentences of the align shards; return the stage's metrics.

    Args:
        align: folder of align shards; only their valid and test splits are spoken.
        out: folder of speech shards: the align columns of each utterance, and `part` (train,
            tuning, heldout), `rate` (words per minute), `frames`, `start` and `end` (seconds, per
            phoneme-side token), `mel` (frames of 80 log-magnitude bands).
        speech: which sentences and how many.
        seed: draws sentences, parts, rates and pauses.
        run: workers.

    Raises:
        UserError: no sentence fits, or the voice is missing.
    """
    paths = shards.paths(align)
    limit = cap(paths, speech, seed)
    open_transform = partial(_open, speech, seed, limit)
    config = {"speech": speech, "seed": seed, "limit": limit}
    stats = map_shards(
        open_transform, paths, out, stage="speech", config=config, code=CODE, run=run
    )
    if not stats.get("rows_out"):
        raise UserError(
            f"speech: none of {stats.get('rows_in', 0)} sentences could be spoken "
            f"({speech.min_words} to {speech.max_words} words, not in training documents); widen "
            "speech.min_words and speech.max_words or clean.valid and clean.test"
        )
    return {**_balanced(stats), **_survey(shards.paths(out))}


def cap(paths: Sequence[Path], speech: Speech, seed: int) -> int:
    """The largest draw (see `draw`) that is spoken, so that `speech.utterances` rows are."""
    draws: list[int] = []
    for path in paths:
        for table in shards.row_groups(path, ["id", "split", "phonemes", "phonemes_per_word"]):
            draws += [
                draw(seed, row["id"]) for row in table.to_pylist() if not refusal(row, speech)
            ]
    draws.sort()
    return draws[min(speech.utterances, len(draws)) - 1] if draws else 0


def draw(seed: int, key: int) -> int:
    """A 64-bit number that ranks sentences: the same for a sentence wherever it lies."""
    return xxhash.xxh3_64_intdigest(f"speech {seed} {key}".encode())


def part_of(seed: int, key: int) -> str:
    """train, tuning or heldout: which part of the speech set a sentence falls into."""
    percent = xxhash.xxh3_64_intdigest(f"part {seed} {key}".encode()) % 100
    if percent < TUNING_PERCENT:
        return TUNING
    return HELDOUT if percent < TUNING_PERCENT + HELDOUT_PERCENT else TRAIN


def refusal(row: dict[str, Any], speech: Speech) -> str:
    """Why a sentence is not spoken, or an empty string."""
    if row["split"] not in UNSEEN:
        return "training_document"
    if any(t not in TOKENS.phonemes and t not in TOKENS.punctuation for t in row["phonemes"]):
        return "unknown_token"
    words = cut(row["phonemes"], row["phonemes_per_word"])
    spoken = sum(bool(word) and word[0] in TOKENS.phonemes for word in words)
    if spoken < speech.min_words:
        return "too_short"
    return "too_long" if spoken > speech.max_words else ""


def cut(tokens: Sequence[Token], counts: Sequence[int]) -> list[Sequence[Token]]:
    """Tokens of a sentence to tokens of each word."""
    edges = [0, *accumulate(counts)]
    return [tokens[a:b] for a, b in pairwise(edges)]


def _open(speech: Speech, seed: int, limit: int) -> Transform:
    return partial(_speak_table, speech, seed, limit)


def _speak_table(speech: Speech, seed: int, limit: int, table: pa.Table) -> tuple[pa.Table, Stats]:
    stats: Stats = {}
    kept: list[int] = []
    added: dict[str, list[Any]] = {name: [] for name in ADDED}
    rows = table.select(["id", "split", "phonemes", "phonemes_per_word"]).to_pylist()
    for index, row in enumerate(rows):
        reason = refusal(row, speech)
        if not reason and draw(seed, row["id"]) > limit:
            reason = "beyond_utterances"
        utterance = None if reason else _say(row, seed)
        if utterance is None:
            reason = f"dropped.{reason or 'phonemes_mismatch'}"
            stats[reason] = stats.get(reason, 0) + 1
            continue
        kept.append(index)
        stats["shared_interval_tokens"] = stats.get("shared_interval_tokens", 0) + utterance.shared
        added["part"].append(part_of(seed, row["id"]))
        added["rate"].append(utterance.rate)
        added["start"].append(utterance.start)
        added["end"].append(utterance.end)
        mel = log_mel(utterance.samples.astype(np.float32) / np.float32(32768)).astype(np.float16)
        added["frames"].append(len(mel))
        added["mel"].append(list(mel))
    result = table.take(pa.array(kept, type=pa.int64()))
    for name, type_ in ADDED.items():
        result = result.append_column(name, pa.array(added[name], type=type_))
    return result, stats


def _say(row: dict[str, Any], seed: int) -> Utterance | None:
    words = cut([TOKENS.symbols[t] for t in row["phonemes"]], row["phonemes_per_word"])
    with espeak.speaker() as speaker:
        return speak(words, speaker, generator(seed, row["id"]))


def _balanced(stats: Stats) -> dict[str, Any]:
    prefix = "dropped."
    return {
        "sentences_in": stats["rows_in"],
        "utterances": stats["rows_out"],
        "dropped": {k.removeprefix(prefix): v for k, v in stats.items() if k.startswith(prefix)},
        "shared_interval_tokens": stats.get("shared_interval_tokens", 0),
    }


def _survey(paths: Sequence[Path]) -> dict[str, Any]:
    """Seconds, parts, spread of rates, and what the two nulls score on the whole set, per frame."""
    columns = ["part", "rate", "frames", "start", "end", "phonemes"]
    rows = [row for path in paths for row in shards.read(path, columns).to_pylist()]
    rates = np.array([row["rate"] for row in rows])
    lines, flats = [], []
    for row in rows:
        gold = Gold(
            np.array(row["start"], dtype=np.float64),
            np.array(row["end"], dtype=np.float64),
            np.array([token in TOKENS.phonemes for token in row["phonemes"]]),
        )
        shape = (row["frames"], len(gold.start))
        lines.append(tally(diagonal(*shape), gold, 1))
        flats.append(tally(uniform(*shape), gold, 1))
    line, flat = pool(lines), pool(flats)
    return {
        "seconds": sum(row["frames"] for row in rows) * FRAME_SECONDS,
        "tokens": sum(len(row["phonemes"]) for row in rows),
        "parts": {p: sum(row["part"] == p for row in rows) for p in (TRAIN, TUNING, HELDOUT)},
        "words_per_minute": {
            "min": int(rates.min()), "mean": float(rates.mean()), "max": int(rates.max()),
            "standard_deviation": float(rates.std()),
        },
        "straight_line": {
            "error_ms": line.error_ms, "hit": line.hit, "boundary_ms": line.boundary_ms,
        },
        "uniform": {"error_ms": flat.error_ms, "hit": flat.hit},
    }  # fmt: skip
