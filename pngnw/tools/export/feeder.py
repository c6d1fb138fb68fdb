"""Text to the inputs of an exported encoder, without the weights of the trained one.

Guarantees: text is spoken, pronounced and laid out exactly as `pngnw.Encoder` does it; a folder
with other wordpieces than the exported encoder's is refused. Of the trained encoder's folder all
but `config.json` and `model.safetensors` is needed.

Letters: B texts.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import ValidationError

from pngnw.align.symbols import TOKENS
from pngnw.core.errors import UserError
from pngnw.model.emoji import Bags
from pngnw.model.inputs import assemble
from pngnw.model.io import WORDPIECES
from pngnw.params import ModelConfig, Section
from pngnw.reading import Reading, read
from pngnw.text import Reader
from pngnw.tools.export.padding import Arrays, pad

METADATA = "pngnw"  # its key in an ONNX file


class Origin(Section):
    """What an exported encoder knows of itself: the model, its tokens, and the SHA-256 of its
    wordpieces, so that nobody feeds it another one's ids."""

    model: ModelConfig
    tokens: list[str]
    wordpieces: str

    @classmethod
    def of(cls, model: ModelConfig, folder: Path) -> Self:
        """Of a trained encoder in a folder."""
        return cls(model=model, tokens=list(TOKENS.symbols), wordpieces=_digest(folder))


@dataclass(frozen=True)
class Feeder:
    """Makes the inputs of one exported encoder; `load` it."""

    reader: Reader
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
        if origin.wordpieces != _digest(folder):
            raise UserError(
                f"{folder / WORDPIECES}: not the wordpieces of the ONNX model; give the folder "
                "that it was exported from, or export it anew"
            )
        return cls(Reader.load(folder), origin.model)

    def __call__(self, texts: Sequence[str]) -> tuple[Arrays, Reading]:
        """Read texts.

        Args:
            texts: any written English, at least one; a sentence or two each.

        Returns:
            The inputs by name, for `session.run`; and what the rows of its answer stand for.

        Raises:
            UserError: there is no text, or one holds nothing to say or more than the model takes.
        """
        reading = read(self.reader, self.model, texts)
        if not texts:
            raise UserError("no text; an exported encoder takes one or more")
        return feed(reading, self.model), reading


def feed(reading: Reading, model: ModelConfig) -> Arrays:
    """What was read, as inputs by name."""
    everything = np.arange(len(reading.sentences))
    inputs = assemble(reading.sentences, everything, model)
    return pad(inputs, Bags.of(reading.sentences, everything), model)


def _digest(folder: Path) -> str:
    path = folder / WORDPIECES
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read ({error.strerror}); give the folder of a trained encoder"
        ) from None
