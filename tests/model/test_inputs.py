"""Sequences checked against a hand-written example and a plain loop."""

import numpy as np
import pyarrow as pa
import pytest
import torch

from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.model.inputs import (
    CLS,
    FIRST_PIECE,
    SEP,
    assemble,
    phonemes_only,
    without_specials,
)
from pngnw.model.network import PnGNWEncoder
from pngnw.model.sentences import Sentences
from tests.model.synthetic import MODEL, corpus, table, word

A, B, C = (TOKENS.id(letter) for letter in "abc")
K, AH, T = (TOKENS.id(phoneme) for phoneme in ("K", "AH0", "T"))


def hand_made() -> Sentences:
    """Sentence 0: two words, "abc" (2 pieces, 2 phonemes) and "a"; sentence 1: one word "b"."""
    first = word([A, B, C], [K, AH], [7, 8], kind=3)
    second = word([A], [T], [9])
    return Sentences.from_table(table([[first, second], [word([B], [AH, T], [7])]]))


def test_hand_computed() -> None:
    inputs = assemble(hand_made(), np.array([0, 1]), MODEL)
    assert inputs.starts.tolist() == [0, 10, 16]
    assert inputs.max_length == 10
    assert inputs.phoneme_lengths.tolist() == [3, 2]
    assert inputs.token.tolist() == [
        CLS, K, AH, T, SEP, A, B, C, A, SEP,
        CLS, AH, T, SEP, B, SEP,
    ]  # fmt: skip
    assert inputs.word.tolist() == [-1, 0, 0, 1, -1, 0, 0, 0, 1, -1, -1, 2, 2, -1, 2, -1]
    assert inputs.segment.tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1]
    assert inputs.word_type.tolist() == [0, 3, 3, 1, 0, 3, 3, 3, 1, 0, 0, 1, 1, 0, 1, 0]
    # "abc": letters a, b -> piece 7, c -> piece 8; phonemes one each.
    pieces = [0, 7, 8, 9, 0, 7, 7, 8, 9, 0, 0, 7, 7, 0, 7, 0]
    assert inputs.word_value.tolist() == [p + FIRST_PIECE if p else 0 for p in pieces]
    first = [0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0]
    assert inputs.first_of_piece.int().tolist() == first
    expected = {
        "abs_token": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5],
        "rel_token": [0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 0, 1, 2, 3, 1, 2],
        "rel_word": [0, 1, 1, 2, 3, 1, 1, 1, 2, 3, 0, 1, 1, 2, 1, 2],
        "abs_word": [0, 1, 1, 2, 3, 4, 4, 4, 5, 6, 0, 1, 1, 2, 3, 4],
        "subword": [0, 1, 2, 1, 0, 1, 2, 3, 1, 0, 0, 1, 2, 0, 1, 0],
        "subword_end": [0, 2, 1, 1, 0, 3, 2, 1, 1, 0, 0, 2, 1, 0, 1, 0],
    }
    assert {kind: values.tolist() for kind, values in inputs.positions.items()} == expected


def test_wordpiece_graphemes() -> None:
    model = MODEL.model_copy(update={"grapheme_unit": "wordpiece"})
    inputs = assemble(hand_made(), np.array([0]), model)
    base = len(TOKENS)
    assert inputs.token.tolist() == [CLS, K, AH, T, SEP, base + 7, base + 8, base + 9, SEP]
    assert inputs.word_value.tolist() == [0, 9, 10, 11, 0, 9, 10, 11, 0]
    assert inputs.positions["rel_word"].tolist() == [0, 1, 1, 2, 3, 1, 1, 2, 3]
    assert hand_made().lengths("wordpiece").tolist() == [9, 6]


def test_batch_is_its_sentences_one_after_the_other() -> None:
    sentences = Sentences.from_table(corpus(seed=3, count=12))
    picked = np.array([5, 0, 11, 5])
    together = assemble(sentences, picked, MODEL)
    apart = [assemble(sentences, np.array([i]), MODEL) for i in picked]
    for name in ("token", "word_value", "word_type", "segment", "first_of_piece"):
        assert torch.equal(getattr(together, name), torch.cat([getattr(a, name) for a in apart]))
    for kind, values in together.positions.items():
        assert torch.equal(values, torch.cat([a.positions[kind] for a in apart]))
    assert together.starts.diff().tolist() == sentences.lengths("letter")[picked].tolist()


def test_select_and_concat_round_trip() -> None:
    sentences = Sentences.from_table(corpus(seed=4, count=9))
    parts = [sentences.select(np.arange(0, 4)), sentences.select(np.arange(4, 9))]
    for name, value in vars(Sentences.concat(parts)).items():
        assert np.array_equal(value, getattr(sentences, name)), name


def test_a_slice_of_a_table_starts_at_zero() -> None:
    whole = corpus(seed=4, count=9)
    sliced = Sentences.from_table(whole.slice(3, 2))
    wanted = Sentences.from_table(whole).select(np.array([3, 4]))
    assert np.array_equal(sliced.phonemes, wanted.phonemes)
    assert np.array_equal(sliced.word_start, wanted.word_start)


def test_counts_that_do_not_add_up_are_refused() -> None:
    good = table([[word([A], [K], [7])]])
    column = good.schema.get_field_index("phonemes_per_word")
    field = good.schema.field(column)
    bad = good.set_column(column, field, pa.array([[2]], type=field.type))
    with pytest.raises(UserError, match=r"id 1.*phonemes_per_word"):
        Sentences.from_table(bad)


POSITIONS = ["rel_word", "rel_token", "abs_word", "abs_token", "subword"]


def test_without_specials_graphemes_come_first_and_positions_start_at_zero() -> None:
    inputs = assemble(hand_made(), np.array([0, 1]), MODEL)
    bare, rows = without_specials(inputs)
    sentence = slice(0, int(bare.starts[1]))
    spoken = int(inputs.phoneme_lengths[0])
    written = int(bare.starts[1]) - spoken
    assert rows[sentence].tolist() == [
        *range(2 + spoken, 2 + spoken + written), *range(1, 1 + spoken)
    ]  # fmt: skip
    words = int(inputs.word[: int(inputs.starts[1])].max()) + 1
    at = {kind: values[sentence].tolist() for kind, values in bare.positions.items()}
    assert at["abs_token"] == list(range(written + spoken))
    assert at["rel_token"] == [*range(written), *range(spoken)]
    of = bare.word[sentence].tolist()
    assert at["rel_word"] == of
    assert at["abs_word"] == [*of[:written], *(word + words for word in of[written:])]
    subword = [of[:row].count(word) for row, word in enumerate(of[:written])]
    assert at["subword"][:written] == subword


@pytest.mark.parametrize("alone", [False, True])
def test_states_come_back_in_the_rows_of_the_batch(alone: bool) -> None:
    model = MODEL.model_copy(
        update={"specials": False, "positions": POSITIONS, "pos_emb": "learned", "norm": "post"}
    )
    net = PnGNWEncoder(model, 100, torch.Generator().manual_seed(0)).eval()
    one, both = (assemble(hand_made(), np.array(at), model) for at in ([1], [0, 1]))
    if alone:
        one, both = phonemes_only(one), phonemes_only(both)
    states, together = net(one), net(both)
    assert torch.allclose(together[int(both.starts[1]) :], states, atol=1e-6)
    special = one.word < 0
    assert not states[special].any()
    bare, rows = without_specials(one)
    usual = model.model_copy(update={"specials": True})
    reference = PnGNWEncoder(usual, 100)
    reference.load_state_dict(net.state_dict())
    assert torch.allclose(reference.eval()(bare), states[rows], atol=1e-6)
    mean = net.sentence_states(states, one)
    assert torch.allclose(mean[0], states[~special].mean(0), atol=1e-6)
