"""The encoder's folder that a checkpoint of the first implementation becomes.

Guarantees: it appears whole or is marked as unfinished; what it takes besides weights (the aligner
of letters and phonemes, the pronunciations) is ours.
"""

import json
from pathlib import Path

import torch
from torch import nn

from pngnw.align import ALIGNER, WORDPIECES, aligner_training
from pngnw.align.wordpieces import Wordpieces
from pngnw.core.atomic import marked_unfinished, write_text
from pngnw.core.errors import UserError
from pngnw.model import io
from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.phonemize import DATA_VERSIONS
from pngnw.tools.importer.checkpoint import Checkpoint, Switches


def write(checkpoint: Path, vocab: Path, out: Path) -> list[str]:
    """Make the folder `out` of a checkpoint and its vocabulary, one token a line.

    Returns:
        What of the checkpoint was not carried over, a line each.

    Raises:
        UserError: a file cannot be read, they do not fit, a switch cannot be carried over, or
            there is an encoder in `out`.
    """
    if (out / io.CONFIG).exists():
        raise UserError(f"{out}: holds an encoder; give a new folder")
    read = Checkpoint.load(checkpoint)
    tokens = _tokens(vocab)
    weights = read.encoder_weights(tokens)
    config = read.switches.ours()
    encoder = PnGNWEncoder(config, len(tokens), torch.Generator().manual_seed(0))
    try:
        encoder.load_state_dict(weights)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{checkpoint}: its weights do not fit its switches ({reason})") from None
    heads = Heads(config, len(tokens), torch.Generator().manual_seed(0))
    nn.init.zeros_(heads.emoji_out.weight)
    left_out = not_carried(read.switches)
    with marked_unfinished(out):
        io.save(out, encoder, heads)
        # A piece that occurs again is never looked up; names must differ.
        first = dict(reversed([(token, at) for at, token in enumerate(tokens)]))
        unique = [t if first[t] == at else f"[again{at}]" for at, t in enumerate(tokens)]
        Wordpieces(unique).save(out / WORDPIECES)
        aligner_training.train().save(out / ALIGNER)
        needs = {"packages": DATA_VERSIONS, "lexicon": None, "piece_of_phoneme": "nearest"}
        write_text(out / io.LEXICON_NEEDS, json.dumps(needs, indent=1) + "\n")
        write_text(out / io.CARD, _card(read.switches, left_out))
    return left_out


def not_carried(switches: Switches) -> list[str]:
    """What an imported encoder does otherwise than the checkpoint did; docs/import.md has more."""
    lines = [
        "its heads: out.emoji says 1/64 of each, and further pretraining starts new heads",
        "capital letters: A is read as a (the word type still tells capitals)",
        "its cased wordpieces: words are looked up in lower case",
        'marks within a word: "it." is one word there, and two here',
    ]
    if switches.attention_probs_dropout_prob:
        dropout = f"attention_probs_dropout_prob = {switches.attention_probs_dropout_prob:g}"
        lines.append(f"{dropout}: no dropout within attention here; matters to fine-tuning alone")
    return lines


def _tokens(path: Path) -> list[str]:
    """Its vocabulary as its `main.py` reads it: without the lines that are blank."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); give its vocab.txt") from None
    tokens = [line.strip() for line in lines if line.strip()]
    if "[UNK]" not in tokens:
        raise UserError(f"{path}: has no line [UNK]; give the vocab.txt beside its code")
    return tokens


def _card(switches: Switches, left_out: list[str]) -> str:
    lines = [
        "# Encoder imported from CookiePPP/pngnw_bert",
        "",
        f"{switches.num_hidden_layers} layers of width {switches.hidden_size}, positions "
        f"{switches.position_embedding_type}. Training, text and licence are those of the "
        "checkpoint, which does not say them.",
        "",
        "Not carried over:",
        "",
        *(f"- {line}" for line in left_out),
        "",
    ]
    return "\n".join(lines)
