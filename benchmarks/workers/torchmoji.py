"""The peer torchMoji, from the checkout that PEER_TORCHMOJI names, its files untouched.

What it needs to run on a Python and a PyTorch of today is mended here, in memory:
- `(?i)` inside a pattern: Python 3.11 wants it in front, where it means the same;
- a word's `.decode`, which Python 3 lacks: without it repeated letters are not folded as under
  Python 2, for which it was written (TEACH_UNFOLDED=1 leaves that as it is);
- packed sequences had two fields, they have four now; lengths may no longer be a numpy array;
- scikit-learn and emoji are imported by parts that are not used here.
An answer is as in `benchmarks.workers.teach`.
"""

import json
import os
import re
import sys
import types
import warnings
from typing import Any, NamedTuple

from benchmarks.workers.serve import Speak, serve

WORDS = 30


def load() -> Speak:
    """Import the checkout and load the weights."""
    sys.path.insert(0, os.environ["PEER_TORCHMOJI"])
    _without_unused_packages()
    warnings.simplefilter("ignore")
    import numpy as np
    import torch

    _patterns_of_today()
    from torchmoji import filter_utils, model_def
    from torchmoji.sentence_tokenizer import SentenceTokenizer

    if os.environ.get("TEACH_UNFOLDED") != "1":
        original = filter_utils.shorten_word
        filter_utils.shorten_word = lambda word: original(_Decodable(word))
    _sequences_of_today(torch, model_def)
    folder = os.environ["TEACH_FOLDER"]
    with open(f"{folder}/vocabulary.json", encoding="utf-8") as file:
        tokenizer = SentenceTokenizer(json.load(file), WORDS)
    weights = f"{folder}/pytorch_model.bin"
    network = model_def.torchmoji_emojis(weights)
    wanted = os.environ.get("WORKER_ANSWERS") == "1"
    features = model_def.torchmoji_feature_encoding(weights) if wanted else None

    def speak(texts: list[str]) -> Any:
        tokens, _, _ = tokenizer.tokenize_sentences(texts)
        probabilities = network(tokens)
        if features is None:
            return None
        rows = [row[: np.count_nonzero(row)].tolist() for row in tokens]
        return [rows, probabilities.tolist(), features(tokens).tolist()]

    return speak


class _Decodable(str):
    """A word as Python 2 knew it: `.decode("ascii")` fails if it is not ASCII."""

    def decode(self, _: str) -> str:
        self.encode("ascii")
        return str(self)


class _TwoFields(NamedTuple):
    data: Any
    batch_sizes: Any
    unsorted_indices = None


def _without_unused_packages() -> None:
    names = {"emoji": "UNICODE_EMOJI", "sklearn": "", "sklearn.model_selection": "train_test_split"}
    for name, member in names.items():
        sys.modules[name] = types.ModuleType(name)
        setattr(sys.modules[name], member, None)


def _patterns_of_today() -> None:
    compile_ = re.compile

    def compiled(pattern: Any, flags: int = 0) -> Any:
        if isinstance(pattern, str) and "(?i)" in pattern:
            pattern = "(?i)" + pattern.replace("(?i)", "")
        return compile_(pattern, flags)

    re.compile = compiled
    try:
        import torchmoji.tokenizer  # noqa: F401  compiles its pattern when imported
    finally:
        re.compile = compile_


def _sequences_of_today(torch: Any, model_def: Any) -> None:
    from torchmoji import lstm

    pack = model_def.pack_padded_sequence
    lstm.PackedSequence = model_def.PackedSequence = _TwoFields
    model_def.pack_padded_sequence = lambda ids, lengths, batch_first: pack(
        ids, torch.as_tensor(lengths), batch_first=batch_first
    )


if __name__ == "__main__":
    serve(load)
