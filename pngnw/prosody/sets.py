"""Sets without sound: a forced aligner's times of a human reader, and labels of prominence.

Guarantees: texts are normalized, pronounced and aligned as `Encoder` does it. A word of the aligner
is found among ours in order; a word's durations count where its phonemes are the aligner's but for
stress and for which vowel ("the" before a vowel), and its pause where the word is found. What is
not found is counted, never guessed. Files are
those of `pngnw.probe.sets`, but for the key `phones` of a file of times: `[phone, start, end]`.

Letters: S sentences, P phoneme-side tokens and W words of all of them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pngnw.core.errors import UserError
from pngnw.core.ragged import offsets
from pngnw.model.io import load
from pngnw.params import ModelConfig, ProsodyData
from pngnw.probe.questions import TEST
from pngnw.probe.sets import Interval, aligned, lines, matches, read_prominence
from pngnw.probe.texts import draw_texts, to_questions
from pngnw.prosody.dataset import (
    DURATION,
    PAUSE,
    PROMINENCE,
    SHORTEST,
    ProsodySet,
    at_one_tempo,
    chapter,
    pauses,
    split,
)
from pngnw.text import PronouncedText, TextReader


@dataclass(frozen=True)
class Timed:
    """A text, and when its words, silences left out, and their phones are spoken."""

    document: str
    text: str
    words: list[Interval]
    phones: list[Interval]


def read(
    chosen: ProsodyData, encoder: Path, rng: np.random.Generator
) -> tuple[ProsodySet, dict[str, int]]:
    """A set, and what was counted as it was read.

    Raises:
        UserError: the file is missing or has a bad row.
    """
    reader, model = TextReader.load(encoder), load(encoder)[2].model
    if chosen.kind == "times":
        return _times(Path(chosen.path), chosen.sentences, reader, model, rng)
    return _prominence(Path(chosen.path), chosen.sentences, reader, model, rng)


def read_times(path: Path) -> list[Timed]:
    """The rows of a forced aligner's file.

    Raises:
        UserError: the file or a line of it is not as above.
    """
    rows = []
    for where, line in lines(path):
        row, (words, phones) = aligned(where, line, "words", "phones")
        if not isinstance(row.get("id"), str):
            raise UserError(f"{where}: not an object with an id")
        spoken = [word for word in words if word[0]]
        rows.append(Timed(chapter(row["id"]), row["text"], spoken, phones))
    if not rows:
        raise UserError(f"{path}: empty; give a file of texts with times (docs/prosody.md)")
    return rows


def _times(
    path: Path, count: int, reader: TextReader, model: ModelConfig, rng: np.random.Generator
) -> tuple[ProsodySet, dict[str, int]]:
    rows = read_times(path)
    drawn = [rows[n] for n in sorted(rng.permutation(len(rows))[:count].tolist())]
    refused = reader.refused([row.text for row in drawn], model)
    drawn = [row for number, row in enumerate(drawn) if number not in refused]
    pronounced = reader.pronounce([row.text for row in drawn])
    sentences = reader.align(pronounced, model)
    counts = Counter(refused=len(refused), not_drawn=len(rows) - len(drawn) - len(refused))
    log_seconds, silences = [], []
    for row, text in zip(drawn, pronounced, strict=True):
        of_tokens, of_words = heard(row, text, counts)
        log_seconds.append(of_tokens)
        silences.append(of_words)
    ids = np.arange(len(drawn), dtype=np.uint64)
    part = split([row.document for row in drawn], ids)
    durations = at_one_tempo(np.concatenate(log_seconds), sentences, part)
    silence = pauses(sentences, np.concatenate(silences))
    targets: dict[str, NDArray[Any]] = {DURATION: durations, PAUSE: silence}
    return ProsodySet(sentences, part, targets), {"sentences": len(drawn), **counts}


def heard(
    row: Timed, text: PronouncedText, counts: Counter[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log seconds of every phoneme-side token, and seconds of silence behind every word; NaN where
    unknown."""
    ours = [n for n, w in enumerate(text.words) if w.phonemes and w.origin != "punctuation"]
    found = matches([text.words[n].text.lower() for n in ours], [word for word, *_ in row.words])
    start = offsets(np.array([max(len(w.phonemes), 1) for w in text.words], dtype=np.int64))
    tokens, silence = np.full(int(start[-1]), np.nan), np.full(len(text.words), np.nan)
    for theirs, (_, begin, end) in enumerate(row.words):
        if theirs not in found:
            counts["words.not_found"] += 1
            continue
        number = ours[found[theirs]]
        if theirs + 1 < len(row.words):
            silence[number] = round(row.words[theirs + 1][1] - end, 6)
        phones = [p for p in row.phones if p[1] >= begin - 1e-6 and p[2] <= end + 1e-6]
        if _classes(text.words[number].phonemes) != _classes([name for name, *_ in phones]):
            counts["words.other_phonemes"] += 1
            continue
        counts["words.timed"] += 1
        seconds = np.array([stop - first for _, first, stop in phones])
        tokens[start[number] : start[number + 1]] = np.log(np.maximum(seconds, SHORTEST))
    return tokens, silence


def _classes(phonemes: Sequence[str]) -> list[str]:
    """Consonants as they are, and "V" for every vowel, which are those with stress."""
    return ["V" if symbol[-1:].isdigit() else symbol for symbol in phonemes]


def _prominence(
    path: Path, count: int, reader: TextReader, model: ModelConfig, rng: np.random.Generator
) -> tuple[ProsodySet, dict[str, int]]:
    drawn, others = draw_texts(read_prominence(path), count, rng, by_part=path.is_dir())
    questions = to_questions(drawn, reader)
    start = questions.sentences.word_start
    # A span of several words is asked about at its last one.
    word = start[questions.sentence] + questions.stop - 1
    label, value = np.full(start[-1], -1), np.full(start[-1], np.nan, dtype=np.float32)
    label[word] = questions.label.astype(np.int64)
    if questions.value is not None:
        value[word] = questions.value
    fits = questions.sentences.lengths(model.grapheme_unit) <= model.max_tokens
    of_words = np.repeat(fits, np.diff(start))
    # Of a folder the file of the test is held out.
    held = path.is_dir() & (questions.part[fits] == TEST)
    documents = np.where(held, "test", "valid" if path.is_dir() else "all").tolist()
    sentences = questions.sentences.select(np.flatnonzero(fits))
    known = ProsodySet(
        sentences,
        split(documents, np.arange(len(sentences), dtype=np.uint64)),
        {PROMINENCE: label[of_words]},
        None if questions.value is None else value[of_words],
    )
    return known, {
        "sentences": len(sentences),
        "words.not_drawn": others,
        **questions.dropped,
        "too_long": int((~fits).sum()),
    }
