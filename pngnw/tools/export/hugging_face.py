"""A folder that `AutoModel` of the package transformers reads; that package is not needed here."""

import json
from pathlib import Path

from pngnw.core.atomic import copy, write_text
from pngnw.encoder import Encoder
from pngnw.tools.export.plbert import sizes

CODE = "modeling_pngnw.py"
ENCODER = "encoder"  # the folder in it, as modeling_pngnw.py knows it


def export(encoder: Encoder, folder: Path) -> None:
    """Write config.json, the code that it names, and the encoder's own folder."""
    encoder.save_pretrained(folder / ENCODER)
    copy(Path(__file__).with_name(CODE), folder / CODE)
    module = CODE.removesuffix(".py")
    config = {
        "model_type": "pngnw",
        "architectures": ["PngnwModel"],
        "auto_map": {"AutoConfig": f"{module}.PngnwConfig", "AutoModel": f"{module}.PngnwModel"},
        **sizes(encoder.model.config),
    }
    write_text(folder / "config.json", json.dumps(config, indent=1) + "\n")
