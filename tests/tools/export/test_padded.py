"""The padded encoder beside the unpadded one, whose parameters it has, for every switch."""

from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pngnw.model.inputs import Inputs
from pngnw.model.layout import lay_out, phonemes_only
from pngnw.model.sentences import Sentences
from pngnw.tools.export.feeder import axes, input_names, pad
from pngnw.tools.export.padded import PaddedEncoder
from tests.model.synthetic import MODEL, PIECES, corpus
from tests.tools.export.made import networks

SENTENCES = Sentences.from_table(corpus(3, 9))
SWITCHES = [
    {"pos_emb": a, "norm": b, "activation": c, "grapheme_unit": d}
    for a, b, c, d in product(
        ("learned", "sinusoidal", "rotary", "none"),
        ("pre", "post"),
        ("gelu", "geglu"),
        ("letter", "wordpiece"),
    )
]
MORE: list[dict[str, Any]] = [
    {"word_values": False, "word_types": False, "segments": False},
    {"positions": ["subword"]},
    {"positions": [], "dropout": 0.3},
    {"heads": 4, "layers": 1},
]


def name(switches: dict[str, Any]) -> str:
    return " ".join(f"{value}" for value in switches.values())


@pytest.mark.parametrize("switches", [*SWITCHES, *MORE], ids=name)
def test_the_same_as_unpadded(switches: dict[str, Any]) -> None:
    model = MODEL.model_copy(update=switches)
    encoder, heads = networks(model, PIECES, features="positions" in switches)
    padded = PaddedEncoder(encoder, heads).eval()
    own = {parameter.data_ptr() for parameter in padded.parameters()}
    assert own <= {p.data_ptr() for p in (*encoder.parameters(), *heads.parameters())}
    with torch.no_grad():
        whole = [lay_out(SENTENCES, np.array(rows), model) for rows in ([4], [0, 3, 1], range(9))]
        for layout in (*whole, *map(phonemes_only, whole)):
            inputs = Inputs.of(layout)
            arrays = pad(layout, model)
            assert tuple(arrays) == input_names(model) == padded.names
            hidden, sentence, emoji = padded(*map(torch.from_numpy, arrays.values()))
            states = encoder.sentence_states(encoder(inputs), inputs)
            expected, _ = encoder.phoneme_states(inputs)
            torch.testing.assert_close(hidden, expected, atol=1e-5, rtol=0)
            torch.testing.assert_close(sentence, states, atol=1e-5, rtol=0)
            valid = inputs.phoneme_rows()[1]
            logits = heads.emoji(expected, valid).logits
            torch.testing.assert_close(emoji, logits.softmax(-1), atol=1e-6, rtol=0)


@given(st.lists(st.integers(0, 8), min_size=1, max_size=12))
def test_padding_keeps_every_token_in_its_place(chosen: list[int]) -> None:
    layout = lay_out(SENTENCES, np.array(chosen), MODEL)
    arrays = pad(layout, MODEL)
    sizes: dict[str, int] = {}
    for each, array in arrays.items():
        assert array.dtype == np.int64
        for axis, size in zip(axes(each), array.shape, strict=True):
            assert sizes.setdefault(axis, size) == size
    flat = {
        "token": layout.token, "word_value": layout.word_value, "word_type": layout.word_type,
        "segment": layout.segment, **layout.positions,
    }  # fmt: skip
    for each, values in flat.items():
        lengths = arrays["length"]
        rows = [row[:length] for row, length in zip(arrays[each], lengths, strict=True)]
        assert np.array_equal(np.concatenate(rows), values)
        beyond = [row[length:] for row, length in zip(arrays[each], lengths, strict=True)]
        assert not np.concatenate(beyond).any()
    assert arrays["phoneme_length"].tolist() == layout.phoneme_lengths.tolist()
