"""Text to the inputs of an exported encoder, without the weights of the trained one.

Guarantees: text is normalized, pronounced and laid out exactly as `pngnw.Encoder` does it, from
many threads too; a folder with other wordpieces than the exported encoder's is refused. Of the
trained encoder's folder all but `config.json` and `model.safetensors` is needed, of packages none
of PyTorch's.

Every input is int64 and padded with 0. Which ones there are depends on the model: a switch that is
off in `config.json` has no input.

| input | shape | what |
|---|---|---|
| `token` | [B, L] | ids of `CLS phonemes SEP graphemes SEP`, or of `CLS phonemes SEP` |
| `word_value`, `word_type`, `segment` | [B, L] | as in `pngnw.model.layout.Layout` |
| `rel_word`, `subword`, … | [B, L] | positions, those of `model.positions` |
| `length` | [B] | tokens of each sentence |
| `phoneme_length` | [B] | phonemes of each sentence; they follow CLS |

| output | shape | what |
|---|---|---|
| `hidden` | [B, P, H] float32 | a state per phoneme, zero beyond `phoneme_length` |
| `sentence` | [B, H] float32 | a state per sentence |
| `emoji` | [B, 64] float32 | probabilities in DeepMoji's published order |

Letters: B sentences, L the most tokens, P the most phonemes, H width. P is not given: it is the
largest `phoneme_length`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from pngnw.align import WORDPIECES
from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.model.layout import Layout, lay_out, phonemes_only
from pngnw.params import ModelConfig, Section
from pngnw.spoken import Spoken, read_phonemes
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
    return (
        "token",
        *(name for name, on in switched.items() if on),
        *position_names(model),
        "length",
        "phoneme_length",
    )


def axes(name: str) -> tuple[str, ...]:
    """The names of an input's axes, all of which may have any size from 1 on."""
    return ("batch",) if name in ("length", "phoneme_length") else ("batch", "tokens")


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
        reader = TextReader.load(folder)
        path = folder / WORDPIECES
        if origin.wordpieces != _digest(path.read_bytes()):
            raise UserError(
                f"{path}: not the wordpieces of the ONNX model; give the folder that it was "
                "exported from, or export it anew"
            )
        return cls(reader, origin.model)

    def __call__(self, texts: Sequence[str]) -> tuple[Arrays, TextBatch]:
        """Read texts.

        Args:
            texts: any written English, at least one; a sentence or two each.

        Returns:
            The inputs by name, for `session.run`; and what the rows of its answer stand for.

        Raises:
            TypeError, UserError: as `TextReader.read`; there is no text.
        """
        return self._arrays(self.reader.read(texts, self.model))

    def from_phonemes(
        self, phonemes: Sequence[Spoken], alphabet: str = "arpabet"
    ) -> tuple[Arrays, TextBatch]:
        """Read sentences of phonemes, at least one, as `pngnw.Encoder.from_phonemes` does."""
        return self._arrays(read_phonemes(phonemes, self.model, alphabet))

    def _arrays(self, batch: TextBatch) -> tuple[Arrays, TextBatch]:
        if not len(batch.sentences):
            raise UserError("no text; an exported encoder takes one or more")
        return feed(batch, self.model), batch


def feed(batch: TextBatch, model: ModelConfig) -> Arrays:
    """A batch of texts as inputs by name."""
    layout = lay_out(batch.sentences, np.arange(len(batch.sentences)), model)
    return pad(phonemes_only(layout) if batch.phonemes_only else layout, model)


def pad(layout: Layout, model: ModelConfig) -> Arrays:
    """Lay out at least one sentence without a loop over tokens."""
    lengths = np.diff(layout.starts)
    real = np.arange(lengths.max(initial=0)) < lengths[:, None]
    arrays: Arrays = {"length": lengths, "phoneme_length": layout.phoneme_lengths}
    flat = {name: getattr(layout, name) for name in ("token", "word_value", "word_type", "segment")}
    for name, values in (*flat.items(), *layout.positions.items()):
        arrays[name] = np.zeros(real.shape, dtype=np.int64)
        arrays[name][real] = values
    return {name: arrays[name] for name in input_names(model)}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
