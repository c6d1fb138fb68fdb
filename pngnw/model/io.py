"""A trained encoder on disk: `model.safetensors` and `config.json` in one folder.

Guarantees: nothing but numbers and JSON is read, no pickled code; a folder whose weights were
trained with another token vocabulary, or in another format, is refused. Weights are named
`encoder.…` and `heads.…`.
"""

import json
from pathlib import Path

import torch
from pydantic import BaseModel, Field, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as as_safetensors

from pngnw.align.symbols import TOKENS
from pngnw.core.atomic import atomic_write, refuse_unfinished, write_text
from pngnw.core.errors import UserError
from pngnw.model import CARD as CARD
from pngnw.model import LEXICON as LEXICON
from pngnw.model import LEXICON_NEEDS as LEXICON_NEEDS
from pngnw.model.heads import Heads
from pngnw.model.network import PnGNWEncoder
from pngnw.params import ModelConfig, Section

WEIGHTS, CONFIG = "model.safetensors", "config.json"
FORMAT = 6


class Format(BaseModel):
    """The one key that config.json has in every format."""

    format: int


class Config(Section):
    """Contents of config.json: the model, the size of its wordpiece vocabulary, its tokens, and
    what its heads predict: the teacher's features, and the numbers of words by name.
    """

    format: int
    model: ModelConfig
    vocab_size: int
    tokens: list[str]
    features: bool = False
    of_words: dict[str, int] = Field(default_factory=dict)


def save(folder: Path, encoder: PnGNWEncoder, heads: Heads, half: bool = False) -> None:
    """Write weights and configuration; each file appears whole or not at all.

    `half`: in float16, half the size; they are float32 again once loaded.
    """
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        f"{name}.{key}": (value.half() if half else value).detach().cpu().contiguous()
        for name, module in (("encoder", encoder), ("heads", heads))
        for key, value in module.state_dict().items()
    }
    with atomic_write(folder / WEIGHTS) as temporary:
        temporary.write_bytes(as_safetensors(weights))  # its own files are for the owner alone
    config = Config(
        format=FORMAT,
        model=encoder.config,
        vocab_size=encoder.vocab_size,
        tokens=list(TOKENS.symbols),
        features=heads.emoji_features is not None,
        of_words=heads.dimensions,
    )
    write_text(folder / CONFIG, json.dumps(config.model_dump(), ensure_ascii=False, indent=1))


def load(folder: Path) -> tuple[PnGNWEncoder, Heads, Config]:
    """Read what `save` wrote, in eval mode on the CPU.

    Raises:
        UserError: the folder or a file in it is missing, half-written or damaged, or was made for
            another token vocabulary.
    """
    refuse_unfinished(folder)
    config = _config(folder / CONFIG)
    path = folder / WEIGHTS
    try:
        weights = load_file(path)
    except (FileNotFoundError, SafetensorError) as error:
        raise UserError(f"{path}: cannot be read ({error}); run `dvc repro pretrain`") from None
    generator = torch.Generator().manual_seed(0)  # spares the global one; the draws are replaced
    # float32, whatever the default dtype
    encoder = PnGNWEncoder(config.model, config.vocab_size, generator).float()
    heads = Heads(
        config.model, config.vocab_size, generator, config.features, config.of_words
    ).float()
    for name, module in (("encoder", encoder), ("heads", heads)):
        prefix = f"{name}."
        part = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        try:
            module.load_state_dict(part)
        except RuntimeError as error:
            reason = " ".join(str(error).split())[:200]
            raise UserError(f"{path}: does not fit {CONFIG} ({reason})") from None
    return encoder.eval(), heads.eval(), config


def _config(path: Path) -> Config:
    try:
        text = path.read_text(encoding="utf-8")
        version = Format.model_validate_json(text).format  # an older one may lack keys of the model
        if version != FORMAT:
            raise UserError(
                f"{path}: of format {version}, this version reads {FORMAT}; train the encoder anew"
            )
        config = Config.model_validate_json(text)
    except FileNotFoundError:
        raise UserError(
            f"{path.parent}: holds no encoder ({CONFIG} is missing); run `dvc repro pretrain` "
            "or give the folder of a trained one"
        ) from None
    except ValidationError as error:
        raise UserError(f"{path}: {error.errors()[0]['msg']}; not a pngnw encoder?") from None
    if tuple(config.tokens) != TOKENS.symbols:
        raise UserError(f"{path}: made for another token vocabulary; train the encoder anew")
    return config
