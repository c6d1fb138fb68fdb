"""A folder that `AutoModel` of the package transformers reads; that package is not needed here."""

import json
import shutil
from pathlib import Path

from pngnw.core.atomic import atomic_write, write_text
from pngnw.encoder import Encoder

CODE = "modeling_pngnw.py"
ENCODER = "encoder"  # the folder in it, as modeling_pngnw.py knows it


def export(encoder: Encoder, folder: Path) -> None:
    """Write config.json, the code that it names, and the encoder's own folder."""
    model = encoder.model.config
    encoder.save_pretrained(folder / ENCODER)
    with atomic_write(folder / CODE) as temporary:
        shutil.copyfile(Path(__file__).with_name(CODE), temporary)
    module = CODE.removesuffix(".py")
    config = {
        "model_type": "pngnw",
        "architectures": ["PngnwModel"],
        "auto_map": {"AutoConfig": f"{module}.PngnwConfig", "AutoModel": f"{module}.PngnwModel"},
        "hidden_size": model.width,
        "num_hidden_layers": model.layers,
        "num_attention_heads": model.heads,
        "intermediate_size": model.feed_forward,
        "max_position_embeddings": model.max_tokens,
    }
    write_text(folder / "config.json", json.dumps(config, indent=1) + "\n")
