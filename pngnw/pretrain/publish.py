"""models/encoder: the trained encoder with all that text needs on its way to it.

Writes weights and configuration (pngnw.model.io), the wordpiece vocabulary, the phoneme aligner,
the pronunciations' provenance (`lexicon.json`, and `lexicon.txt` if the user gave one) and a model
card. Guarantees: a folder that was not finished is refused by `pngnw.model.io.load`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pngnw.core.atomic import copy, marked_unfinished, write_text
from pngnw.model import io
from pngnw.params import Params
from pngnw.phonemize.lexicon import DATA_VERSIONS
from pngnw.pretrain.state import State


def publish(
    folder: Path, state: State, align: Path, params: Params, figures: Mapping[str, Any]
) -> None:
    """Write the folder.

    Args:
        folder: models/encoder.
        state: after training.
        align: data/align, which holds wordpieces.txt and the aligner.
        params: all parameters.
        figures: held-out figures for the model card.
    """
    with marked_unfinished(folder):
        _fill(folder, state, align, params, figures)


def _fill(
    folder: Path, state: State, align: Path, params: Params, figures: Mapping[str, Any]
) -> None:
    io.save(folder, state.encoder, state.heads)
    copy(align / io.WORDPIECES, folder / io.WORDPIECES)
    if (align / io.ALIGNER).exists():
        copy(align / io.ALIGNER, folder / io.ALIGNER)
    own = params.phonemize.lexicon
    if own is not None:
        copy(Path(own), folder / io.LEXICON)
    needs = {
        "packages": DATA_VERSIONS,
        "lexicon": None if own is None else io.LEXICON,
        "piece_of_phoneme": params.align.piece_of_phoneme,
    }
    write_text(folder / io.LEXICON_NEEDS, json.dumps(needs, indent=1) + "\n")
    write_text(folder / io.CARD, card(state, params, figures, DATA_VERSIONS))


def card(
    state: State, params: Params, figures: Mapping[str, Any], packages: Mapping[str, str]
) -> str:
    """The model card in Markdown, with the metadata block that model hubs read."""
    model, pretrain = params.model, params.pretrain
    weights = sum(p.numel() for p in state.encoder.parameters())
    sources = ", ".join(source.name for source in params.fetch.sources)
    needs = ", ".join(f"{name} {version}" for name, version in packages.items())
    lines = [
        "---",
        "library_name: pngnw",
        "license: mit",
        "language: en",
        "tags: [text-to-speech, phonemes, bert]",
        "---",
        "",
        "# PnGNW BERT encoder",
        "",
        "Phoneme-side states, emoji distribution and sentence state of English text, for a "
        "text-to-speech decoder.",
        "",
        "```python",
        "from pngnw import Encoder",
        'encoder = Encoder.from_pretrained("models/encoder")',
        'out = encoder(["Mr. Darcy was read to by the red-haired reader."])',
        "```",
        "",
        f"- Model: {model.layers} layers of width {model.width}, {model.heads} heads, positions "
        f"{model.pos_emb}, graphemes: {model.grapheme_unit}s; {weights:,} weights.",
        f"- Training: {state.step} steps of at most {pretrain.batch_tokens} tokens, "
        f"{pretrain.precision}, seed {params.base.seed}.",
        f"- Text: {sources}. The licences are those of the sources: see docs/data.md.",
        f"- Emoji teacher: {params.teach.backend}"
        + (", not DeepMoji itself." if params.teach.backend == "prototype" else "."),
        f"- Pronunciations: {needs}"
        + ("." if params.phonemize.lexicon is None else f", and {io.LEXICON} in this folder."),
        "",
        "## Held-out figures",
        "",
        "Words hidden: 15% of them, one task at a time; the emoji are those of untouched text.",
        "",
        "| measure | value |",
        "|---|---|",
        *(f"| {name} | {value:.6g} |" for name, value in flatten(figures)),
        "",
    ]
    return "\n".join(lines)


def flatten(figures: Mapping[str, Any], prefix: str = "") -> list[tuple[str, float]]:
    """Nested figures to (dotted name, number) pairs."""
    out: list[tuple[str, float]] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            out += flatten(value, f"{prefix}{name}.")
        else:
            out.append((f"{prefix}{name}", value))
    return out
