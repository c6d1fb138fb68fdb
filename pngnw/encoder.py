"""Text to encoder states: the whole way from a string, for text-to-speech and everyone else.

Guarantees: a text's states do not depend on the texts beside it (to 1e-5); rows come back in the
order of the texts; text is normalized, pronounced and aligned exactly as in pretraining, with the
pronunciations that the folder names. An encoder may be called from many threads and, on the CPU, in
forked processes, with one thread of PyTorch each. Its folder is read once and not needed again, and
without a network; `huggingface_hub` is imported for a model of the hub alone.

Letters: B texts, P the most phonemes, H width.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from pngnw.align import ALIGNER, WORDPIECES
from pngnw.core.atomic import atomic_write
from pngnw.core.errors import UserError
from pngnw.model import io
from pngnw.model.heads import NUM_EMOJI, Heads
from pngnw.model.inputs import assemble, phonemes_only
from pngnw.model.network import PnGNWEncoder
from pngnw.spoken import Spoken, read_phonemes
from pngnw.text import TextBatch, TextReader

BATCH_TOKENS = 8192
# All that an encoder's folder has besides weights and configuration.
BESIDE = (io.CARD, ALIGNER, io.LEXICON_NEEDS, io.LEXICON, WORDPIECES)
SHIPPED = Path(__file__).parent / "weights"
# How the model card calls the folder that pretraining writes.
TRAINED = "models/encoder"
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def chosen_folder(name: str | None) -> Path:
    """The encoder that a command is given, else the one trained here, else that of the package."""
    if name is not None:
        return Path(name)
    return Path(TRAINED) if Path(TRAINED).is_dir() else SHIPPED


if hasattr(os, "register_at_fork"):  # not on Windows
    # OpenMP's threads do not survive a fork; the child would wait for them without end.
    os.register_at_fork(after_in_child=partial(torch.set_num_threads, 1))


@dataclass(frozen=True)
class EncoderOutput:
    """States of B texts.

    Attributes:
        hidden: [B, P, H] float32 states of the phoneme side, zero beyond each text's length.
        lengths: [B] int64 phonemes and punctuation marks of each text, on the device of `hidden`.
        phonemes: for each text what its rows of `hidden` stand for, ARPAbet or marks.
        words: for each row the word it belongs to, as spoken ("twenty" for "20").
        word_index: for each row the number of that word in its text, from 0.
        emoji: [B, 64] float32 probabilities in DeepMoji's published order.
        sentence: [B, H] float32 state of the whole text: the mean over its tokens, last layer.
        unspoken: for each text the pieces that have no reading here, such as words in another
            script and emoji, as written and in order; they are not among its phonemes.
    """

    hidden: Tensor
    lengths: Tensor
    phonemes: list[list[str]]
    words: list[list[str]]
    word_index: list[list[int]]
    emoji: Tensor
    sentence: Tensor
    unspoken: list[list[str]]


class Encoder(nn.Module):
    """A pretrained encoder that reads text; make one with `from_pretrained`.

    In eval mode, as it comes, no gradients are kept. After `.train()` they flow, for fine-tuning;
    `freeze` keeps parts as they are. `.to(device)` moves it, and with it what it answers.
    """

    def __init__(
        self,
        network: PnGNWEncoder,
        heads: Heads,
        reader: TextReader,
        files: Mapping[str, bytes],
    ) -> None:
        super().__init__()
        self.model = network
        self.heads = heads
        self.reader = reader
        self.files = files  # of its folder, by name, besides weights and configuration

    @classmethod
    def from_pretrained(
        cls, pretrained_model_name_or_path: str | Path = SHIPPED, **options: Any
    ) -> Self:
        """Load a folder that pretraining or `save_pretrained` wrote, or a model of a hub.

        Without a name it is the encoder that lies in this package, that of the default run.

        Warns on stderr when pronunciations come from other package versions than in pretraining.

        Args:
            pretrained_model_name_or_path: a folder; a string like "user/name" is looked up on the
                Hugging Face hub if there is no such folder, nor, without options, a folder "user".
            options: `revision`, `token`, `cache_dir` and others of
                `huggingface_hub.snapshot_download`, for the hub.

        Raises:
            UserError: the folder or one of its files is missing or damaged, or the hub has no such
                model or cannot be reached.
        """
        name = pretrained_model_name_or_path
        folder = Path(name)
        if not isinstance(name, Path) and not folder.is_dir():
            # What can only be a path, or looks like one here, is not asked for on a network.
            looks_local = name == TRAINED or folder.parent.is_dir()
            if options or (_HUB_NAME.fullmatch(name) and not looks_local):
                folder = _download(name, options)
        network, heads, config = io.load(folder)
        reader = TextReader.load(folder)
        if reader.aligner.wordpieces.size != config.vocab_size:
            raise UserError(
                f"{folder / WORDPIECES}: has {reader.aligner.wordpieces.size} wordpieces, the "
                f"encoder beside it knows {config.vocab_size}; take the file that it was saved with"
            )
        paths = {name: folder / name for name in BESIDE}
        files = {name: path.read_bytes() for name, path in paths.items() if path.is_file()}
        return cls(network, heads, reader, files).eval()

    def save_pretrained(self, save_directory: str | Path, half: bool = False) -> None:
        """Weights as they are now, and the other files as they were when this one was loaded.

        `half` writes float16, which takes half of the space.
        """
        folder = Path(save_directory)
        io.save(folder, self.model, self.heads, half)
        for name, content in self.files.items():
            with atomic_write(folder / name) as temporary:
                temporary.write_bytes(content)

    def push_to_hub(
        self,
        repo_id: str,
        *,
        private: bool | None = None,
        token: str | None = None,
        **options: Any,
    ) -> str:
        """Upload what `save_pretrained` writes: safetensors, JSON, word lists and the model card.

        The card's example gets the name on the hub. A lexicon of your own goes with the encoder.

        Args:
            repo_id: "user/name"; made if it is not there.
            private: for a new one; by default it is public, unless your organization's are not.
            token: by default the one of `hf auth login` or of HF_TOKEN; it is written nowhere.
            options: `commit_message`, `revision`, `create_pr` of `HfApi.upload_folder`.

        Returns:
            The address of the commit.

        Raises:
            UserError: the hub cannot be reached, knows no such user, or takes nothing from you.
        """
        from huggingface_hub import HfApi

        api = HfApi(token=token)
        remedy = "log in with `hf auth login` or set HF_TOKEN, and look at the name and the network"
        with tempfile.TemporaryDirectory() as folder:
            self.save_pretrained(folder)
            card = Path(folder) / io.CARD
            with _hub_errors(f"{repo_id}: the hub did not take it", remedy):
                name = api.create_repo(repo_id, private=private, exist_ok=True).repo_id
                text = card.read_text(encoding="utf-8")
                card.write_text(text.replace(f'"{TRAINED}"', f'"{name}"'), encoding="utf-8")
                return str(api.upload_folder(repo_id=name, folder_path=folder, **options))

    def freeze(self, embeddings: bool = True, layers: int = 0) -> None:
        """Let fine-tuning leave the lower part of the encoder as it is.

        Each call says anew what is frozen; `freeze(embeddings=False)` frees everything.

        Args:
            embeddings: freeze the embeddings of tokens, words and positions.
            layers: how many of the lowest layers to freeze.

        Raises:
            UserError: the encoder has fewer layers.
        """
        if not 0 <= layers <= len(self.model.layers):
            raise UserError(f"freeze: layers = {layers}; the encoder has {len(self.model.layers)}")
        self.model.embeddings.requires_grad_(not embeddings)
        for number, layer in enumerate(self.model.layers):
            layer.requires_grad_(number >= layers)

    def read(self, texts: Sequence[str]) -> TextBatch:
        """Texts as the network takes them, without running it; raises what `forward` does."""
        return self.reader.read(texts, self.model.config)

    def refused(self, texts: Sequence[str]) -> dict[int, str]:
        """Which of some texts cannot be encoded, by their numbers, and why; runs no network."""
        return self.reader.refused(texts, self.model.config)

    def forward(self, texts: Sequence[str], layer: int | None = None) -> EncoderOutput:
        """Encode texts.

        Args:
            texts: any written English; a sentence or two each.
            layer: whose states `hidden` holds, see `PnGNWEncoder`; the last by default.

        Raises:
            TypeError: one of the texts is no string.
            UserError: a text holds nothing to say, or more than the model can take at once.
        """
        return self.output(self.read(texts), layer)

    def from_phonemes(
        self, phonemes: Sequence[Spoken], layer: int | None = None, alphabet: str = "arpabet"
    ) -> EncoderOutput:
        """Encode sentences of which there are phonemes only, without spelling and word values.

        Args:
            phonemes: lines as `pngnw phonemize` prints them, `HH AH0 L OW1 | W ER1 L D | .`; or
                sentences of words of such symbols; or of their ids in `pngnw.align.symbols.TOKENS`.
            layer: as in `forward`.
            alphabet: of lines: arpabet; ipa, as `pngnw phonemize --alphabet ipa` prints them; or
                espeak, as espeak-ng writes en-us.

        Returns:
            As of texts; a word is called by its phonemes.

        Raises:
            UserError: a sentence has a symbol that is none, no phoneme, or more than the model can
                take at once.
        """
        return self.output(read_phonemes(phonemes, self.model.config, alphabet), layer)

    def output(self, batch: TextBatch, layer: int | None = None) -> EncoderOutput:
        """What `forward` and `from_phonemes` give of what they have read."""
        sentences = batch.sentences
        count, width = len(sentences), self.model.config.width
        lengths = np.diff(sentences.phoneme_start)
        where = self.heads.emoji_out.weight
        zeros = partial(torch.zeros, device=where.device, dtype=torch.float32)
        hidden = zeros((count, int(lengths.max(initial=0)), width))
        emoji, sentence = zeros((count, NUM_EMOJI)), zeros((count, width))
        with torch.set_grad_enabled(self.training and torch.is_grad_enabled()):
            for indices in _batches(batch.lengths):
                states, whole, logits = self._encode(batch, indices, layer)
                hidden[indices, : states.shape[1]] = states.float()
                sentence[indices] = whole
                emoji[indices] = logits.float().softmax(-1)
        return EncoderOutput(
            hidden=hidden,
            lengths=torch.from_numpy(lengths).to(where.device),
            phonemes=batch.phonemes,
            words=batch.words,
            word_index=batch.word_index,
            emoji=emoji,
            sentence=sentence,
            unspoken=batch.unspoken,
        )

    def _encode(
        self, batch: TextBatch, indices: np.ndarray, layer: int | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Phoneme-side states [b, p, H], sentence states [b, H] and emoji logits [b, 64]."""
        device = self.model.embeddings.token.weight.device
        inputs = assemble(batch.sentences, indices, self.model.config)
        inputs = (phonemes_only(inputs) if batch.phonemes_only else inputs).to(device)
        top = len(self.model.layers)
        chosen, last = self.model.layer_states(inputs, [top if layer is None else layer, top])
        rows, valid = inputs.phoneme_rows()
        emoji = self.heads.emoji(last[rows], valid).logits
        whole = self.model.sentence_states(last, inputs)
        return chosen[rows] * valid[..., None], whole, emoji


def _download(name: str, options: dict[str, Any]) -> Path:
    """The folder of a model of the hub, in the hub's own cache."""
    from huggingface_hub import snapshot_download

    remedy = "run `dvc repro pretrain` or give the folder of a trained one"
    with _hub_errors(f"{name}: neither a folder nor a model that the hub gives out", remedy):
        return Path(snapshot_download(name, **options))


@contextmanager
def _hub_errors(problem: str, remedy: str) -> Iterator[None]:
    """What the hub, or the way to it, says, in one line."""
    from huggingface_hub.errors import (  # type: ignore[attr-defined] # of its HTTP client
        HFValidationError,
        HTTPError,
    )

    try:
        yield
    except (HFValidationError, HTTPError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{problem} ({reason}); {remedy}") from None


def _batches(lengths: np.ndarray) -> list[np.ndarray]:
    """Indices by length, cut so that a padded batch holds about `BATCH_TOKENS` tokens."""
    order = np.argsort(lengths, kind="stable")
    batches, start = [], 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and (stop + 1 - start) * lengths[order[stop]] <= BATCH_TOKENS:
            stop += 1
        batches.append(order[start:stop])
        start = stop
    return batches
