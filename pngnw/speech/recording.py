"""The `ljspeech` source: a folder of recordings in LJSpeech layout, with silver times or none.

`metadata.csv` holds their names and texts (see `pngnw.speech.metadata`), and `wavs/<name>.wav` the
recording, of any rate, depth and number of channels; also as FLAC, Ogg or MP3, in `wav/`, `ogg/` or
`flac/` or in the folder itself. Times come from a forced aligner (`pngnw.speech.silver`) or from a
file (`pngnw.speech.times`).

Guarantees: every line of the table is either a row or counted under a reason, and recordings that
cannot be used are named. Texts are normalized, pronounced and aligned as the corpus is. Every row
is in the split `test`: the encoder never saw it, unless the corpus holds the same text.

Letters: n samples, C channels.
"""

import hashlib
import io
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import compress
from pathlib import Path

import numpy as np
import pyarrow as pa
import xxhash
from tqdm import tqdm

from pngnw.align.sentences import Method, WordAligner
from pngnw.align.stage import align_table
from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.normalize import normalize_all
from pngnw.params import Phonemize
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.stage import transform
from pngnw.speech.mel import SAMPLE_RATE, WINDOW
from pngnw.speech.metadata import SUFFIXES, plain_name, read_metadata
from pngnw.speech.silver import Aligner
from pngnw.speech.times import NO_TIMES, read_times, tokens_of
from pngnw.speech.utterance import Floats, Line, Utterance, is_mark, resample

METADATA = "metadata.csv"
POCKETSPHINX = "pocketsphinx"
SHARDS = 16  # the unit of work
MAX_NAMED = 5  # files that a warning names
MISSING, EMPTY, UNREADABLE = "audio_missing", "audio_empty", "audio_unreadable"
TOO_SHORT, TOO_LONG = "audio_too_short", "audio_too_long"
SILENT, CLIPPED, TOO_FAST = "audio_silent", "audio_clipped", "audio_too_fast"
REASONS = (MISSING, EMPTY, UNREADABLE, TOO_SHORT, TOO_LONG, SILENT, CLIPPED)
FOLDERS = ("wavs", "wav", "ogg", "flac", "")  # where recordings lie, in this order
LONGEST = 30.0  # seconds: longer ones are chapters, not utterances
SHORTEST = WINDOW / SAMPLE_RATE  # one frame of the mel
SILENCE = 1e-3  # deviation of the loudest twentieth of a second (-60 dB)
FLAT = 0.01  # share of samples at an extreme beside another: as of a voice cut 5 dB below its peak
FASTEST = 40.0  # phonemes a second: 600 words a minute, what records in fast talking reach


class AudioFiles:
    """The recordings of a folder by name; every folder is listed once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listed: dict[Path, dict[str, Path]] = {}

    def find(self, name: str) -> Path | None:
        """The recording of a name as `metadata.plain_name` gives it; the name may have folders."""
        paths = [self._folder / under / name for under in FOLDERS]
        found = (self._list(path.parent).get(path.name) for path in paths)
        return next((path for path in found if path is not None), None)

    def _list(self, folder: Path) -> dict[str, Path]:
        if folder not in self._listed:
            try:
                paths = sorted(folder.iterdir())
            except (OSError, ValueError):  # none, no permission, a name that no folder can have
                paths = []
            self._listed[folder] = {
                plain_name(path.name): path
                for suffix in reversed(SUFFIXES)  # of several the first suffix counts
                for path in paths
                if path.suffix.lower() == suffix
            }
        return self._listed[folder]


class Recordings:
    """The recordings of a folder; a `pngnw.speech.sources.Source`."""

    def __init__(self, folder: Path, times: str | None = None) -> None:
        """Open a folder; `times` as in params.yaml. `UserError` where they cannot be read."""
        self._folder = folder
        self._files = AudioFiles(folder)
        self._aligner = Aligner() if times == POCKETSPHINX else None
        self._times = None if self._aligner or times is None else read_times(folder / times)

    def __call__(self, line: Line, rng: np.random.Generator) -> Utterance | str:
        """The recording of a line; its rate is counted, nothing is drawn. `UserError` where it can
        no longer be read."""
        assert line.recording is not None
        path = self._files.find(line.recording) or self._folder / line.recording
        try:
            mono = resample(*decode(path.read_bytes()), SAMPLE_RATE)
        except (OSError, ValueError) as error:
            raise UserError(f"{path}: changed while it was read ({error}); run it again") from None
        samples = np.clip(np.rint(mono * 32768), -32768, 32767).astype(np.int16)
        words = sum(bool(word) and not is_mark(word) for word in line.words)
        rate = round(60 * words * SAMPLE_RATE / len(mono))
        tries = 1
        if self._aligner is not None:
            silver = self._aligner(samples, line.words)
            if isinstance(silver, str):
                return silver
            phones, tries = silver.phones, silver.tries
        elif self._times is None:
            return Utterance(samples, None, None, rate, shared=0)
        elif line.recording in self._times:
            phones = self._times[line.recording]
        else:
            return NO_TIMES
        times = tokens_of(line.words, phones, len(samples) / SAMPLE_RATE)
        if isinstance(times, str):
            return times
        start, end, shared = times
        return Utterance(samples, start, end, rate, shared, tries)


def inspect(path: Path | None) -> tuple[str, str, float]:
    """Why a recording cannot be used, or an empty string; a digest of what was read; seconds."""
    if path is None:
        return MISSING, "", 0.0
    try:
        data = path.read_bytes()
    except OSError:  # a folder, no permission
        return UNREADABLE, "", 0.0
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    if not data:
        return EMPTY, digest, 0.0
    try:
        mono, rate = decode(data)
    except ValueError:
        return UNREADABLE, digest, 0.0
    return fault(mono, rate), digest, len(mono) / rate


def fault(mono: Floats, rate: int) -> str:
    """Why samples [n] at `rate` Hz cannot be used, or an empty string."""
    seconds = len(mono) / rate
    if not seconds:
        return EMPTY
    if seconds < SHORTEST:
        return TOO_SHORT
    if seconds > LONGEST:
        return TOO_LONG
    size = min(len(mono), rate // 20)
    if mono[: len(mono) // size * size].reshape(-1, size).std(axis=1).max() < SILENCE:
        return SILENT
    cut = mono.clip(-1.0, 1.0)  # as it is stored; what was cut before has flat tops already
    extreme = (cut == cut.max()) | (cut == cut.min())
    return CLIPPED if (extreme[1:] & extreme[:-1]).mean() > FLAT else ""


def decode(data: bytes) -> tuple[Floats, int]:
    """An audio file to samples [n] in [-1, 1] and their rate.

    Raises:
        ValueError: it is no audio file, or holds something that is no number.
    """
    import soundfile

    try:
        samples, rate = soundfile.read(io.BytesIO(data), always_2d=True)  # [n, C]
    except soundfile.LibsndfileError as error:
        raise ValueError(str(error)) from None
    mono: Floats = samples.mean(axis=1)
    if not np.isfinite(mono).all():
        raise ValueError("samples that are no numbers")
    return mono, int(rate)


def list_recordings(
    folder: Path,
    out: Path,
    aligned: Path,
    phonemize: Phonemize,
    method: Method,
    columns: Sequence[str] | None = None,
) -> Counter[str]:
    """Write shards of the recordings that can be used, name the others on stderr; return
    `dropped.<reason>` counts.

    Args:
        folder: where `metadata.csv` and `wavs` are.
        out: folder for the shards: the align columns, `recording` (name) and `digest` (of it).
        aligned: the align stage's folder, which holds wordpieces and aligner.

    Raises:
        UserError: `metadata.csv` cannot be read or decided upon.
    """
    counts: Counter[str] = Counter()
    texts = read_metadata(folder / METADATA, counts, columns)
    files = AudioFiles(folder)
    usable: dict[str, tuple[str, float]] = {}  # digest and seconds
    refused: dict[str, list[str]] = {reason: [] for reason in REASONS}
    for name in tqdm(texts, desc="speech: recordings", unit="file", disable=None):
        reason, digest, seconds = inspect(files.find(name))
        if reason:
            refused[reason].append(name)
        else:
            usable[name] = digest, seconds
    names = {xxhash.xxh3_64_intdigest(f"recording {name}".encode()): name for name in usable}
    normalized = normalize_all([texts[name] for name in usable])
    table = pa.table(
        {
            "id": pa.array(names, pa.uint64()),
            "split": pa.array(["test"] * len(names), pa.string()).dictionary_encode(),
            "text": pa.array([each.text for each in normalized], pa.string()),
        }
    )
    table, phonemized = transform(Phonemizer(phonemize.lexicon), table)
    table, aligned_words = align_table(WordAligner.load(aligned, method), table)
    for key, count in (*phonemized.items(), *aligned_words.items()):
        if key.startswith("dropped."):
            counts[key] += int(count)
    used = [names[key] for key in table["id"].to_pylist()]
    table = table.append_column("recording", pa.array(used, pa.string()))
    digests = [usable[name][0] for name in used]
    table = table.append_column("digest", pa.array(digests, pa.string()))
    fast = [
        sum(token in TOKENS.phonemes for token in row) > FASTEST * usable[name][1]
        for row, name in zip(table["phonemes"].to_pylist(), used, strict=True)
    ]
    refused[TOO_FAST] = list(compress(used, fast))
    table = table.filter(pa.array(np.logical_not(fast), pa.bool_()))
    for reason, bad in refused.items():
        if bad:
            counts[f"dropped.{reason}"] = len(bad)
            more = f" and {len(bad) - MAX_NAMED} more" if len(bad) > MAX_NAMED else ""
            named = ", ".join(bad[:MAX_NAMED])
            print(f"speech: {folder}: {reason}: {named}{more}", file=sys.stderr)
    part = table["id"].to_numpy() % SHARDS
    for number in range(SHARDS):
        some = table.take(pa.array(np.flatnonzero(part == number)))
        shards.write(out / shards.name(number), some, stage="speech", fingerprint="")
    return counts
