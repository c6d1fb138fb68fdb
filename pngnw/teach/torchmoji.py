"""The `torchmoji` teacher: the DeepMoji network on the published weights.

    B  sentences      T  words of the longest        V  words of the vocabulary
    E  embedding      I  input of a layer            G  = 4H gates
    H  state          F  = 4H + E features           (E, H, F = 256, 512, 2304 as published)

Embedding and tanh, two bidirectional LSTM layers, the states of both layers and the embedding side
by side (second layer first), attention with one weight for each feature, softmax. `torch.nn.LSTM`
has logistic gates; these are hard sigmoids:

    i, f, o = clip(0.2 (W x + U h + b) + 0.5, 0, 1)     g = tanh(W x + U h + b)
    c' = f c + i g                                      h' = o tanh(c')

Guarantees: in fp32 the distributions and features of the reference implementation, within 2e-6; a
text without words gets the features zero, hence the network's prior; nothing in the weights file is
run. bf16 rounds what is multiplied, and is off by up to 1e-3 in a probability.

Source: Felbo et al. 2017, section 3.2 and figure 1; the hard sigmoid is Keras's of that time.
"""

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from pngnw.core.errors import UserError
from pngnw.params import Torchmoji
from pngnw.teach.backends import TeacherOutput, torchmoji_files
from pngnw.teach.torchmoji_text import Vocabulary

CLASSES: Final = 64
BLOCK: Final = 64  # sentences of like length that are worked on together
DTYPES: Final = {"fp32": torch.float32, "bf16": torch.bfloat16}


class TorchMoji:
    """Vocabulary and network; see `pngnw.teach.backends.Teacher`."""

    def __init__(self, vocabulary: Vocabulary, network: "Network") -> None:
        self._vocabulary = vocabulary
        self._network = network

    @classmethod
    def load(cls, params: Torchmoji) -> "TorchMoji":
        """Read the files that `params` names.

        Raises:
            UserError: a file is missing, is not what it should be, or does not fit the other.
        """
        paths = torchmoji_files(params)
        vocabulary = Vocabulary.read(paths["vocabulary"], params.max_tokens, params.fold_repeats)
        network = Network.read(paths["weights"], DTYPES[params.precision])
        if vocabulary.size > network.words:
            raise UserError(
                f"{paths['vocabulary']}: has word number {vocabulary.size - 1}, but "
                f"{paths['weights']} has {network.words} words; give files of one model"
            )
        return cls(vocabulary, network)

    def __call__(self, texts: Sequence[str], /) -> TeacherOutput:
        """Distributions [N, 64] and features [N, F]."""
        probabilities, features = self._network(self._vocabulary.tokens(texts))
        return TeacherOutput(probabilities.numpy(), features.numpy())

    def tokens(self, texts: Sequence[str], /) -> list[list[int]]:
        """Word numbers of each text."""
        return self._vocabulary.tokens(texts)


class Network:
    """The network on the CPU.

    Args:
        state: a state dict with the published names; all widths follow from its tensors.
        dtype: of the LSTM's products, float32 or bfloat16; states are float32.
        origin: what errors call the state dict.

    Raises:
        UserError: a tensor is missing or does not fit the others.
    """

    def __init__(
        self,
        state: Mapping[str, object],
        dtype: torch.dtype = torch.float32,
        origin: str = "state dict",
    ) -> None:
        weights = _Weights(state, origin)
        embedding_VE = weights("embed.weight", None, None)
        self.words, width = embedding_VE.shape
        hidden = weights("lstm_0.weight_hh_l0", None, None).shape[1]
        features = 4 * hidden + width
        self._embedding_VE = embedding_VE.tanh()
        self._layers = [
            [
                _Direction(weights, f"lstm_{layer}", suffix, inputs, hidden, dtype)
                for suffix in ("", "_reverse")
            ]
            for layer, inputs in enumerate((width, 2 * hidden))
        ]
        self._attention_F = weights("attention_layer.attention_vector", features)
        self._output_CF = weights("output_layer.0.weight", CLASSES, features)
        self._output_C = weights("output_layer.0.bias", CLASSES)

    @classmethod
    def read(cls, path: Path, dtype: torch.dtype = torch.float32) -> "Network":
        """Read a `pytorch_model.bin`.

        Raises:
            UserError: it is no such file, holds more than tensors, or as above.
        """
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
            reason = " ".join(str(error).split()).split(".")[0]
            raise UserError(f"{path}: not a file of PyTorch weights ({reason})") from None
        if not isinstance(state, Mapping):
            raise UserError(f"{path}: not a state dict: it holds a {type(state).__name__}")
        return cls(state, dtype, str(path))

    @torch.inference_mode()
    def __call__(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Distributions [B, 64] and features [B, F] of sentences given as word numbers."""
        order = sorted(range(len(rows)), key=lambda row: -len(rows[row]))
        features_BF = torch.zeros(len(rows), len(self._attention_F))
        for start in range(0, len(order), BLOCK):
            block = order[start : start + BLOCK]
            features_BF[block] = self._features([rows[row] for row in block])
        logits_BC = functional.linear(features_BF, self._output_CF, self._output_C)
        return logits_BC.softmax(dim=1), features_BF

    def _features(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """Features [B, F]."""
        ids_BT = pad_sequence([torch.tensor(row, dtype=torch.int64) for row in rows], True)
        lengths_B = torch.tensor([len(row) for row in rows])
        real_BT = torch.arange(ids_BT.shape[1]) < lengths_B[:, None]
        embedded_BTE = self._embedding_VE[ids_BT]
        first_BTS = torch.cat([run(embedded_BTE, real_BT) for run in self._layers[0]], dim=2)
        second_BTS = torch.cat([run(first_BTS, real_BT) for run in self._layers[1]], dim=2)
        states_BTF = torch.cat([second_BTS, first_BTS, embedded_BTE], dim=2)
        logits_BT = (states_BTF @ self._attention_F).masked_fill(~real_BT, -torch.inf)
        # The softmax of a sentence without words is not a number.
        attention_BT = logits_BT.softmax(dim=1).masked_fill(~real_BT, 0)
        return (attention_BT[:, None] @ states_BTF)[:, 0]


class _Direction:
    """One direction of a layer, gates in the file's order: input, forget, cell, output."""

    def __init__(
        self,
        weights: "_Weights",
        layer: str,
        suffix: str,
        inputs: int,
        hidden: int,
        dtype: torch.dtype,
    ) -> None:
        self._weight_GI = weights(f"{layer}.weight_ih_l0{suffix}", 4 * hidden, inputs).to(dtype)
        self._weight_GH = weights(f"{layer}.weight_hh_l0{suffix}", 4 * hidden, hidden).to(dtype)
        bias_ih = weights(f"{layer}.bias_ih_l0{suffix}", 4 * hidden)
        self._bias_G = bias_ih + weights(f"{layer}.bias_hh_l0{suffix}", 4 * hidden)
        self._backward = suffix == "_reverse"

    def __call__(self, x_BTI: Tensor, real_BT: Tensor) -> Tensor:
        """The state after each word, [B, T, H]; padding leaves a state as it is."""
        dtype = self._weight_GI.dtype
        inputs_BTG = functional.linear(x_BTI.to(dtype), self._weight_GI).float() + self._bias_G
        batch, steps, gates = inputs_BTG.shape
        h_BH = c_BH = torch.zeros(batch, gates // 4)
        out_BTH = torch.zeros(batch, steps, gates // 4)
        for t in reversed(range(steps)) if self._backward else range(steps):
            recurrent_BG = functional.linear(h_BH.to(dtype), self._weight_GH).float()
            i, f, g, o = (inputs_BTG[:, t] + recurrent_BG).chunk(4, dim=1)
            i, f, o = ((0.2 * gate + 0.5).clamp(0, 1) for gate in (i, f, o))
            real_B1 = real_BT[:, t, None]
            c_BH = torch.where(real_B1, f * c_BH + i * g.tanh(), c_BH)
            h_BH = torch.where(real_B1, o * c_BH.tanh(), h_BH)
            out_BTH[:, t] = h_BH
        return out_BTH


class _Weights:
    """Tensors of a state dict by name and shape, in float32; None is any size."""

    def __init__(self, state: Mapping[str, object], origin: str) -> None:
        self._state = state
        self._origin = origin

    def __call__(self, name: str, *shape: int | None) -> Tensor:
        tensor = self._state.get(name)
        if not isinstance(tensor, Tensor):
            raise UserError(
                f"{self._origin}: tensor {name!r} is missing; these are not torchMoji's weights"
            )
        fits = tensor.ndim == len(shape) and all(
            expected in (None, size) for expected, size in zip(shape, tensor.shape, strict=True)
        )
        if not fits:
            expected = " x ".join("any" if size is None else str(size) for size in shape)
            actual = " x ".join(map(str, tensor.shape))
            raise UserError(f"{self._origin}: tensor {name!r} is {actual}, it must be {expected}")
        return tensor.detach().float()
