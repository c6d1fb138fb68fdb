"""Checkpoints of the first implementation: its own code's states beside ours, and refusals.

PEER_PNGNW_BERT names a checkout of github.com/CookiePPP/pngnw_bert; its model code is run, with
random weights.
"""

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import Tensor

from pngnw.align import aligner_training
from pngnw.cli import main
from pngnw.core.errors import UserError
from pngnw.encoder import Encoder
from pngnw.tools.importer.checkpoint import Checkpoint

TEXTS = [
    "the old king sat down near the quick river",  # every word is one of its wordpieces
    "we know that the house is on the other side of the road",
]


@pytest.fixture(scope="module")
def peer() -> Path:
    checkout = Path(os.environ.get("PEER_PNGNW_BERT", ""))
    if not (checkout / "pngnwbert/vocab.txt").is_file():
        pytest.skip("PEER_PNGNW_BERT names no checkout of github.com/CookiePPP/pngnw_bert")
    if "unidecode" not in sys.modules:  # it leaves plain ASCII as it is
        sys.modules["unidecode"] = ModuleType("unidecode")
        sys.modules["unidecode"].unidecode = str  # type: ignore[attr-defined]
    sys.path.insert(0, str(checkout))
    return checkout / "pngnwbert/vocab.txt"


def random_model(kind: str, **switches: Any) -> Any:
    from pngnwbert.transformers_bert.configuration_bert import BertConfig
    from pngnwbert.transformers_bert.modeling_bert import PnGBert

    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = BertConfig(
        **sizes, intermediate_size=64, position_embedding_type=kind, max_position_embeddings=256,
        **switches,
    )  # fmt: skip
    model = PnGBert(config).eval()
    for name, weight in model.named_parameters():  # biases and norms too
        if "embeddings" not in name or "_encoder" in name or "LayerNorm" in name:
            weight.data += 0.2 * torch.randn_like(weight)
    return model


def its_states(model: Any, vocabulary: Path, words: list[str], phonemes: list[str]) -> Tensor:
    """[P, H] of the phoneme side, laid out by its own tokenizer."""
    from pngnwbert.transformers_bert.tokenization_bert import WordpieceTokenizer

    lines = vocabulary.read_text(encoding="utf-8").splitlines()
    tokenizer = WordpieceTokenizer([line.strip() for line in lines if line.strip()], "MASKTOKEN")
    inputs = tokenizer.convert_string_to_model_inputs(
        " ".join(words), " ".join(f"{{{said}}}" for said in phonemes), return_dict=True
    )
    names = {
        "input_word_ids": "word_ids", "input_char_ids": "char_ids", "word_type_ids": "word_type",
        "segment_ids": "segment_ids", "rel_word_pos_ids": "rel_word_pos",
        "abs_word_pos_ids": "abs_word_pos", "rel_char_pos_ids": "rel_char_pos",
        "abs_char_pos_ids": "abs_char_pos", "subword_pos_ids": "subword_pos",
    }  # fmt: skip
    batch = {name: torch.tensor([inputs[f"seq_{its}"]]) for name, its in names.items()}
    with torch.no_grad():
        states: Tensor = model(**batch)["last_hidden_state"][0]
    return states[batch["segment_ids"][0] == 1]


@pytest.mark.parametrize("kind", ["absolute", "sine_conv"])
def test_states_are_those_of_its_own_code(
    kind: str, peer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    little = aligner_training.fit(["at"], [["AE1", "T"]])  # read by none of this: `nearest`
    monkeypatch.setattr(aligner_training, "train", lambda: little)
    model = random_model(kind)
    state = model.state_dict()
    if kind == "absolute":  # as Lightning saves it
        state = {"state_dict": {f"model.{name}": value for name, value in state.items()}}
    torch.save(state, tmp_path / "last.ckpt")
    folder = tmp_path / "first"
    main(["import", str(tmp_path / "last.ckpt"), "--vocab", str(peer), "--out", str(folder)])
    out = Encoder.from_pretrained(folder)(TEXTS)
    for row, text in enumerate(TEXTS):
        said: list[list[str]] = [[] for _ in text.split()]
        for phoneme, word in zip(out.phonemes[row], out.word_index[row], strict=True):
            said[word].append(phoneme)
        theirs = its_states(model, peer, text.split(), [" ".join(word) for word in said])
        ours = out.hidden[row, : out.lengths[row]]
        assert ours.shape == theirs.shape
        assert (ours - theirs).abs().max() < 1e-4
    assert torch.allclose(out.emoji, torch.tensor(1 / 64))


@pytest.mark.parametrize("switches", [{"hidden_act": "relu"}, {"layer_norm_eps": 1e-3}])
def test_a_switch_without_counterpart_is_named(
    switches: dict[str, Any], peer: Path, tmp_path: Path
) -> None:
    torch.save(random_model("absolute", **switches).state_dict(), tmp_path / "a.pt")
    with pytest.raises(UserError, match=next(iter(switches))):
        Checkpoint.load(tmp_path / "a.pt")


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, ("ran",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"state_dict": {"_extra_state": Evil()}}, "holds more than weights"),
        ({"bert.embeddings.LayerNorm.bias": torch.zeros(4)}, "no checkpoint of CookiePPP"),
        ([1, 2], "no checkpoint of CookiePPP"),
        (b"no file of PyTorch", "cannot be read|holds more than"),
    ],
)
def test_files_that_are_no_checkpoint(
    content: Any, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(UserError, match=said):
        Checkpoint.load(path)
    assert not Path("ran").exists()
