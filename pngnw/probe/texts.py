"""Labelled texts to questions: read as in pretraining, each span found among the words.

Guarantees: a text is normalized, pronounced and aligned as `Encoder` does it, with the
pronunciations that the encoder's folder names. A span that no word comes from, and a text that has
nothing to say, are counted and left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pngnw.align.sentences import AlignedSentence
from pngnw.probe.questions import TEST, TRAIN, Questions
from pngnw.probe.sets import LabelledText, Span
from pngnw.text import PronouncedText, TextReader, as_sentences


def draw_texts(
    texts: Sequence[LabelledText], count: int, rng: np.random.Generator, by_part: bool = False
) -> tuple[list[LabelledText], int]:
    """At most `count` texts, with `by_part` of the training and of the test part each; and the
    number of questions about the others."""
    parts = [texts]
    if by_part:
        parts = [[text for text in texts if text.part == part] for part in (TRAIN, TEST)]
    drawn: list[LabelledText] = []
    for each in parts:
        drawn += [each[n] for n in sorted(rng.permutation(len(each))[:count].tolist())]
    asked, left = (sum(len(text.spans) for text in some) for some in (texts, drawn))
    return drawn, asked - left


def to_questions(
    texts: Sequence[LabelledText],
    reader: TextReader,
    phonemes: Mapping[str, tuple[str, ...]] | None = None,
) -> Questions:
    """Ask about the words that come from each span.

    Args:
        texts: any number of them.
        reader: of the encoder's folder.
        phonemes: for homographs, by group: the span must be one word by itself, which gets these
            phonemes whatever the reading is, and they are hidden.
    """
    dropped: Counter[str] = Counter()
    rows: list[AlignedSentence] = []
    part: list[int] = []
    located: list[tuple[int, int, int, Span]] = []  # sentence, first, stop
    pronounced_texts = reader.pronounce([text.text for text in texts])
    for text, pronounced in zip(texts, pronounced_texts, strict=True):
        if not any(word.phonemes for word in pronounced.words):
            dropped["nothing_to_say"] += len(text.spans)
            continue
        words = list(pronounced.words)
        about = []
        for span in text.spans:
            within = _words_of(span, pronounced) if phonemes is None else _word_of(span, pronounced)
            if within is None:
                dropped["not_spoken" if phonemes is None else "not_a_word_by_itself"] += 1
                continue
            if phonemes is not None:
                words[within[0]] = replace(words[within[0]], phonemes=phonemes[span.group])
            about.append((len(rows), *within, span))
        try:
            row = reader.aligner.align(words)
        except ValueError:
            dropped["word_too_long"] += len(about)
            continue
        rows.append(row)
        part.append(text.part)
        located += about
    value = np.array([span.value for *_, span in located])
    return Questions(
        sentences=as_sentences(rows),
        part=np.array(part, dtype=np.int64),
        sentence=np.array([sentence for sentence, *_ in located], dtype=np.int64),
        first=np.array([first for _, first, *_ in located], dtype=np.int64),
        stop=np.array([stop for _, _, stop, _ in located], dtype=np.int64),
        group=np.array([span.group for *_, span in located], dtype=np.str_),
        label=np.array([span.label for *_, span in located], dtype=np.str_),
        value=None if np.isnan(value).any() or not len(value) else value,
        hide_phonemes=phonemes is not None,
        dropped=dropped,
    )


def _words_of(span: Span, text: PronouncedText) -> tuple[int, int] | None:
    """First and last (exclusive) of the words with phonemes that come from a span."""
    inside = [
        number
        for number, (word, (start, end)) in enumerate(zip(text.words, text.spans, strict=True))
        if word.phonemes and word.origin != "punctuation" and start < span.end and end > span.start
    ]
    return (inside[0], inside[-1] + 1) if inside else None


def _word_of(span: Span, text: PronouncedText) -> tuple[int, int] | None:
    """As `_words_of`, if the span is exactly one word of the normalized text."""
    for number, bounds in enumerate(text.spans):
        if bounds == (span.start, span.end):
            return number, number + 1
    return None
