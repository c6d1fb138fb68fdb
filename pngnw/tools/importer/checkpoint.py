"""A checkpoint of the first implementation: its switches and weights, in the names of ours.

Guarantees: read with PyTorch's weights-only unpickler; of its classes the configuration alone is
let in, as a plain holder of numbers. The weights give the same states (to 1e-4) on the same
tokens.

Three things have no counterpart and are folded into the tables of embeddings, which are summed and
then normalized:
- Norms. Its LayerNorm adds 1e-12 to the variance, ours 1e-5, which the small sum of embeddings
  would feel. A norm does not see the scale of its input, so all tables are multiplied by `SCALE`.
- Sinusoids. It has all sines, then all cosines, ours alternate: columns change places. Its linear
  maps have biases, which every token gets: they go into the segments.
- Ids. It reads letters, phonemes, marks and wordpieces by one vocabulary: rows are picked by name.

Letters: H width, V its vocabulary.
"""

import math
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import torch
from pydantic import BaseModel, ValidationError
from torch import Tensor
from torch.nn import functional

from pngnw.align.symbols import INNER_MARKS, TOKENS
from pngnw.core.errors import UserError
from pngnw.model.inputs import FIRST_PIECE
from pngnw.params import ModelConfig

SCALE: Final = 32.0
EPSILON: Final = 1e-5  # of our norms
MASK: Final = "MASKTOKEN"  # in its vocabulary; it stands for what is unknown too
_CLASS: Final = "pngnwbert.transformers_bert.configuration_bert.BertConfig"
_POSITIONS: Final = {
    "rel_word": "rel_word", "abs_word": "abs_word", "rel_token": "rel_char",
    "abs_token": "abs_char", "subword": "subword",
}  # fmt: skip
_LAYER: Final = {
    "out_proj": "attention.output.dense", "attention_norm": "attention.output.LayerNorm",
    "fc1": "intermediate.dense", "fc2": "output.dense", "feed_forward_norm": "output.LayerNorm",
}  # fmt: skip
_OTHER_CASE = 4  # its word type of what has no letters, such as a mark
_SPECIALS: Final = {"<pad>": "[PAD]", "<cls>": "[CLS]", "<sep>": "[SEP]"}
_NAMES: Final = _SPECIALS | {name: mark for mark, name in INNER_MARKS.items()}
Weights = dict[str, Tensor]


class Switches(BaseModel):
    """Its configuration; a value that is not allowed here has no counterpart in ours."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    hidden_dropout_prob: float
    attention_probs_dropout_prob: float
    layer_norm_eps: float
    hidden_act: Literal["gelu"]
    position_embedding_type: Literal["absolute", "sine_conv"]
    is_decoder: Literal[False]
    add_cross_attention: Literal[False]

    def ours(self) -> ModelConfig:
        """The same as our switches."""
        return ModelConfig(
            width=self.hidden_size,
            layers=self.num_hidden_layers,
            heads=self.num_attention_heads,
            feed_forward=self.intermediate_size,
            activation="gelu",
            norm="post",
            dropout=self.hidden_dropout_prob,
            max_tokens=self.max_position_embeddings,
            pos_emb="learned" if self.position_embedding_type == "absolute" else "sinusoidal",
            positions=list(_POSITIONS),  # type: ignore[arg-type]
            word_values=True,
            word_types=True,
            segments=True,
            specials=False,
            grapheme_unit="letter",
            attention="auto",
        )


@dataclass(frozen=True)
class Checkpoint:
    """Switches, and weights by their names there."""

    path: Path
    switches: Switches
    weights: Weights

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Read a file of Lightning, or of `torch.save(model.state_dict(), ...)`.

        Raises:
            UserError: it cannot be read, is no such checkpoint, or has a switch that we lack.
        """

        class Holder:
            """Takes the place of the class: attributes, and no code."""

        try:
            with torch.serialization.safe_globals([(Holder, _CLASS)]):
                content: Any = torch.load(path, map_location="cpu", weights_only=True)
            content = content.get("state_dict", content)
            state = {name.removeprefix("model."): value for name, value in content.items()}
            stored = vars(state.pop("_extra_state")["kwargs"]["config"])
            switches = Switches.model_validate(stored)
        except pickle.UnpicklingError as error:
            reason = " ".join(str(error).split())[:200]
            raise UserError(
                f"{path}: holds more than weights ({reason}); where it was trained, save "
                "torch.load(FILE)['state_dict'] alone"
            ) from None
        except (OSError, EOFError, RuntimeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise UserError(f"{path}: cannot be read ({reason})") from None
        except (AttributeError, KeyError, TypeError):
            raise UserError(
                f"{path}: no checkpoint of CookiePPP/pngnw_bert: it has no _extra_state with the "
                "configuration"
            ) from None
        except ValidationError as error:
            first = error.errors()[0]
            raise UserError(
                f"{path}: its switch {first['loc'][0]} = {first['input']!r} cannot be carried "
                f"over: {first['msg']}"
            ) from None
        if switches.layer_norm_eps > EPSILON:
            raise UserError(
                f"{path}: its switch layer_norm_eps = {switches.layer_norm_eps:g} cannot be "
                f"carried over: ours is {EPSILON:g}, which stands in for smaller ones alone"
            )
        return cls(path, switches, {name: value.float() for name, value in state.items()})

    def encoder_weights(self, vocabulary: list[str]) -> Weights:
        """The weights of `PnGNWEncoder(switches.ours(), V)`, whose wordpiece i is its token i.

        Args:
            vocabulary: its tokens [V], which may occur twice: it always takes the first.

        Raises:
            UserError: the vocabulary is another one, or weights are missing.
        """
        if len(vocabulary) != self.switches.vocab_size or MASK not in vocabulary:
            raise UserError(
                f"the vocabulary has {len(vocabulary)} tokens, {self.path} has "
                f"{self.switches.vocab_size}, {MASK} among them; give the vocab.txt beside its code"
            )
        try:
            tables = self._tables({name: at for at, name in reversed([*enumerate(vocabulary)])})
            factor = min(SCALE, math.sqrt(EPSILON / self.switches.layer_norm_eps))
            out = {f"embeddings.{name}.weight": factor * table for name, table in tables.items()}
            for kind in ("weight", "bias"):
                out[f"embeddings.norm.{kind}"] = self._of(f"embeddings.LayerNorm.{kind}")
                for layer in range(self.switches.num_hidden_layers):
                    there = f"encoder.layer.{layer}"
                    for name, its in _LAYER.items():
                        out[f"layers.{layer}.{name}.{kind}"] = self._of(f"{there}.{its}.{kind}")
                    attention = [f"{there}.attention.self.{n}" for n in ("query", "key", "value")]
                    joined = torch.cat([self._of(f"{name}.{kind}") for name in attention])
                    out[f"layers.{layer}.qkv.{kind}"] = joined
        except KeyError as error:
            raise UserError(f"{self.path}: lacks the weights {error.args[0]}") from None
        return out

    def _of(self, name: str) -> Tensor:
        return self.weights[f"bert.{name}"]

    def _tables(self, rows: dict[str, int]) -> Weights:
        """Our tables of embeddings, before they are scaled; `rows` are its ids by name."""
        names = [_NAMES.get(symbol, symbol) for symbol in TOKENS.symbols]
        tokens = torch.tensor([rows.get(name, rows[MASK]) for name in names])
        words = torch.cat([torch.tensor([0, rows[MASK]]), torch.arange(self.switches.vocab_size)])
        words[FIRST_PIECE + rows["[UNK]"]] = rows[MASK]
        types = torch.tensor([_OTHER_CASE, 1, 2, 3, _OTHER_CASE, _OTHER_CASE])
        segments = self._of("embeddings.segment_embeddings.weight").flip(0)
        tables = {
            "token": self._of("embeddings.char_embeddings.weight")[tokens],
            "word_value": self._of("embeddings.word_embeddings.weight")[words],
            "word_type": self._of("embeddings.word_type_embeddings.weight")[types],
        }
        for ours, its in _POSITIONS.items():
            name = f"positions.tables.{ours}"
            if self.switches.position_embedding_type == "absolute":
                table = self._of(f"embeddings.{its}_pos_embeddings.weight")
                extra = self.switches.max_position_embeddings - len(table)  # subwords: 64 rows
                tables[name] = functional.pad(table, (0, 0, 0, extra))
            else:
                halves = self._of(f"embeddings.{its}_pos_encoder.weight").chunk(2, dim=1)
                tables[name] = torch.stack(halves, dim=2).flatten(1)
                segments = segments + self._of(f"embeddings.{its}_pos_encoder.bias")
        return tables | {"segment": segments}
