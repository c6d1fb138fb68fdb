"""The speech stage: mels of sentences that the encoder's training never saw, with gold phoneme
times where the source knows them.

Guarantees: the choice of sentences, their sound and their part of the speech set depend on the seed
and on each sentence's id alone (where the set is so small that a part would be empty, a sentence
moves to it). Every row that comes in is either out or counted under a reason.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.core.shards import Stats
from pngnw.core.stage import StageResult
from pngnw.engine import Transform, map_shards
from pngnw.params import Params, Speech
from pngnw.speech import pitch, prosody, utterance
from pngnw.speech.mel import FRAME_SECONDS, SAMPLE_RATE, log_mel
from pngnw.speech.recording import METADATA, MISSING, REASONS, TOO_FAST, list_recordings
from pngnw.speech.sources import Source, fingerprint, open_source
from pngnw.speech.utterance import HELDOUT, NEAR, PARTS, TRAIN, TUNING, Gold, Line, Utterance

Token = TypeVar("Token")

CODE = ("pngnw.speech", "pngnw.align.symbols", "pngnw.phonemize.arpabet")
# Of 100 utterances, those that choose encoder rates and those that are reported on.
TUNING_PERCENT = HELDOUT_PERCENT = 6
UNSEEN = ("valid", "test")
HALVES = pa.list_(pa.float16())
MEL = pa.list_(pa.list_(pa.float16(), 80))
ADDED = {"part": pa.dictionary(pa.int8(), pa.string()), "rate": pa.uint16(),
         "frames": pa.uint16(), "start": pa.list_(pa.float32()),
         "end": pa.list_(pa.float32()), "duration": pa.list_(pa.uint16()),
         "log_f0": HALVES, "voicing": HALVES, "energy": HALVES, "pause": HALVES,
         "contour": HALVES, "mel": MEL, "samples": pa.list_(pa.int16())}  # fmt: skip


def run(params: Params, root: Path) -> StageResult:
    """Speak `speech.utterances` sentences, or take as many recordings: data/align -> data/speech.

    Only sentences of the valid and test splits are spoken. With speech.source = ljspeech the
    sentences are those of speech.folder.

    docs/contracts.md has the columns of the shards, `samples` of held-out utterances alone; those
    of recordings have `recording` (its name) and `digest` (of its bytes) too.

    Raises:
        UserError: too few sentences fit, or what the source needs is missing.
    """
    speech, seed = params.speech, params.base.seed
    align, out = root / "data/align", root / "data/speech"
    paths = shards.paths(align)
    with shards.scratch("speech") as work:
        unusable: Counter[str] = Counter()
        if speech.source == "ljspeech":
            method = params.align.piece_of_phoneme
            unusable = list_recordings(
                Path(speech.folder), work, align, params.phonemize, method, speech.columns
            )
            paths = shards.paths(work)
        limit, parts = draw_limit(paths, speech, seed)
        mapped = map_shards(
            partial(_open, speech, seed, limit, parts),
            paths,
            out,
            stage="speech",
            config={
                "speech": speech,
                "seed": seed,
                "limit": limit,
                "parts": sorted(parts.items()),
                "source": fingerprint(speech),
            },
            code=CODE,
            run=params.run,
        )
    stats, prefix = mapped.stats, "dropped."
    dropped = {
        name.removeprefix(prefix): count
        for name, count in (*unusable.items(), *stats.items())
        if name.startswith(prefix) and count
    }
    # Rows in = utterances + what was left out, here and before the rows were there.
    lines, utterances = stats.get("rows_in", 0) + sum(unusable.values()), stats.get("rows_out", 0)
    if empty := [part for part in PARTS if not stats.get(f"parts.{part}")]:
        raise UserError(
            f"{utterances} utterances of {lines} lines and none for {', '.join(empty)}: evaluate "
            f"needs {len(PARTS)} at least, one for each part (left out: {dropped}); "
            f"{_remedy(speech, dropped)}"
        )
    # As its voice spoke, as an aligner found them or a file says, or none.
    recorded = "silver" if speech.times else None
    metrics = {
        "sentences_in": lines,
        "utterances": utterances,
        "dropped": dropped,
        "shared_interval_tokens": stats.get("shared_interval_tokens", 0),
        "aligned_again": stats.get("aligned_again", 0),
        "times": recorded if speech.source == "ljspeech" else "gold",
        **statistics(shards.paths(out)),
    }
    return StageResult(metrics, mapped.cost)


def _remedy(speech: Speech, dropped: Mapping[str, float]) -> str:
    """What gives more utterances: the answer to the reason that takes the most."""
    words = f"widen speech.min_words ({speech.min_words}) and speech.max_words ({speech.max_words})"
    if speech.source != "ljspeech":
        return f"{words} or raise clean.valid and clean.test"
    reason = max(dropped, key=dropped.__getitem__, default="")
    table = Path(speech.folder) / METADATA
    if reason in ("too_short", "too_long"):
        return words
    if reason == MISSING:
        return (
            f"put <name>.wav, .flac, .ogg or .mp3 into {speech.folder}/wavs, or say in "
            f"speech.columns which column of {table} is the name"
        )
    if reason in ("no_text", TOO_FAST):
        return f"say in speech.columns which column of {table} is the text, or mend it"
    if reason.startswith("times_"):
        return f"add the lines that speech.times ({speech.times}) lacks, or mend {table}"
    if reason in REASONS:
        return f"replace the recordings that are named above in {speech.folder}"
    return f"add recordings to {table}"


def draw_limit(paths: Sequence[Path], speech: Speech, seed: int) -> tuple[int, dict[int, str]]:
    """The largest draw (see `draw`) that is spoken, so that `speech.utterances` rows are; and the
    parts of those that `fill_parts` moves."""
    drawn: list[tuple[int, int]] = []
    for path in paths:
        for table in shards.row_groups(path, ["id", "split", "phonemes", "phonemes_per_word"]):
            rows = [row for row in table.to_pylist() if not refusal(row, speech)]
            drawn += [(draw(seed, row["id"]), row["id"]) for row in rows]
    chosen = sorted(drawn)[: speech.utterances]
    return max(chosen)[0] if chosen else 0, fill_parts(seed, [key for _, key in chosen])


def fill_parts(seed: int, keys: Sequence[int]) -> dict[int, str]:
    """The parts of those sentences that `part_of` puts elsewhere: the first ones of the largest
    part, one for each part that has none."""
    parts = {key: part_of(seed, key) for key in keys}
    moved: dict[int, str] = {}
    for part in PARTS if len(parts) >= len(PARTS) else ():
        if part not in parts.values():
            largest = Counter(parts.values()).most_common(1)[0][0]
            key = next(key for key in keys if parts[key] == largest)
            parts[key] = moved[key] = part
    return moved


def draw(seed: int, key: int) -> int:
    """A 64-bit number that ranks sentences: the same for a sentence wherever it lies."""
    return xxhash.xxh3_64_intdigest(f"speech {seed} {key}".encode())


def part_of(seed: int, key: int) -> str:
    """The part of the speech set that a sentence falls into: train, tuning or heldout."""
    percent = xxhash.xxh3_64_intdigest(f"part {seed} {key}".encode()) % 100
    if percent < TUNING_PERCENT:
        return TUNING
    return HELDOUT if percent < TUNING_PERCENT + HELDOUT_PERCENT else TRAIN


def refusal(row: dict[str, Any], speech: Speech) -> str:
    """The reason why a sentence is not spoken, or an empty string."""
    if row["split"] not in UNSEEN:
        return "training_document"
    if any(t not in TOKENS.phonemes and t not in TOKENS.punctuation for t in row["phonemes"]):
        return "unknown_token"
    words = split_words(row["phonemes"], row["phonemes_per_word"])
    spoken = sum(bool(word) and word[0] in TOKENS.phonemes for word in words)
    if spoken < speech.min_words:
        return "too_short"
    return "too_long" if spoken > speech.max_words else ""


def split_words(tokens: Sequence[Token], counts: Sequence[int]) -> list[Sequence[Token]]:
    """Tokens of a sentence to tokens of each word."""
    edges = [0, *accumulate(counts)]
    return [tokens[a:b] for a, b in pairwise(edges)]


def _open(speech: Speech, seed: int, limit: int, parts: Mapping[int, str]) -> Transform:
    return partial(_speak_table, open_source(speech), speech, seed, limit, parts)


def _speak_table(
    source: Source,
    speech: Speech,
    seed: int,
    limit: int,
    parts: Mapping[int, str],
    table: pa.Table,
) -> tuple[pa.Table, Stats]:
    stats: Counter[str] = Counter()
    spoken_rows: list[int] = []
    added: dict[str, list[Any]] = {name: [] for name in ADDED}
    names = ["id", "split", "phonemes", "phonemes_per_word", "recording"]
    rows = table.select([name for name in names if name in table.column_names]).to_pylist()
    for index, row in enumerate(rows):
        reason = refusal(row, speech)
        if not reason and draw(seed, row["id"]) > limit:
            reason = "beyond_utterances"
        symbols = [TOKENS.symbols[token] for token in row["phonemes"]]
        line = Line(split_words(symbols, row["phonemes_per_word"]), row.get("recording"))
        spoken = reason or source(line, utterance.generator(seed, row["id"]))
        if isinstance(spoken, str):
            stats[f"dropped.{spoken}"] += 1
            continue
        spoken_rows.append(index)
        part = parts.get(row["id"]) or part_of(seed, row["id"])
        stats[f"parts.{part}"] += 1
        stats["shared_interval_tokens"] += spoken.shared
        stats["aligned_again"] += spoken.tries > 1
        values = {"part": part, "rate": spoken.rate, "start": spoken.start, "end": spoken.end,
                  "samples": spoken.samples if part == HELDOUT else None,
                  **_heard(spoken, row)}  # fmt: skip
        for name, column in added.items():
            column.append(values.get(name))
    result = table.take(pa.array(spoken_rows, type=pa.int64()))
    for name, type_ in ADDED.items():
        result = result.append_column(name, pa.array(added[name], type=type_))
    return result, {**stats}


def _heard(spoken: Utterance, row: dict[str, Any]) -> dict[str, Any]:
    """The columns that are measured on the sound; without times those of its frames alone."""
    mel = log_mel(spoken.samples.astype(np.float32) / np.float32(32768))
    contour = pitch.contour(spoken.samples)
    values: dict[str, Any] = {
        "frames": len(mel),
        "contour": contour.astype(np.float16),
        "mel": list(mel.astype(np.float16)),
    }
    if spoken.start is None or spoken.end is None:
        return values
    gold = _gold(spoken.start, spoken.end, row["phonemes"])
    per_token = prosody.means(gold, contour, prosody.energy(mel))
    pause = prosody.pauses(gold, row["phonemes_per_word"], len(spoken.samples) / SAMPLE_RATE)
    named = zip(("log_f0", "voicing", "energy", "pause"), (*per_token, pause), strict=True)
    values |= {name: each.astype(np.float16) for name, each in named}
    return values | {"duration": prosody.durations(gold, len(mel)).astype(np.uint16)}


def _gold(start: npt.ArrayLike, end: npt.ArrayLike, tokens: Sequence[int]) -> Gold:
    spoken = np.array([token in TOKENS.phonemes for token in tokens])
    return Gold(np.array(start, dtype=np.float64), np.array(end, dtype=np.float64), spoken)


def statistics(paths: Sequence[Path]) -> dict[str, Any]:
    """Seconds, parts and spread of rates of a speech set; and, where times are known, the
    scores of the two nulls per frame: one straight line, and uniform attention."""
    columns = ["part", "rate", "frames", "start", "end", "phonemes"]
    rows = [row for path in paths for row in shards.read(path, columns).to_pylist()]
    rates = np.array([row["rate"] for row in rows])
    timed = [row for row in rows if row["start"] is not None]
    return {
        "seconds": sum(row["frames"] for row in rows) * FRAME_SECONDS,
        "tokens": sum(len(row["phonemes"]) for row in rows),
        "parts": {part: sum(row["part"] == part for row in rows) for part in PARTS},
        "words_per_minute": {
            "min": int(rates.min()), "mean": float(rates.mean()), "max": int(rates.max()),
            "standard_deviation": float(rates.std()),
        },
        **(_null_scores(timed) if timed else {}),
    }  # fmt: skip


def _null_scores(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    sums = np.zeros(7)
    for row in rows:
        gold = _gold(row["start"], row["end"], row["phonemes"])
        frames, tokens = row["frames"], len(gold.start)
        times = utterance.step_times(frames, 1)
        spoken = utterance.speech_steps(times, gold)
        away = utterance.distances(times, gold)
        path = utterance.straight_line(frames, tokens)
        line, flat = np.eye(tokens)[path], np.full((frames, tokens), 1.0 / tokens)
        scores = [(weights * each)[spoken].sum() for weights in (line, flat)
                  for each in (away, away <= NEAR)]  # fmt: skip
        errors = utterance.boundary_errors(path, gold, 1)
        sums += [spoken.sum(), *scores, len(errors), errors.sum()]
    steps, line_error, line_hit, flat_error, flat_hit, boundaries, off = sums.tolist()

    def mean(total: float, count: float, scale: float = 1.0) -> float | None:
        return scale * (total / count) if count else None

    return {
        "straight_line": {
            "error_ms": mean(line_error, steps, 1000), "hit": mean(line_hit, steps),
            "boundary_ms": mean(off, boundaries, 1000),
        },
        "uniform": {"error_ms": mean(flat_error, steps, 1000), "hit": mean(flat_hit, steps)},
    }  # fmt: skip
