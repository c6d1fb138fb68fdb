"""The `deepmoji-onnx` teacher: an exported network, run by the PyPI package of that name.

Guarantees: distributions of the model file in the order of the texts; nothing is downloaded (the
package would, when asked for a pretrained model). The package cuts text at white space only, so
that "cooking." is unknown to it (a fifth of the words of our corpus; 6% as published); here its
model gets the published words. Trades away: features (its files answer with distributions), and
speed (every sentence is padded to 30 words).
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pngnw.core.errors import UserError
from pngnw.params import Onnx
from pngnw.teach.backends import TeacherOutput, onnx_files
from pngnw.teach.torchmoji_text import PUBLISHED_LENGTH, Vocabulary

CLASSES: Final = 64
BATCH: Final = 64


class OnnxTeacher:
    """The package's model on the published words; see `pngnw.teach.backends.Teacher`."""

    def __init__(self, predict: Callable[[list[str]], Any], vocabulary: Vocabulary) -> None:
        self._predict = predict
        self._vocabulary = vocabulary

    @classmethod
    def load(cls, params: Onnx) -> "OnnxTeacher":
        """Open the model file with the package.

        Raises:
            UserError: the package or a file is missing, or the file is no such model.
        """
        paths = onnx_files(params)
        try:
            from deepmoji_onnx import DeepMojiONNX
        except ImportError as error:
            raise UserError(
                "teach.backend = deepmoji-onnx needs the package deepmoji-onnx: "
                f"pip install '.[torchmoji-onnx]' ({error})"
            ) from None
        vocabulary = Vocabulary.read(paths["vocabulary"])
        try:
            model = DeepMojiONNX(
                paths["model"], paths["vocabulary"], providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # noqa: BLE001 - onnxruntime's errors have no common base
            reason = " ".join(str(error).split())
            raise UserError(f"{paths['model']}: not an ONNX model ({reason})") from None
        # The one place where its words are exchanged for the published ones, see above.
        model._tokenizer = _PaddedWords(vocabulary)
        return cls(model.predict, vocabulary)

    def __call__(self, texts: Sequence[str], /) -> TeacherOutput:
        """Distributions [N, 64]; no features.

        Raises:
            UserError: the model answers with something else, features for one.
        """
        rows = np.zeros((len(texts), CLASSES), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            answer = self._predict(list(texts[start : start + BATCH]))
            if answer.shape[1:] != (CLASSES,):
                raise UserError(
                    f"teach.onnx.model answers {answer.shape[-1]} numbers a sentence, not {CLASSES}"
                    " probabilities; take a model with the softmax over emoji"
                )
            rows[start : start + BATCH] = answer
        return TeacherOutput(rows, None)

    def tokens(self, texts: Sequence[str], /) -> list[list[int]]:
        """Word numbers of each text."""
        return self._vocabulary.tokens(texts)


class _PaddedWords:
    """Published words in the shape that the package gives to its model."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def tokenize(self, sentences: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Word numbers [N, 30], zero behind the last; how many there are [N], at least 1."""
        ids = np.zeros((len(sentences), PUBLISHED_LENGTH), dtype=np.int64)
        lengths = np.ones(len(sentences), dtype=np.int64)
        for number, row in enumerate(self._vocabulary.tokens(sentences)):
            ids[number, : len(row)] = row
            lengths[number] = max(len(row), 1)
        return ids, lengths
