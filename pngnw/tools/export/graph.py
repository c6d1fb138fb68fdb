"""A trained encoder as one ONNX file, and as one with weights of 8 bits.

Guarantees: before the file appears, onnxruntime has run it on sentences of many lengths, with and
without their spelling, alone and in batches of other sizes than it was traced with, and its answers
were within `LIMIT` of those of `pngnw.Encoder`. A file appears whole or not at all. That of 8 bits
is compared in the same way, and how far it is off is told.
"""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx_ir
import onnxruntime
import onnxscript  # noqa: F401 -- what torch.onnx needs
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from pngnw.align import WORDPIECES
from pngnw.core.atomic import atomic_write
from pngnw.core.errors import UserError
from pngnw.encoder import Encoder
from pngnw.spoken import as_batch
from pngnw.tools.export.feeder import METADATA, OUTPUTS, Origin, axes, feed, input_names
from pngnw.tools.export.padded import PaddedEncoder

LIMIT = 1e-4  # of every number that comes out; states are of the order of 1, probabilities below
BATCHES = (1, 3, 8)
# What a file is compared on: 1 to 38 words, with all that text has.
SENTENCES = (
    "Mr. Darcy was read to by the red-haired reader.",
    "It cost 20 dollars, didn't it?",
    "Oh!",
    "I.",
    "She will lead the way; the lead pipe won't.",
    "NASA's X-15 flew at 4,520 mph on 3 October 1967.",
    "Zorblaxian quizzlebrants hummed…",
    "“Never,” said he, “shall I do so again!”",
    "What a lovely day — and how sad that it has to end so soon.",
    "When he had read the record of 1984 twice, he put it down, looked out of the window for a "
    "long while, and said to nobody in particular that he would rather have been left in the dark.",
    "Yes, no, yes, no.",
    "The quick brown fox jumps over the lazy dog.",
)


@dataclass(frozen=True)
class Difference:
    """Between two encoders' numbers: the largest, and the mean of the states'."""

    most: float
    mean: float


@dataclass(frozen=True)
class Exported:
    """What was made.

    Attributes:
        difference: between its numbers and PyTorch's.
        sentences: how many it was compared on.
        opset: version of ONNX's operators.
    """

    difference: Difference
    sentences: int
    opset: int


def export(encoder: Encoder, file: Path) -> Exported:
    """Write an encoder as ONNX, for one sentence or many of any length.

    Args:
        encoder: in eval mode on the CPU, as `from_pretrained` gives it.
        file: to write.

    Raises:
        UserError: the file cannot be written, or its answers are further than `LIMIT` from
            PyTorch's; then there is no file.
    """
    if not encoder.model.config.specials:
        raise UserError("an encoder with model.specials: false has no ONNX form; use PyTorch")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{file}: cannot be written ({error.strerror})") from None
    with atomic_write(file) as temporary:
        texts = [text for text in SENTENCES if fits(encoder, text)]
        opset = _write(encoder, texts[:2], temporary)
        difference = compare(encoder, open_session(temporary), texts, BATCHES)
        if not difference.most <= LIMIT:  # not a number is refused as well
            raise UserError(
                f"{file}: not written, its numbers are up to {difference.most:.2g} from PyTorch's "
                f"and {LIMIT:g} is allowed; report it with the versions of torch and onnxruntime"
            )
    return Exported(difference, len(texts), opset)


def quantize(encoder: Encoder, file: Path) -> tuple[Path, Difference]:
    """Write an exported file with weights of 8 bits beside it, and say how far it is off.

    Weights alone, so that a text's numbers do not depend on the texts beside it, as they would if
    batches were cut to 8 bits too; tables of embeddings have one scale, matrices one for 32 rows.
    """
    small = file.with_suffix(f".int8{file.suffix}")
    with atomic_write(small) as temporary:
        with _quiet():
            quantize_dynamic(
                file, temporary, op_types_to_quantize=["Gather"], weight_type=QuantType.QInt8
            )
            matrices = MatMulNBitsQuantizer(
                onnx.load(temporary), bits=8, block_size=32, is_symmetric=True
            )
            matrices.process()
            matrices.model.save_model_to_file(str(temporary), False)
        texts = [text for text in SENTENCES if fits(encoder, text)]
        difference = compare(encoder, open_session(temporary), texts, BATCHES)
    return small, difference


def compare(
    encoder: Encoder, session: Any, texts: Sequence[str], batches: Sequence[int] = (1,)
) -> Difference:
    """How far the numbers of an ONNX session are from PyTorch's, with and without spelling.

    Args:
        encoder: the one that was exported.
        session: an `onnxruntime.InferenceSession`.
        texts: to read.
        batches: each of these many texts at a time.
    """
    largest, means = [0.0], []
    model = encoder.model.config
    for size in batches:
        for start in range(0, len(texts), size):
            read = encoder.read(texts[start : start + size])
            words = [
                [tuple(symbol for symbol, _ in group) for _, group in groupby(row, itemgetter(1))]
                for row in map(zip, read.phonemes, read.word_index)
            ]
            for batch in (read, as_batch(words, model)):
                ours = encoder.output(batch)
                theirs = session.run(OUTPUTS, feed(batch, model))
                for name, array in zip(OUTPUTS, theirs, strict=True):
                    expected = getattr(ours, name).cpu().numpy()
                    if array.shape != expected.shape:
                        raise UserError(f"{name}: shape {array.shape} instead of {expected.shape}")
                    apart = np.abs(array - expected)
                    largest.append(float(apart.max()))
                    means += [float(apart.mean())] if name == "hidden" else []
    return Difference(float(np.max(largest)), float(np.mean(means)))  # which keep what is NaN


def open_session(file: Path, threads: int = 0) -> Any:
    """An `onnxruntime.InferenceSession` on the CPU; 0 threads: as many as there are cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def fits(encoder: Encoder, text: str) -> bool:
    """Whether the model can take it: `model.max_tokens` may be small. The shortest always fit."""
    return not encoder.refused([text])


def _write(encoder: Encoder, texts: Sequence[str], file: Path) -> int:
    """Trace two texts of different lengths, and write the graph; returns its opset."""
    model = encoder.model.config
    arrays = feed(encoder.read(texts), model)
    names = input_names(model)
    sizes = {axis: torch.export.Dim(axis) for name in names for axis in axes(name)}
    shapes = tuple({n: sizes[axis] for n, axis in enumerate(axes(name))} for name in names)
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            PaddedEncoder(encoder.model, encoder.heads).eval(),
            tuple(torch.from_numpy(arrays[name]) for name in names),
            input_names=names,
            output_names=OUTPUTS,
            dynamic_shapes=(shapes,),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    assert program is not None
    graph = program.model.graph
    hidden, *_ = graph.outputs
    # The exporter calls it by a number, because no input has this size.
    hidden.shape = onnx_ir.Shape(("batch", "phonemes", model.width))
    program.model.metadata_props[METADATA] = Origin.of(
        model, encoder.files[WORDPIECES]
    ).model_dump_json()
    program.save(str(file), external_data=False)
    return int(program.model.opset_imports[""])


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter warns of packages that it does not need and of its own future, quantization of
    shapes that it does not know."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", None)]
    before = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
