"""Text to the inputs of an exported encoder, without the weights of the trained one.

Guarantees: text is normalized, pronounced and laid out exactly as `pngnw.Encoder` does it, from
many threads too; a folder with other wordpieces than the exported encoder's is refused. Of the
trained encoder's folder all but `config.json` and `model.safetensors` is needed.

Every input is int64 and padded with 0. Which ones there are depends on the model: a switch that is
off in `config.json` has no input.

| input | shape | what |
|---|---|---|
| `token` | [B, L] | ids of `CLS phonemes SEP graphemes SEP` |
| `word_value`, `word_type`, `segment` | [B, L] | as in `pngnw.model.inputs.Inputs` |
| `rel_word`, `rel_token`, `abs_word`, `abs_token`, `subword` | [B, L] | positions, those in use |
| `length` | [B] | tokens of each sentence |
| `phoneme_length` | [B] | phonemes of each sentence; they follow CLS |
| `piece` | [B, K] | wordpieces of each sentence, for the emoji |
| `piece_length` | [B] | how many |

| output | shape | what |
|---|---|---|
| `hidden` | [B, P, H] float32 | a state per phoneme, zero beyond `phoneme_length` |
| `sentence` | [B, H] float32 | a state per sentence |
| `emoji` | [B, 64] float32 | probabilities in DeepMoji's published order |

Letters: B sentences, L the most tokens, P the most phonemes, K the most wordpieces, H width. P is
not given: it is the largest `phoneme_length`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from torch import Tensor

from pngnw.align import WORDPIECES
from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.model.heads import Bags
from pngnw.model.inputs import Inputs, assemble
from pngnw.params import ModelConfig, Section
from pngnw.text import TextBatch, TextReader

METADATA = "pngnw"  # its key in an ONNX file
OUTPUTS = ("hidden", "sentence", "emoji")
Arrays = dict[str, NDArray[np.int64]]


def position_names(model: ModelConfig) -> tuple[str, ...]:
    """The kinds of position that have a table; rotation counts tokens by itself."""
    return tuple(model.positions) if model.pos_emb in ("learned", "sinusoidal") else ()


def input_names(model: ModelConfig) -> tuple[str, ...]:
    """The inputs of a model, in their order."""
    switched = {
        "word_value": model.word_values,
        "word_type": model.word_types,
        "segment": model.segments,
    }
    emoji = ("piece", "piece_length") if model.emoji_words else ()
    return (
        "token",
        *(name for name, on in switched.items() if on),
        *position_names(model),
        "length",
        "phoneme_length",
        *emoji,
    )


def axes(name: str) -> tuple[str, ...]:
    """The names of an input's axes, all of which may have any size from 1 on."""
    if name in ("length", "phoneme_length", "piece_length"):
        return ("batch",)
    return ("batch", "pieces" if name == "piece" else "tokens")


class Origin(Section):
    """What an exported encoder knows of itself: the model, its tokens, and the SHA-256 of its
    wordpieces, so that nobody feeds it another one's ids."""

    model: ModelConfig
    tokens: list[str]
    wordpieces: str

    @classmethod
    def of(cls, model: ModelConfig, wordpieces: bytes) -> Self:
        """Of a trained encoder and the file of its wordpieces."""
        return cls(model=model, tokens=list(TOKENS.symbols), wordpieces=_digest(wordpieces))


@dataclass(frozen=True)
class Feeder:
    """Makes the inputs of one exported encoder; `load` it."""

    reader: TextReader
    model: ModelConfig

    @classmethod
    def load(cls, folder: Path, session: Any) -> Self:
        """Read what text needs.

        Args:
            folder: of the trained encoder.
            session: the exported one, an `onnxruntime.InferenceSession`.

        Raises:
            UserError: a file is missing or damaged, or belongs to another encoder.
        """
        text = session.get_modelmeta().custom_metadata_map.get(METADATA)
        try:
            origin = Origin.model_validate_json(text or "")
        except ValidationError:
            raise UserError(
                "the ONNX model does not say what it reads; make it with `python -m pngnw export`"
            ) from None
        if tuple(origin.tokens) != TOKENS.symbols:
            raise UserError("the ONNX model has another token vocabulary; export it anew")
        path = folder / WORDPIECES
        try:
            wordpieces = path.read_bytes()
        except OSError as error:
            raise UserError(
                f"{path}: cannot be read ({error.strerror}); give the folder of a trained encoder"
            ) from None
        if origin.wordpieces != _digest(wordpieces):
            raise UserError(
                f"{path}: not the wordpieces of the ONNX model; give the folder that it was "
                "exported from, or export it anew"
            )
        return cls(TextReader.load(folder), origin.model)

    def __call__(self, texts: Sequence[str]) -> tuple[Arrays, TextBatch]:
        """Read texts.

        Args:
            texts: any written English, at least one; a sentence or two each.

        Returns:
            The inputs by name, for `session.run`; and what the rows of its answer stand for.

        Raises:
            TypeError, UserError: as `TextReader.read`; there is no text.
        """
        batch = self.reader.read(texts, self.model)
        if not texts:
            raise UserError("no text; an exported encoder takes one or more")
        return feed(batch, self.model), batch


def feed(batch: TextBatch, model: ModelConfig) -> Arrays:
    """A batch of texts as inputs by name."""
    everything = np.arange(len(batch.sentences))
    inputs = assemble(batch.sentences, everything, model)
    return pad(inputs, Bags.of(batch.sentences, everything), model)


def pad(inputs: Inputs, bags: Bags, model: ModelConfig) -> Arrays:
    """Lay out at least one sentence, and its wordpieces, without a loop over tokens."""
    starts, piece_starts = inputs.starts.numpy(), bags.starts.numpy()
    arrays: Arrays = {
        "length": np.diff(starts),
        "phoneme_length": inputs.phoneme_lengths.numpy(),
        "piece": _padded(bags.pieces, piece_starts),
        "piece_length": np.diff(piece_starts),
    }
    flat = {name: getattr(inputs, name) for name in ("token", "word_value", "word_type", "segment")}
    for name, values in (*flat.items(), *inputs.positions.items()):
        arrays[name] = _padded(values, starts)
    return {name: arrays[name] for name in input_names(model)}


def _padded(values: Tensor, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """[N] to [B, L], 0 where padded."""
    lengths = np.diff(starts)
    real = np.arange(lengths.max(initial=0)) < lengths[:, None]
    padded = np.zeros(real.shape, dtype=np.int64)
    padded[real] = values.numpy()
    return padded


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
