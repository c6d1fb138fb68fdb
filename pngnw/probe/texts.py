"""Labelled texts from files, read aloud as in pretraining: text with spans -> `Questions`.

Guarantees: a text is spoken, pronounced and aligned as `Encoder` does it, with the pronunciations
that the encoder's folder names. A span that no word of the spoken form comes from, and a text that
has nothing to say, are counted and left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pngnw.align.sentences import AlignedSentence
from pngnw.normalize import NormalizedText
from pngnw.phonemize.phonemizer import Word
from pngnw.probe.questions import UNDEALT, Questions
from pngnw.text import Reader, as_sentences


@dataclass(frozen=True, slots=True)
class Span:
    """A question about `text[start:end]`, in code points; see `Questions`."""

    start: int
    end: int
    group: str
    label: str
    value: float = np.nan


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence as written, the questions about it, and its part if the file says it."""

    text: str
    spans: tuple[Span, ...]
    part: int = UNDEALT


def drawn(texts: Sequence[Text], count: int, rng: np.random.Generator) -> tuple[list[Text], int]:
    """At most `count` texts, and how many questions the others held."""
    chosen = sorted(rng.permutation(len(texts))[:count].tolist())
    kept = [texts[number] for number in chosen]
    asked = sum(len(text.spans) for text in texts)
    return kept, asked - sum(len(text.spans) for text in kept)


def read_aloud(
    texts: Sequence[Text], reader: Reader, alone: Mapping[str, tuple[str, ...]] | None = None
) -> Questions:
    """Ask about the words that come from each span.

    Args:
        texts: any number of them.
        reader: of the encoder's folder.
        alone: for homographs, by group: the span must be one word by itself, which gets these
            phonemes whatever the reading is, and they are hidden.
    """
    dropped: Counter[str] = Counter()
    rows: list[AlignedSentence] = []
    part, sentence, first, stop, asked = [], [], [], [], []
    for text, spoken, words in zip(texts, *reader.said([text.text for text in texts]), strict=True):
        if not any(word.phonemes for word in words):
            dropped["nothing_to_say"] += len(text.spans)
            continue
        found = []
        for span in text.spans:
            place = _alone(span, spoken, words) if alone else _words(span, spoken, words)
            if place is None:
                dropped["not_a_word_by_itself" if alone else "not_spoken"] += 1
                continue
            if alone:
                words[place[0]] = replace(words[place[0]], phonemes=alone[span.group])
            found.append((place, span))
        try:
            row = reader.aligner.align(words)
        except ValueError:
            dropped["word_too_long"] += len(found)
            continue
        for place, span in found:
            sentence.append(len(rows))
            first.append(place[0])
            stop.append(place[1])
            asked.append(span)
        rows.append(row)
        part.append(text.part)
    values = np.array([span.value for span in asked])
    return Questions(
        sentences=as_sentences(rows),
        part=np.array(part, dtype=np.int64),
        sentence=np.array(sentence, dtype=np.int64),
        first=np.array(first, dtype=np.int64),
        stop=np.array(stop, dtype=np.int64),
        group=np.array([span.group for span in asked], dtype=np.str_),
        label=np.array([span.label for span in asked], dtype=np.str_),
        value=None if np.isnan(values).any() or not len(values) else values,
        hidden=alone is not None,
        dropped=dropped,
    )


def _words(span: Span, spoken: NormalizedText, words: Sequence[Word]) -> tuple[int, int] | None:
    """First and last (exclusive) of the words with phonemes that come from a span."""
    inside = [
        number
        for number, word in enumerate(words)
        if word.phonemes
        and word.origin != "punctuation"
        and spoken.starts[word.start] < span.end
        and spoken.ends[word.end - 1] > span.start
    ]
    return (inside[0], inside[-1] + 1) if inside else None


def _alone(span: Span, spoken: NormalizedText, words: Sequence[Word]) -> tuple[int, int] | None:
    """As `_words`, if the span is exactly one word of the spoken form."""
    for number, word in enumerate(words):
        if (spoken.starts[word.start], spoken.ends[word.end - 1]) == (span.start, span.end):
            return number, number + 1
    return None
