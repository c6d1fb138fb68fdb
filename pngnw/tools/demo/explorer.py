"""What the page asks: a sentence read, encoded and compared, with and without changes by hand.

Guarantees: an answer depends on the question alone; nothing of it is kept. One question at a time
is worked on, so that questions may come from several threads.

Letters: N tokens, P phonemes, H width.
"""

import base64
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from pngnw.align.aligner import Aligner
from pngnw.align.sentences import ALIGNER
from pngnw.core.errors import UserError
from pngnw.encoder import Encoder
from pngnw.model import io
from pngnw.model.emoji import Bags
from pngnw.model.inputs import assemble
from pngnw.model.sentences import Sentences
from pngnw.phonemize.arpabet import ARPABET
from pngnw.teach.emoji import EMOJI, names
from pngnw.teach.minilm import MiniLM
from pngnw.teach.prototype import PrototypeTeacher
from pngnw.text import Reader
from pngnw.tools.demo import index as indices
from pngnw.tools.demo.attention import attention
from pngnw.tools.demo.held_out import held_out
from pngnw.tools.demo.index import Index
from pngnw.tools.demo.moved import apart, moved
from pngnw.tools.demo.reading import Sentence, arrays, changed, read
from pngnw.tools.demo.shown import shown_tokens, shown_words

NEIGHBOURS: Final = 5
Changes = Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class _States:
    """Of one sentence: phonemes [P, H], sentence [H], and emoji [64] as told by the model and by
    its states alone."""

    phonemes: Tensor
    sentence: Tensor
    emoji: Tensor
    emoji_states: Tensor


class Explorer:
    """An encoder, its reader, the prototype teacher and an index; make one with `open`."""

    def __init__(
        self,
        encoder: Encoder,
        reader: Reader,
        aligner: Aligner | None,
        teacher: PrototypeTeacher,
        index: Index,
        name: str,
    ) -> None:
        self._encoder = encoder
        self._reader = reader
        self._aligner = aligner
        self._teacher = teacher
        self._index = index
        self._name = name
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, data: Path) -> "Explorer":
        """Load everything; the first time for an encoder takes seconds more, for the index.

        Args:
            folder: of a trained encoder.
            data: of the clean stage; need not be there.

        Raises:
            UserError: a file is missing or damaged.
        """
        network, heads, _ = io.load(folder)
        reader = Reader.load(folder)
        encoder = Encoder(network, heads, reader, folder).eval()
        needs = json.loads((folder / io.LEXICON_NEEDS).read_text(encoding="utf-8"))
        aligned = needs["piece_of_phoneme"] == "aligned"
        aligner = Aligner.load(folder / ALIGNER) if aligned else None
        index = indices.load(encoder, folder, *held_out(data))
        teacher = PrototypeTeacher(MiniLM.load())
        return cls(encoder, reader, aligner, teacher, index, folder.as_posix())

    def about(self) -> dict[str, Any]:
        """What stays the same while the page is open."""
        model = self._encoder.model.config
        return {
            "model": self._name,
            "layers": model.layers,
            "heads": model.heads,
            "width": model.width,
            "pos_emb": model.pos_emb,
            "max_tokens": model.max_tokens,
            "reads_words": model.emoji_words,
            "phonemes": list(ARPABET),
            "emoji": [list(pair) for pair in zip(EMOJI, names(), strict=True)],
            "index": {
                "source": self._index.source,
                "sentences": len(self._index.texts),
                "left_out": self._index.left_out,
                "typical": self._index.typical(),
            },
        }

    def sentences(self) -> tuple[str, tuple[str, ...]]:
        """What typed sentences are compared with: in words where they are from, and themselves."""
        return self._index.source, self._index.texts

    def explore(self, text: str, changes: Changes) -> dict[str, Any]:
        """A sentence, and if there are changes the sentence with them.

        Raises:
            UserError: nothing to say, too much to say, or a change that cannot be made.
        """
        with self._lock:
            plain = read(self._reader, text)
            sentences = [plain, changed(plain, changes)] if changes else [plain]
            packed = self._arrays(sentences)
            pieces = self._reader.aligner.wordpieces.pieces
            states = self._states(packed)
            words = [
                shown_words(each, packed, row, self._aligner, pieces)
                for row, each in enumerate(sentences)
            ]
            answers = [self._answers(own) for own in states]
            teacher = self._teacher([text])[0].astype(np.float64).tolist()
        found: dict[str, Any] = {
            "text": text,
            "unspoken": plain.unspoken,
            "teacher": _rounded(teacher),
            "before": {"words": words[0], **answers[0]},
            "after": None,
            "moved": None,
            "apart": None,
        }
        if changes:
            found["after"] = {"words": words[1], **answers[1]}
            rows = moved(plain.words, sentences[1].words, states[0].phonemes, states[1].phonemes)
            found["moved"] = [asdict(row) for row in rows]
            found["apart"] = apart(states[0].phonemes)
        return found

    def attention(self, text: str, changes: Changes, layer: int, head: int) -> dict[str, Any]:
        """Attention weights of a layer and a head, both from 0, as base64 of float32 [N, N].

        Raises:
            UserError: as `explore`, or there is no such layer or head.
        """
        model = self._encoder.model.config
        if layer >= model.layers or head >= model.heads:
            raise UserError(
                f"layer {layer}, head {head}: the encoder has {model.layers} layers of "
                f"{model.heads} heads, counted from 0"
            )
        with self._lock:
            packed = self._arrays([changed(read(self._reader, text), changes)])
            inputs = assemble(packed, np.arange(1), model)
            found = attention(self._encoder.model, inputs, layer)
        weights = found.weights[head].numpy().astype("<f4")
        return {
            "tokens": shown_tokens(inputs, self._reader.aligner.wordpieces.pieces),
            "weights": base64.b64encode(weights.tobytes()).decode("ascii"),
            "difference": found.difference,
            "largest": found.largest,
        }

    def _arrays(self, sentences: Sequence[Sentence]) -> Sentences:
        model = self._encoder.model.config
        packed = arrays(self._reader.aligner, sentences)
        longest = int(packed.lengths(model.grapheme_unit).max())
        if longest > model.max_tokens:
            raise UserError(
                f"{longest} tokens, the model takes {model.max_tokens}; split it into sentences"
            )
        return packed

    @torch.inference_mode()
    def _states(self, packed: Sentences) -> list[_States]:
        network, heads = self._encoder.model, self._encoder.heads
        rows = np.arange(len(packed))
        inputs = assemble(packed, rows, network.config)
        hidden = network(inputs)
        whole = network.sentence_states(hidden, inputs)
        emoji = heads.emoji(whole, Bags.of(packed, rows))
        index, valid = inputs.phoneme_rows()
        return [
            _States(
                hidden[index[row][valid[row]]],
                whole[row],
                emoji.best[row].softmax(-1),
                emoji.states[row].softmax(-1),
            )
            for row in range(len(packed))
        ]

    def _answers(self, states: _States) -> dict[str, Any]:
        near = self._index.nearest(states.sentence, NEIGHBOURS)
        return {
            "emoji": _rounded(states.emoji.tolist()),
            "emoji_states": _rounded(states.emoji_states.tolist()),
            "nearest": [{"text": text, "cosine": cosine} for text, cosine in near],
        }


def _rounded(numbers: Sequence[float]) -> list[float]:
    return [round(number, 6) for number in numbers]
