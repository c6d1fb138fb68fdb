"""The speech stage: utterances with mels, from sentences the encoder's training never saw, and
gold phoneme times where the source knows them.

Guarantees: which sentences are spoken, how, and in which part of the speech set they fall depends
on the seed and on each sentence's id alone; every row that comes in (of the align shards, or of
the table of recordings) is either out or counted under a reason.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import xxhash

from pngnw.align.symbols import TOKENS
from pngnw.align.words import Method
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.core.stage import StageResult
from pngnw.engine import MapResult, Transform, map_shards
from pngnw.params import Params, Phonemize, Run, Speech
from pngnw.speech.ljspeech import list_recordings
from pngnw.speech.mel import log_mel
from pngnw.speech.sources import Source, identity, open_source
from pngnw.speech.survey import survey
from pngnw.speech.utterance import Line, generator

Token = TypeVar("Token")

CODE = ("pngnw.speech.stage", "pngnw.speech.sources", "pngnw.speech.mel",
        "pngnw.align.symbols")  # fmt: skip
TRAIN, TUNING, HELDOUT = "train", "tuning", "heldout"
# Of 100 utterances, how many choose encoder rates and how many are reported on.
TUNING_PERCENT = HELDOUT_PERCENT = 6
UNSEEN = ("valid", "test")
MEL = pa.list_(pa.list_(pa.float16(), 80))
ADDED = {"part": pa.dictionary(pa.int8(), pa.string()), "rate": pa.uint16(),
         "frames": pa.uint16(), "start": pa.list_(pa.float32()),
         "end": pa.list_(pa.float32()), "mel": MEL, "samples": pa.list_(pa.int16())}  # fmt: skip


def make_speech(
    align: Path,
    out: Path,
    speech: Speech,
    seed: int,
    run: Run,
    phonemize: Phonemize | None = None,
    method: Method = "aligned",
) -> tuple[dict[str, Any], MapResult]:
    """Speak `speech.utterances` sentences of the align shards, or take as many recordings; return
    the stage's metrics and its work.

    Args:
        align: folder of align shards; only their valid and test splits are spoken.
        out: folder of speech shards: the align columns of each utterance, and `part` (train,
            tuning, heldout), `rate` (words per minute), `frames`, `start` and `end` (seconds, per
            phoneme-side token; null where nobody knows), `mel` (frames of 80 log-magnitude
            bands), `samples` (of held-out utterances alone, to be listened to); for recordings
            also `recording` (its name) and `digest` (of its bytes).
        speech: the source, which sentences and how many.
        seed: draws sentences, parts, rates and pauses.
        run: workers.
        phonemize: the lexicon for the texts of recordings; by default none but CMUdict.
        method: how phonemes of these texts find their pieces.

    Raises:
        UserError: no sentence fits, or what the source needs is missing.
    """
    paths = shards.paths(align)
    with shards.scratch("speech") as work:
        unusable: Counter[str] = Counter()
        if speech.source == "ljspeech":
            lexicon = phonemize or Phonemize(lexicon=None)
            folder = Path(speech.folder)
            unusable = list_recordings(folder, work, align, lexicon, method)
            paths = shards.paths(work)
        limit = cap(paths, speech, seed)
        mapped = map_shards(
            partial(_open, speech, seed, limit),
            paths,
            out,
            stage="speech",
            config={"speech": speech, "seed": seed, "limit": limit, "source": identity(speech)},
            code=CODE,
            run=run,
        )
    metrics = _balanced(mapped.stats, unusable)
    if not metrics["utterances"]:
        raise UserError(
            f"speech: none of {metrics['sentences_in']} sentences could be spoken (left out: "
            f"{metrics['dropped']}); {_remedy(speech)}"
        )
    return {**metrics, **survey(shards.paths(out), (TRAIN, TUNING, HELDOUT))}, mapped


def _remedy(speech: Speech) -> str:
    words = f"widen speech.min_words ({speech.min_words}) and speech.max_words ({speech.max_words})"
    if speech.source == "ljspeech":
        return f"{words} or mend {speech.folder}"
    return f"{words} or clean.valid and clean.test"


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
    return partial(_speak_table, open_source(speech), speech, seed, limit)


def _speak_table(
    source: Source, speech: Speech, seed: int, limit: int, table: pa.Table
) -> tuple[pa.Table, Stats]:
    stats: Stats = {}
    kept: list[int] = []
    added: dict[str, list[Any]] = {name: [] for name in ADDED}
    names = ["id", "split", "phonemes", "phonemes_per_word", "recording"]
    rows = table.select([name for name in names if name in table.column_names]).to_pylist()
    for index, row in enumerate(rows):
        reason = refusal(row, speech)
        if not reason and draw(seed, row["id"]) > limit:
            reason = "beyond_utterances"
        utterance = None if reason else source(_line(row), generator(seed, row["id"]))
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
        added["samples"].append(utterance.samples if added["part"][-1] == HELDOUT else None)
    result = table.take(pa.array(kept, type=pa.int64()))
    for name, type_ in ADDED.items():
        result = result.append_column(name, pa.array(added[name], type=type_))
    return result, stats


def _line(row: dict[str, Any]) -> Line:
    words = cut([TOKENS.symbols[t] for t in row["phonemes"]], row["phonemes_per_word"])
    return Line(words, row.get("recording"))


def _balanced(stats: Stats, unusable: Counter[str]) -> dict[str, Any]:
    """Rows in = utterances + what was left out, here and before the rows were there."""
    prefix = "dropped."
    left_out = {k: v for k, v in [*unusable.items(), *stats.items()] if k.startswith(prefix) and v}
    return {
        "sentences_in": stats.get("rows_in", 0) + sum(unusable.values()),
        "utterances": stats.get("rows_out", 0),
        "dropped": {name.removeprefix(prefix): count for name, count in left_out.items()},
        "shared_interval_tokens": stats.get("shared_interval_tokens", 0),
    }


def run(params: Params, root: Path) -> StageResult:
    """Speak sentences that the encoder's training never saw: data/align -> data/speech.

    Writes mels, and start and end of every phoneme, as shards. With speech.source = ljspeech the
    sentences are those of speech.folder, whose recordings have no start and end.
    """
    metrics, work = make_speech(
        root / "data/align",
        root / "data/speech",
        params.speech,
        params.base.seed,
        params.run,
        params.phonemize,
        params.align.piece_of_phoneme,
    )
    return StageResult(metrics, work.cost)
