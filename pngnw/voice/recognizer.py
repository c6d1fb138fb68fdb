"""A speech recognizer out of a wheel: Moonshine tiny for English (MIT), without a download.

The wheel `moonshine-voice` up to 0.0.49 carries the model; it is read as data and not imported.
Guarantees: the same audio gives the same words (greedy, one thread).
Source: Jeffries et al. 2024 (2410.15608); github.com/moonshine-ai/moonshine for the graph's inputs.

Letters: n samples.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pngnw.core.errors import UserError
from pngnw.speech.mel import SAMPLE_RATE
from pngnw.speech.utterance import resample

PACKAGE, FOLDER = "moonshine_voice", "assets/tiny-en"
ENCODER, DECODER, TOKENS = "encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"
RATE: Final = 16000
BEGIN, END = 1, 2
SPACE: Final = "▁".encode()
TOKENS_PER_SECOND: Final = 6.5  # more of them are a loop, as its authors found
_HEADS, _HEAD_WIDTH = 8, 36


@dataclass(frozen=True)
class Recognizer:
    """A loaded model: its two networks and the bytes of its tokens."""

    encoder: Any
    decoder: Any
    tokens: list[bytes]

    @classmethod
    def load(cls) -> "Recognizer":
        """Load it.

        Raises:
            UserError: a package is missing, or the wheel lacks the model.
        """
        import onnxruntime

        folder = model_folder()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        encoder, decoder = (
            onnxruntime.InferenceSession(
                str(folder / name), options, providers=["CPUExecutionProvider"]
            )
            for name in (ENCODER, DECODER)
        )
        return cls(encoder, decoder, read_tokens((folder / TOKENS).read_bytes()))

    def __call__(self, samples: npt.NDArray[np.float32]) -> str:
        """What is heard in mono audio [n] in [-1, 1] at 22.05 kHz."""
        audio = resample(samples, SAMPLE_RATE, RATE).astype(np.float32)[None]
        (states,) = self.encoder.run(
            None, {"input_values": audio, "attention_mask": np.ones(audio.shape, np.int64)}
        )
        cache = {
            tensor.name: np.zeros((1, _HEADS, 0, _HEAD_WIDTH), np.float32)
            for tensor in self.decoder.get_inputs()
            if tensor.name.startswith("past_key_values")
        }
        heard: list[int] = []
        for step in range(2 + int(audio.shape[1] / RATE * TOKENS_PER_SECOND)):
            logits, *present = self.decoder.run(
                None,
                {
                    "input_ids": np.array([[heard[-1] if heard else BEGIN]], dtype=np.int64),
                    "encoder_hidden_states": states,
                    "encoder_attention_mask": np.ones(states.shape[:2], np.int64),
                    "use_cache_branch": np.array([step > 0]),
                    **cache,
                },
            )
            for name, values in zip(cache, present, strict=True):
                if step == 0 or ".decoder." in name:  # what the encoder said stays
                    cache[name] = values
            heard.append(int(logits[0, -1].argmax()))
            if heard[-1] == END:
                break
        text = b"".join(self.tokens[token] for token in heard if token > END)
        return text.replace(SPACE, b" ").decode("utf-8", "replace").strip()


def model_folder() -> Path:
    """The model in the installed wheel.

    Raises:
        UserError: the wheel is not installed or lacks it.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folder = Path((spec.submodule_search_locations or ["."])[0]) / FOLDER if spec else None
    if folder is None or not (folder / DECODER).exists():
        raise UserError(
            "voice.recognizer = moonshine needs moonshine-voice 0.0.49, which carries its model: "
            "pip install 'pngnw[voice]', or set voice.recognizer: none"
        )
    return folder


def read_tokens(content: bytes) -> list[bytes]:
    """The tokens of a tokenizer.bin: a length (a byte, or two from 128 on), then so many bytes."""
    out, at = [], 0
    while at < len(content):
        length, at = content[at], at + 1
        if length >= 128:
            length, at = content[at] * 128 + length - 128, at + 1
        out.append(content[at : at + length])
        at += length
    return out
