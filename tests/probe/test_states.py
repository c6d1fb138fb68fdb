"""States are those of the right words, and what is hidden is hidden."""

from pathlib import Path

import numpy as np
import pytest
import torch

from pngnw.core.errors import UserError
from pngnw.encoder import Encoder
from pngnw.model.inputs import GRAPHEME_SIDE, HIDDEN_WORD, MASK, PHONEME_SIDE
from pngnw.probe.sets import LabelledText, Span
from pngnw.probe.states import assemble_hidden, load_readers, without_too_long, word_states
from pngnw.probe.texts import to_questions
from pngnw.text import TextReader

TEXT = "He read 20 red books, didn't he?"


def _about(*words: str, text: str = TEXT) -> LabelledText:
    return LabelledText(
        text,
        tuple(Span(text.index(w), text.index(w) + len(w), "all", w) for w in words),
    )


def test_a_span_of_the_text_as_written_gets_its_spoken_words(reader: TextReader) -> None:
    questions = to_questions([_about("read", "20", "didn't", "books, didn't")], reader)
    # He read twenty red books , didn't he ?
    pairs = list(zip(questions.first.tolist(), questions.stop.tolist(), strict=True))
    assert pairs == [(1, 2), (2, 3), (6, 7), (4, 7)]


def test_states_are_the_mean_of_the_words_phonemes(encoder: Path, reader: TextReader) -> None:
    texts = [_about("read", "books"), _about("one", text="Just one, and a longer one at that.")]
    questions = to_questions(texts, reader)
    out = Encoder.from_pretrained(encoder)([each.text for each in texts])
    states = word_states(questions, load_readers(encoder, 0)["pretrained"], None)
    for number, (row, word) in enumerate([(0, "read"), (0, "books"), (1, "one")]):
        rows = [i for i, w in enumerate(out.words[row]) if w == word]
        if word == "one":
            rows = rows[: len(rows) // 2]  # the first of two
        expected = out.hidden[row, rows].mean(dim=0)
        np.testing.assert_allclose(states[number], expected.numpy(), atol=1e-5)


def test_a_batch_changes_nothing(encoder: Path, reader: TextReader) -> None:
    texts = [_about("read"), _about("one", text="Just one."), _about("red")]
    network = load_readers(encoder, 0)["random"]
    together = word_states(to_questions(texts, reader), network, None)
    for number, text in enumerate(texts):
        alone = word_states(to_questions([text], reader), network, None)
        np.testing.assert_allclose(together[number], alone[0], atol=1e-5)


def test_readers_differ_as_their_names_say(encoder: Path, reader: TextReader) -> None:
    """Another spelling of the same phonemes is seen by those that read spelling, and no others."""
    alone = {"all": ("R", "EH1", "D")}
    spelt = [
        to_questions([LabelledText(f"He {w} it.", (Span(3, 3 + len(w), "all", w),))], reader, alone)
        for w in ("read", "red", "Redd")
    ]
    for name, each in load_readers(encoder, 0).items():
        first, *others = (word_states(questions, each, None) for questions in spelt)
        for other in others:
            assert np.allclose(first, other, atol=1e-6) == ("phoneme-only" in name), name


def _homograph(sentence: str) -> LabelledText:
    at = sentence.index("record")
    return LabelledText(sentence, (Span(at, at + 6, "record", "?"),))


def test_the_reading_of_a_homograph_cannot_be_read_off(encoder: Path, reader: TextReader) -> None:
    """Whatever the phonemizer takes it for, tokens and their number are the same, and masked."""
    noun, verb = "It was a record.", "They will record it."
    alone = {"record": ("R", "EH1", "K", "ER0", "D")}
    questions = to_questions([_homograph(noun), _homograph(verb)], reader, alone)
    network = load_readers(encoder, 0)["random"]
    inputs, words = assemble_hidden(questions, np.arange(2), network.encoder)
    assert words.tolist() == [0, 1]
    masked = inputs.token == MASK
    assert int(masked.sum()) == 10
    assert bool((inputs.segment[masked] == PHONEME_SIDE).all())
    assert bool((inputs.word_value[masked] == HIDDEN_WORD).all())
    written = (inputs.segment == GRAPHEME_SIDE) & torch.isin(inputs.word, inputs.word[masked])
    assert int(written.sum()) == 12
    assert not bool((inputs.token[written] == MASK).any())


def test_what_cannot_be_asked_is_counted(encoder: Path, reader: TextReader) -> None:
    alone = {"record": ("R", "EH1", "K", "ER0", "D")}
    inner = "A record-breaking year."
    questions = to_questions([_homograph(inner), _homograph("A record.")], reader, alone)
    assert len(questions) == 1
    assert questions.dropped == {"not_a_word_by_itself": 1}
    texts = [LabelledText("…", (Span(0, 1, "all", "x"),)), _about("read")]
    texts.append(LabelledText("Go, 猫", (Span(4, 5, "all", "x"), Span(0, 2, "all", "y"))))
    questions = to_questions(texts, reader)
    assert questions.label.tolist() == ["read", "y"]
    assert sum(questions.dropped.values()) == 2
    long = _about("read", text="He read " + "very " * 100 + "much.")
    fitted = without_too_long(
        to_questions([long, _about("read")], reader), load_readers(encoder, 0)["random"].encoder
    )
    assert len(fitted) == 1
    assert fitted.dropped["too_long"] == 1


def test_layers(encoder: Path, reader: TextReader) -> None:
    questions = to_questions([_about("read")], reader)
    network = load_readers(encoder, 0)["pretrained"]
    assert not np.allclose(word_states(questions, network, 0), word_states(questions, network, 1))
    np.testing.assert_array_equal(
        word_states(questions, network, 2), word_states(questions, network, None)
    )
    with pytest.raises(UserError, match=r"probe\.layer = 9: the encoder has layers 0 to 2"):
        word_states(questions, network, 9)
