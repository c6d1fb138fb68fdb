"""The `torchmoji` teacher: published weights and vocabulary, our network.

Guarantees: for each text the distribution and the features of the reference implementation (in
fp32, see `pngnw.teach.torchmoji_network`); a blank text gets the network's prior.
"""

from collections.abc import Sequence
from typing import Final

import torch

from pngnw.core.errors import UserError
from pngnw.params import Torchmoji
from pngnw.teach import torchmoji_weights
from pngnw.teach.backends import Taught
from pngnw.teach.files import torchmoji_files
from pngnw.teach.torchmoji_network import Network
from pngnw.teach.torchmoji_vocabulary import Vocabulary

_DTYPES: Final = {"fp32": torch.float32, "bf16": torch.bfloat16}


class TorchMoji:
    """Teaches texts; see `pngnw.teach.backends.Backend`."""

    def __init__(self, vocabulary: Vocabulary, network: Network) -> None:
        self._vocabulary = vocabulary
        self._network = network

    @classmethod
    def load(cls, params: Torchmoji) -> "TorchMoji":
        """Read the files that `params` names; as many threads as PyTorch is set to.

        Raises:
            UserError: a file is missing, is not what it should be, or does not fit the other.
        """
        paths = torchmoji_files(params)
        vocabulary = Vocabulary.read(paths["vocabulary"], params.max_tokens, params.fold_repeats)
        network = Network(
            torchmoji_weights.read(paths["weights"]),
            _DTYPES[params.precision],
            torch.get_num_threads(),
        )
        if vocabulary.size > network.vocabulary:
            raise UserError(
                f"{paths['vocabulary']}: has word number {vocabulary.size - 1}, but "
                f"{paths['weights']} has {network.vocabulary} words; give files of "
                "one model"
            )
        return cls(vocabulary, network)

    def __call__(self, texts: Sequence[str], /) -> Taught:
        """Distributions [N, 64] and features [N, 2304]."""
        probabilities, features = self._network(self._vocabulary.tokens(texts))
        return Taught(probabilities.numpy(), features.numpy())

    def tokens(self, texts: Sequence[str], /) -> list[list[int]]:
        """Word numbers of each text."""
        return self._vocabulary.tokens(texts)
