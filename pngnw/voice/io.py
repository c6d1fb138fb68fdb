"""A voice on disk: a folder for each arm, and beside them how its text is read.

`models/voice/<arm>/` has `model.safetensors` and `config.json`; `models/voice` has the files of the
encoder's folder by which text becomes tokens. Nothing else is needed to speak.
Guarantees: nothing but numbers and JSON is read.
"""

import json
from pathlib import Path
from typing import Final

import torch
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as as_safetensors

from pngnw.align import ALIGNER, WORDPIECES
from pngnw.align.symbols import TOKENS
from pngnw.arms.encoders import CONVOLUTIONAL, TextEncoder, TransformerText, build
from pngnw.core.atomic import atomic_write, copy, refuse_unfinished, write_text
from pngnw.core.errors import UserError
from pngnw.model import LEXICON, LEXICON_NEEDS
from pngnw.model import io as encoder_io
from pngnw.model.network import PnGNWEncoder
from pngnw.params import Arm, ModelConfig, Section, Voice
from pngnw.voice.network import VoiceNetwork

WEIGHTS, CONFIG = "model.safetensors", "config.json"
READING: Final = (ALIGNER, WORDPIECES, LEXICON, LEXICON_NEEDS)


class Config(Section):
    """Contents of config.json; `model` and `vocab_size` are of the encoder it was trained on."""

    arm: Arm
    settings: Voice
    model: ModelConfig
    vocab_size: int
    tokens: list[str]


def save(folder: Path, network: VoiceNetwork, arm: Arm, settings: Voice, encoder: Path) -> None:
    """Write weights and configuration; each file appears whole or not at all."""
    known = encoder_io.load(encoder)[2]
    weights = {name: value.contiguous() for name, value in network.state_dict().items()}
    with atomic_write(folder / WEIGHTS) as temporary:
        temporary.write_bytes(as_safetensors(weights))
    config = Config(
        arm=arm,
        settings=settings,
        model=known.model,
        vocab_size=known.vocab_size,
        tokens=list(TOKENS.symbols),
    )
    write_text(folder / CONFIG, json.dumps(config.model_dump(), ensure_ascii=False, indent=1))


def copy_reading(encoder: Path, folder: Path) -> None:
    """Copy what text is read by."""
    for name in READING:
        if (encoder / name).exists():
            copy(encoder / name, folder / name)


def load(voice: Path, arm: str | None) -> tuple[VoiceNetwork, Config]:
    """The voice of an arm, in eval mode.

    Args:
        voice: the folder of all arms.
        arm: which; None for the one that the run named first.

    Raises:
        UserError: there is no voice, none of this arm, or a file is damaged or of another version.
    """
    if not voice.is_dir():
        raise UserError(f"{voice}: no voice here; run `dvc repro voice`")
    refuse_unfinished(voice)
    there = sorted(path.parent.name for path in voice.glob(f"*/{CONFIG}"))
    configs = {name: _config(voice / name / CONFIG) for name in there}
    if not configs:
        raise UserError(f"{voice}: holds no voice; run `dvc repro voice`")
    first = next(iter(configs.values())).settings.arms[0]
    chosen = arm or first
    if chosen not in configs:
        raise UserError(f"{voice}: no voice of the arm {chosen!r}; there are {', '.join(there)}")
    config, path = configs[chosen], voice / chosen / WEIGHTS
    network = VoiceNetwork(_text(config), config.settings, config.settings.seed)
    try:
        network.load_state_dict(load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"{path}: cannot be used ({reason}); run `dvc repro voice`") from None
    return network.eval(), config


def _text(config: Config) -> TextEncoder:
    """The arm, untrained."""
    settings = config.settings
    if config.arm in CONVOLUTIONAL:
        return build(config.arm, Path(), settings.layer, settings.text_width, settings.seed)
    encoder = PnGNWEncoder(config.model, config.vocab_size, torch.Generator().manual_seed(0))
    return TransformerText(encoder, settings.layer, phonemes_only=config.arm == "phoneme-only")


def _config(path: Path) -> Config:
    try:
        config = Config.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise UserError(
            f"{path}: {error.errors()[0]['msg']}; made by another version? run `dvc repro voice`"
        ) from None
    if tuple(config.tokens) != TOKENS.symbols:
        raise UserError(f"{path}: made for another token vocabulary; run `dvc repro voice`")
    return config
