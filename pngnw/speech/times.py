"""Times of phones, as an aligner or a file of times gives them, put onto the tokens of a text.

A file holds JSON lines: `id` and `phones` as `[[phone, start, end], …]`, or `id` and `words` as
`[[word, start, end, phones], …]`; it is unpacked where its name ends in `.gz`. A folder holds
`<name>.TextGrid` of Praat, long or short, whose tier `phones` is read, as the Montreal Forced
Aligner writes it. Silences are `""`, `sil`, `sp`, `spn` and what stands in `<>`.

Every phoneme that both sides have keeps its time; where they differ (another pronunciation in the
aligner's dictionary) our phonemes share the time of theirs evenly.

Letters: P phoneme-side tokens.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from pngnw.core.errors import UserError
from pngnw.phonemize.arpabet import SYMBOLS
from pngnw.speech.metadata import plain_name
from pngnw.speech.silver import OTHER_PHONES, Phone, stressless
from pngnw.speech.utterance import LONG_MARKS, SHORT_MARKS, Times

NO_TIMES, BEHIND = "times_missing", "times_behind_the_end"
SILENCES = {"", "SIL", "SP", "SPN"}
HEARD = LONG_MARKS | SHORT_MARKS
ALIKE = 0.8  # share of phonemes that both sides need to have; below, it is another text
LATE = 0.1  # seconds by which times may run over the end of the sound
# What Praat's text files hold: texts in quotes, and numbers that stand alone.
_VALUE = re.compile(r'"((?:[^"]|"")*)"|(?<![\w\[.])(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)(?![\w\]])')


def tokens_of(
    words: Sequence[Sequence[str]], phones: Sequence[Phone], seconds: float
) -> tuple[Times, Times, int] | str:
    """When each phoneme-side token is heard, or the reason why nobody knows.

    A mark has the silence between its neighbors; of several the first that is heard.

    Args:
        words: of a `Line`.
        phones: in order, without silences.
        seconds: length of the sound.

    Returns:
        start [P] and end [P] in seconds, neither falling; how many phonemes share an interval.
    """
    tokens = [token for word in words for token in word]
    spoken = [n for n, token in enumerate(tokens) if token in SYMBOLS]
    found = _share([stressless(tokens[n]) for n in spoken], phones)
    if found is None:
        return OTHER_PHONES
    spans, shared = found
    if spans[-1][1] > seconds + LATE:
        return BEHIND
    edges = np.maximum.accumulate(np.clip(np.ravel(spans), 0.0, seconds))
    start, end = np.zeros(len(tokens)), np.zeros(len(tokens))
    start[spoken], end[spoken] = edges[::2], edges[1::2]
    for before, after in pairwise([-1, *spoken, len(tokens)]):
        opens = start[after] if before < 0 else end[before]
        closes = start[after] if after < len(tokens) else seconds
        heard = next((n for n in range(before + 1, after) if tokens[n] in HEARD), after)
        for n in range(before + 1, after):
            start[n] = opens if n <= heard else closes
            end[n] = opens if n < heard else closes
    return start.astype(np.float32), end.astype(np.float32), shared


def _share(
    ours: Sequence[str], phones: Sequence[Phone]
) -> tuple[list[tuple[float, float]], int] | None:
    """The interval of each of our phonemes and how many share one; None of another text."""
    matcher = SequenceMatcher(None, ours, [name for name, _, _ in phones], autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if not same or same < ALIKE * max(len(ours), len(phones)):
        return None
    spans: list[tuple[float, float]] = []
    for _, first, last, theirs, until in matcher.get_opcodes():
        count = last - first
        if count == until - theirs:
            spans += [(a, b) for _, a, b in phones[theirs:until]]
        elif count:
            if until > theirs:
                begin, stop = phones[theirs][1], phones[until - 1][2]
            elif spans:  # theirs lacks it: it lies in the tail of the one before
                begin, stop = spans.pop()
                count += 1
            else:
                begin = stop = phones[0][1]
            spans += [*pairwise(np.linspace(begin, stop, count + 1).tolist())]
    return spans, len(ours) - same


def read_times(path: Path) -> dict[str, list[Phone]]:
    """Phones by the name of the recording, from a file of JSON lines or a folder of TextGrids;
    `UserError` where it is neither."""
    if path.is_dir():
        grids = sorted(path.glob("*.TextGrid"))
        if not grids:
            raise UserError(f"{path}: holds no .TextGrid; speech.times names a folder of them")
        return {plain_name(grid.stem): read_textgrid(grid) for grid in grids}
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{path}: {error}; speech.times is pocketsphinx, or a file or folder in speech.folder"
        ) from None
    times: dict[str, list[Phone]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row = json.loads(line)
            listed = row["phones"] if "phones" in row else [p for w in row["words"] for p in w[3]]
            times[plain_name(row["id"])] = _spoken((p, float(a), float(b)) for p, a, b in listed)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise UserError(
                f"{path}:{number}: no id with phones or words ({type(error).__name__}: {error})"
            ) from None
    return times


def read_textgrid(path: Path) -> list[Phone]:
    """The phones of a TextGrid's tier `phones`; `UserError` where there is none."""
    raw = path.read_bytes()
    text = raw.decode("utf-16" if raw[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8", "replace")
    values = iter(m[1] if m[2] is None else float(m[2]) for m in _VALUE.finditer(text))
    try:
        kind, grid, _, _, tiers = islice(values, 5)
        if (kind, grid) != ("ooTextFile", "TextGrid"):
            raise ValueError("it is no TextGrid")
        for _ in range(int(tiers)):
            tier, name, _, _, count = islice(values, 5)
            width = 3 if tier == "IntervalTier" else 2
            rows = [[*islice(values, width)] for _ in range(int(count))]
            if name == "phones" and width == 3:
                return _spoken((str(p), float(a), float(b)) for a, b, p in rows)
    except ValueError as error:
        raise UserError(f"{path}: {error}; write it again as a TextGrid in text") from None
    raise UserError(f"{path}: no tier of intervals named phones; rename the tier")


def _spoken(phones: Iterator[Phone]) -> list[Phone]:
    """Phones without stress, silences left out."""
    named = ((stressless(str(name).upper()), a, b) for name, a, b in phones)
    return [p for p in named if p[0] not in SILENCES and not p[0].startswith("<")]
