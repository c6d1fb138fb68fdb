"""The `ljspeech` source: a folder of recordings in LJSpeech layout, without gold times.

`metadata.csv` holds lines `name|text|normalized text` (the last may be absent or empty), and
`wavs/<name>.wav` the recording, of any rate, depth and number of channels.

Guarantees: every line of the table is either a row or counted under a reason, and recordings that
cannot be used are named. A row's id depends on its name alone, its content on the line, the
recording's bytes and how text is read; texts are normalized, pronounced and aligned as the corpus
is. Every row is in the split `test`: the encoder never saw it, unless the corpus holds the same
text. Samples are those of `soundfile` and `scipy.signal.resample_poly`, channels averaged, in 16
bits.

Letters: n samples, C channels.
"""

import hashlib
import io
import sys
from collections import Counter
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
import pyarrow as pa
import xxhash
from tqdm import tqdm

from pngnw.align.sentences import Method, WordAligner
from pngnw.align.stage import align_table
from pngnw.core import shards
from pngnw.core.errors import UserError
from pngnw.normalize import normalize_all
from pngnw.params import Phonemize
from pngnw.phonemize.phonemizer import Phonemizer
from pngnw.phonemize.stage import transform
from pngnw.speech.mel import SAMPLE_RATE, WINDOW
from pngnw.speech.utterance import Floats, Line, Utterance, is_mark

METADATA = "metadata.csv"
SHARDS = 16  # the unit of work
MAX_NAMED = 5  # files that a warning names
MISSING, EMPTY, UNREADABLE = "audio_missing", "audio_empty", "audio_unreadable"
TOO_SHORT, TOO_LONG = "audio_too_short", "audio_too_long"
REASONS = (MISSING, EMPTY, UNREADABLE, TOO_SHORT, TOO_LONG)
LONGEST = 30.0  # seconds: longer ones are chapters, not utterances
SHORTEST = WINDOW / SAMPLE_RATE  # one frame of the mel


@dataclass(frozen=True)
class Recordings:
    """A folder with `wavs/<name>.wav`; a `pngnw.speech.sources.Source`."""

    folder: Path

    def __call__(self, line: Line, rng: np.random.Generator) -> Utterance:
        """The recording of a line, without gold times; its rate is counted, nothing is drawn.

        Raises:
            UserError: the recording can no longer be read.
        """
        assert line.recording is not None
        path = wav_path(self.folder, line.recording)
        try:
            mono = resample(*decode(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise UserError(f"{path}: changed while it was read ({error}); run it again") from None
        words = sum(bool(word) and not is_mark(word) for word in line.words)
        return Utterance(
            samples=np.clip(np.rint(mono * 32768), -32768, 32767).astype(np.int16),
            start=None,
            end=None,
            rate=round(60 * words * SAMPLE_RATE / len(mono)),
            shared=0,
        )


def wav_path(folder: Path, name: str) -> Path:
    """Where the recording of a name lies."""
    return folder / "wavs" / f"{name}.wav"


def inspect(path: Path) -> tuple[str, str]:
    """Why a recording cannot be used, or an empty string; and a digest of what was read."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return MISSING, ""
    except (OSError, ValueError):  # a folder, no permission, a name that no file can have
        return UNREADABLE, ""
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    if not data:
        return EMPTY, digest
    try:
        mono, rate = decode(data)
    except ValueError:
        return UNREADABLE, digest
    if not len(mono):
        return EMPTY, digest
    seconds = len(mono) / rate
    if seconds < SHORTEST:
        return TOO_SHORT, digest
    return TOO_LONG if seconds > LONGEST else "", digest


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


def resample(mono: Floats, rate: int) -> Floats:
    """Samples [n] at `rate` Hz to samples at 22.05 kHz, which last as long."""
    if rate == SAMPLE_RATE:
        return mono
    from scipy.signal import resample_poly

    common = gcd(rate, SAMPLE_RATE)
    out: Floats = resample_poly(mono, SAMPLE_RATE // common, rate // common)
    return out


def list_recordings(
    folder: Path, out: Path, aligned: Path, phonemize: Phonemize, method: Method
) -> Counter[str]:
    """Write shards of the recordings that can be used; return `dropped.<reason>` counts.

    Args:
        folder: where `metadata.csv` and `wavs` are.
        out: folder for the shards: the align columns, `recording` (name) and `digest` (of it).
        aligned: the align stage's folder, which holds wordpieces and aligner.
        phonemize: the lexicon that pronounces the texts.
        method: how phonemes find their pieces.

    Raises:
        UserError: `metadata.csv` is missing or not UTF-8 text.
    """
    counts: Counter[str] = Counter()
    texts = read_metadata(folder, counts)
    digests = _usable(folder, list(texts), counts)
    names = {recording_id(name): name for name in digests}
    normalized = normalize_all([texts[name] for name in digests])
    table = pa.table(
        {
            "id": pa.array(names, pa.uint64()),
            "split": pa.array(["test"] * len(names), pa.string()).dictionary_encode(),
            "text": pa.array([each.text for each in normalized], pa.string()),
        }
    )
    table, phonemized = transform(Phonemizer(phonemize.lexicon), table)
    table, aligned_words = align_table(WordAligner.load(aligned, method), table)
    for stats in (phonemized, aligned_words):
        counts.update({name: int(n) for name, n in stats.items() if name.startswith("dropped.")})
    used = [names[key] for key in table["id"].to_pylist()]
    table = table.append_column("recording", pa.array(used, pa.string()))
    table = table.append_column("digest", pa.array([digests[name] for name in used], pa.string()))
    part = table["id"].to_numpy() % SHARDS
    for number in range(SHARDS):
        some = table.take(pa.array(np.flatnonzero(part == number)))
        shards.write(out / shards.name(number), some, stage="speech", fingerprint="")
    return counts


def recording_id(name: str) -> int:
    """The id of a recording."""
    return xxhash.xxh3_64_intdigest(f"recording {name}".encode())


def read_metadata(folder: Path, counts: Counter[str]) -> dict[str, str]:
    """Texts by name, normalized where they are; counts the lines that are left out.

    Raises:
        UserError: there is no such file, or it is not UTF-8.
    """
    path = folder / METADATA
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = file.readlines()
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(
            f"{path}: not found; speech.folder has to hold {METADATA} (name|text|normalized text) "
            "and wavs/<name>.wav"
        ) from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: not UTF-8; convert it") from None
    texts: dict[str, str] = {}
    for line in lines:
        name, *columns = (field.strip() for field in line.split("|"))
        name = name.removesuffix(".wav")
        text = next((column for column in reversed(columns[:2]) if column), "")
        if not name or not text:
            counts["dropped.no_text"] += 1
        elif name in texts:
            counts["dropped.repeated_name"] += 1
        else:
            texts[name] = text
    return texts


def _usable(folder: Path, recordings: list[str], counts: Counter[str]) -> dict[str, str]:
    """Digests of the recordings that can be used; counts and names the others."""
    digests: dict[str, str] = {}
    refused: dict[str, list[str]] = {reason: [] for reason in REASONS}
    for name in tqdm(recordings, desc="speech: recordings", unit="file", disable=None):
        reason, digest = inspect(wav_path(folder, name))
        if reason:
            refused[reason].append(name)
        else:
            digests[name] = digest
    for reason, names in refused.items():
        if names:
            counts[f"dropped.{reason}"] = len(names)
            more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
            files = ", ".join(f"{name}.wav" for name in names[:MAX_NAMED])
            print(f"speech: {folder}/wavs: {reason}: {files}{more}", file=sys.stderr)
    return digests
