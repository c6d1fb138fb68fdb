"""The network for out-of-vocabulary words: g2p_en's letters-to-phonemes GRUs, in numpy and batched.

Guarantees: the phonemes are those of g2p_en 2.1.0's own word-by-word code, whatever the other words
of the batch: where two symbols come out closer than `MARGIN`, far above what the order of a sum can
change, the word is decoded again alone.

Architecture (g2p_en 2.1.0, g2p.py): a GRU reads the letters, a second one writes phonemes
greedily, 20 at most. Cell: Cho et al. 2014, arXiv 1406.1078, eq. 5-8, in the variant with the reset
gate behind the matrix product. The weights are shipped (`data/LICENSE.g2p_en`); no code of g2p_en
runs.

Letters in the names of arrays: B words in a batch, T letters, H = 256 wide state, P = 74 output
symbols.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from pngnw.phonemize.arpabet import SYMBOLS, Phonemes

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
WEIGHTS: Final = Path(__file__).parent / "data" / "g2p_en.safetensors"
BATCH: Final = 256  # the state and the gates of a batch stay in a core's cache
STEPS: Final = 20
MARGIN: Final = 1e-3
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_UNK, _END = 1, 2  # of the letters; the letter a is 3
_SYMBOLS: Final = 3 + len(_LETTERS)
_START, _STOP = 2, 3  # of the output symbols
# Output symbols in the order of the checkpoint: sorted, with the bare "UW" it also knows.
_OUTPUT: Final = ("<pad>", "<unk>", "<s>", "</s>", *sorted(SYMBOLS | {"UW"}))
_PHONEME: Final = {
    index: "UW1" if name == "UW" else name
    for index, name in enumerate(_OUTPUT)
    if name == "UW" or name in SYMBOLS
}


class Network:
    """The two GRUs and the output layer; `predict` is a pure function of a word."""

    def __init__(self) -> None:
        weights = load_file(WEIGHTS)
        self._out, self._out_bias = weights["fc_w"].T, weights["fc_b"]
        self._encoder = _Cell(weights, "enc")
        self._decoder = _Cell(weights, "dec")

    def predict(self, words: Sequence[str]) -> list[Phonemes]:
        """The phonemes of lower-case words; characters other than a-z count as unknown letters.

        A word that the network has no phonemes for gets an empty tuple.
        """
        order = sorted(range(len(words)), key=words.__getitem__)  # most share beginnings
        predicted: list[Phonemes] = [()] * len(words)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            symbols_BS, margin_B = self._decode(self._encode([words[index] for index in batch]))
            for row, index in enumerate(batch):
                symbols = symbols_BS[row]
                if margin_B[row] < MARGIN and len(batch) > 1:
                    symbols = self._decode(self._encode([words[index]]))[0][0]
                predicted[index] = tuple(
                    _PHONEME[symbol] for symbol in symbols.tolist() if symbol in _PHONEME
                )
        return predicted

    def _encode(self, words: Sequence[str]) -> Floats:
        """State [B, H] behind the end mark of every word; a beginning that words share, once."""
        lengths_B = np.array([len(word) for word in words])
        letters_BT = np.full((len(words), lengths_B.max()), _UNK)
        for row, word in enumerate(words):
            letters_BT[row, : len(word)] = [
                3 + _LETTERS.index(char) if char in _LETTERS else _UNK for char in word
            ]
        states_BH = np.zeros((len(words), self._encoder.width), np.float32)
        state = np.zeros((1, self._encoder.width), np.float32)
        beginning_B = np.zeros(len(words), np.int64)  # of every word, the row of `state`
        for step in range(letters_BT.shape[1]):
            reading = np.flatnonzero(lengths_B > step)
            longer = beginning_B[reading] * _SYMBOLS + letters_BT[reading, step]
            distinct, beginning_B[reading] = np.unique(longer, return_inverse=True)
            state = self._encoder.step(distinct % _SYMBOLS, state[distinct // _SYMBOLS])
            ended = np.flatnonzero(lengths_B == step + 1)
            states_BH[ended] = state[beginning_B[ended]]
        return self._encoder.step(np.full(len(words), _END), states_BH)

    def _decode(self, state_BH: Floats) -> tuple[Ints, Floats]:
        """Symbols [B, STEPS], filled up with the stop symbol, and the smallest margin [B].

        The margin of a step is how far the best logit is ahead of the second best.
        """
        rows = len(state_BH)
        symbols_BS = np.full((rows, STEPS), _STOP)
        margin_B = np.full(rows, np.inf, np.float32)
        last = np.full(rows, _START)
        running = np.arange(rows)
        for step in range(STEPS):
            state_BH = self._decoder.step(last, state_BH)
            logits_BP = state_BH @ self._out + self._out_bias
            last = logits_BP.argmax(axis=1)
            each = np.arange(len(last))
            best = logits_BP[each, last]
            logits_BP[each, last] = -np.inf
            margin_B[running] = np.minimum(margin_B[running], best - logits_BP.max(axis=1))
            unfinished = last != _STOP
            running, last, state_BH = running[unfinished], last[unfinished], state_BH[unfinished]
            if not len(running):
                break
            symbols_BS[running, step] = last
        return symbols_BS, margin_B


class _Cell:
    """One GRU over symbols; gates in the order reset, update, new.

    The product of each symbol's embedding with the input weights is worked out once.
    """

    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        bias = weights[f"{name}_b_hh"]
        self.width = len(bias) // 3
        self._gates = 2 * self.width
        # The sigmoid takes the gates' negatives, so these are what is kept.
        sign = np.repeat(np.array([-1, 1], np.float32), [self._gates, self.width])
        of_symbol = weights[f"{name}_emb"] @ weights[f"{name}_w_ih"].T + weights[f"{name}_b_ih"]
        of_symbol[:, : self._gates] += bias[: self._gates]
        self._of_symbol = of_symbol * sign
        self._hidden = np.ascontiguousarray(weights[f"{name}_w_hh"].T * sign)
        self._bias_new = bias[self._gates :]

    def step(self, symbols_B: Ints, state_BH: Floats) -> Floats:
        """The state [B, H] behind one more symbol."""
        from_symbol = self._of_symbol[symbols_B]
        from_state = state_BH @ self._hidden
        gates = from_symbol[:, : self._gates] + from_state[:, : self._gates]
        np.exp(gates, out=gates)
        gates += 1
        np.reciprocal(gates, out=gates)
        reset, update = gates[:, : self.width], gates[:, self.width :]
        new = from_state[:, self._gates :] + self._bias_new
        new *= reset
        new += from_symbol[:, self._gates :]
        np.tanh(new, out=new)
        return new + update * (state_BH - new)
