"""The network for out-of-vocabulary words: g2p_en's letters-to-phonemes GRUs, many words at a time.

Guarantees: the phonemes are those of g2p_en 2.1.0's own word-by-word code, whatever the other words
of the batch: where two symbols come out closer than `MARGIN`, far above what the order of a sum can
change, the word is decoded again alone.

Three things save time. What the cells make of a letter or symbol is looked up, not multiplied out
at every step; words that begin alike share the encoder's steps up to where they part (the letters
of a batch form a trie); words that are finished leave the decoder's batch.

Architecture (g2p_en 2.1.0, g2p.py): a GRU reads the letters, a second one writes phonemes
greedily, 20 at most. Cell: Cho et al. 2014, arXiv 1406.1078, eq. 5-8, in the variant with the reset
gate behind the matrix product. The weights are shipped (`data/LICENSE.g2p_en`); no code of g2p_en
runs.

Letters in the names of arrays: B words in a batch, T letters, N different beginnings of one length,
H = 256 wide state, P = 74 output symbols.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from pngnw.phonemize.arpabet import SYMBOLS, Phonemes

Floats = NDArray[np.float32]
WEIGHTS: Final = Path(__file__).parent / "data" / "g2p_en.safetensors"
BATCH: Final = 1024
TILE: Final = 128
STEPS: Final = 20
MARGIN: Final = 1e-3
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_UNK, _END = 1, 2  # of the letters; the letter a is 3
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
        order = sorted(range(len(words)), key=words.__getitem__)
        predicted: list[Phonemes] = [()] * len(words)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            written, margins = self._decode(self._encode([words[index] for index in batch]))
            for row, index in enumerate(batch):
                if margins[row] < MARGIN and len(batch) > 1:
                    predicted[index] = _phonemes(self._decode(self._encode([words[index]]))[0][0])
                else:
                    predicted[index] = _phonemes(written[row])
        return predicted

    def _encode(self, words: Sequence[str]) -> Floats:
        """State [B, H] behind the end mark of every word; `words` in alphabetical order."""
        lengths_B = np.array([len(word) for word in words])
        scratch = self._encoder.scratch(len(words))
        letters_BT = _letters(words, lengths_B.max())
        # Words that share a beginning are neighbours; a new one starts where neighbours differ.
        is_new_BT = np.ones(letters_BT.shape, bool)
        is_new_BT[1:] = np.logical_or.accumulate(letters_BT[1:] != letters_BT[:-1], axis=1)
        final_BH = np.zeros((len(words), self._encoder.width), np.float32)
        state_NH, node_B = final_BH[:1], np.zeros(len(words), np.int64)
        for step in range(letters_BT.shape[1]):
            new = np.flatnonzero(is_new_BT[:, step] & (lengths_B > step))
            state_NH = self._encoder.step(letters_BT[new, step], state_NH[node_B[new]], scratch)
            node_B = np.searchsorted(new, np.arange(len(words)), "right") - 1
            ended = np.flatnonzero(lengths_B == step + 1)
            final_BH[ended] = state_NH[node_B[ended]]
        return self._encoder.step(np.full(len(words), _END), final_BH, scratch)

    def _decode(self, state_BH: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Symbols [B, STEPS], filled up with the stop symbol, and the smallest lead [B].

        The lead is how far the best logit of a step is ahead of the second best.
        """
        rows = len(state_BH)
        written = np.full((rows, STEPS), _STOP)
        margins = np.full(rows, np.inf, np.float32)
        last = np.full(rows, _START)
        running = np.arange(rows)
        scratch = self._decoder.scratch(rows)
        for step in range(STEPS):
            state_BH = self._decoder.step(last, state_BH, scratch)
            logits_BP = np.matmul(state_BH, self._out)
            logits_BP += self._out_bias
            last = logits_BP.argmax(axis=1)
            each = np.arange(len(last))
            best = logits_BP[each, last]
            logits_BP[each, last] = -np.inf
            margins[running] = np.minimum(margins[running], best - logits_BP.max(axis=1))
            unfinished = last != _STOP
            running, last, state_BH = running[unfinished], last[unfinished], state_BH[unfinished]
            if not len(running):
                break
            written[running, step] = last
        return written, margins


def _letters(words: Sequence[str], longest: int) -> NDArray[np.int64]:
    """The letters [B, T] of words, -1 behind their ends."""
    letters_BT = np.full((len(words), longest), -1)
    for row, word in enumerate(words):
        letters_BT[row, : len(word)] = [
            3 + _LETTERS.index(char) if char in _LETTERS else _UNK for char in word
        ]
    return letters_BT


class _Cell:
    """One GRU over symbols; gates in the order reset, update, new.

    The products of a step are written into an array that is used again, and worked on a few rows
    at a time, which stay in the core's own cache: beside the product, memory is what costs most.
    """

    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        bias = weights[f"{name}_b_hh"].copy()
        self.width = len(bias) // 3
        both = 2 * self.width
        of_symbol = np.matmul(weights[f"{name}_emb"], weights[f"{name}_w_ih"].T)
        of_symbol += weights[f"{name}_b_ih"]
        of_symbol[:, :both] += bias[:both]
        # The sigmoid wants the gates' negatives, so these are what is looked up and multiplied.
        self._of_gates, self._of_new = -of_symbol[:, :both], of_symbol[:, both:].copy()
        self._bias_new = bias[both:]
        self._hidden = weights[f"{name}_w_hh"].T.copy()
        self._hidden[:, :both] *= -1

    def scratch(self, rows: int) -> Floats:
        """Memory for the product of a step."""
        return np.empty((rows, 3 * self.width), np.float32)

    def step(self, symbols_B: NDArray[np.int64], state_BH: Floats, scratch: Floats) -> Floats:
        """The state [B, H] behind one more symbol; `scratch` [at least B, 3H] is written to."""
        product = np.matmul(state_BH, self._hidden, out=scratch[: len(state_BH)])
        next_BH = np.empty_like(state_BH)
        for start in range(0, len(state_BH), TILE):
            rows = slice(start, start + TILE)
            self._gate(symbols_B[rows], state_BH[rows], product[rows], next_BH[rows])
        return next_BH

    def _gate(
        self, symbols_B: NDArray[np.int64], state_BH: Floats, product: Floats, next_BH: Floats
    ) -> None:
        """Write the next state of a few rows, from the product, which is overwritten."""
        both = 2 * self.width
        gates = self._of_gates[symbols_B]
        gates += product[:, :both]
        np.exp(gates, out=gates)
        gates += 1
        np.reciprocal(gates, out=gates)
        reset, update = gates[:, : self.width], gates[:, self.width :]
        new = product[:, both:]
        new += self._bias_new
        new *= reset
        new += self._of_new[symbols_B]
        np.tanh(new, out=new)
        np.subtract(state_BH, new, out=next_BH)
        next_BH *= update
        next_BH += new


def _phonemes(written: NDArray[np.int64]) -> Phonemes:
    return tuple(_PHONEME[index] for index in written.tolist() if index in _PHONEME)
