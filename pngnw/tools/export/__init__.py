"""`python -m pngnw export`: a trained encoder for others, as an ONNX file or on the model hub.

Guarantees: an ONNX file was compared with PyTorch before it appears; what goes to the hub is
printed first.
"""

import argparse
from pathlib import Path

DESCRIPTION = (
    "Hand a trained encoder on. --onnx writes it as one ONNX file for one sentence or many, "
    "compares it with PyTorch, and refuses it if any number is off by more than 0.0001. --hub "
    "uploads weights (safetensors), configuration, word lists and model card to the Hugging Face "
    "hub, with the token of `hf auth login` or HF_TOKEN; a new model is public there."
)


def describe(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options and the work of this command."""
    parser.description = DESCRIPTION
    parser.epilog = "example: python -m pngnw export --onnx encoder.onnx"
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--onnx", metavar="FILE", type=Path, help="the file to write")
    where.add_argument("--hub", metavar="NAME", help="the model's name on the hub: user/name")
    parser.add_argument(
        "--model", metavar="FOLDER", default="models/encoder", help="default: %(default)s"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from pngnw.encoder import Encoder
    from pngnw.model.io import CONFIG, WEIGHTS

    encoder = Encoder.from_pretrained(Path(options.model))
    if options.hub is not None:
        size = sum(weight.nbytes for weight in encoder.state_dict().values())
        size += sum(map(len, encoder.files.values()))
        names = ", ".join(sorted((CONFIG, WEIGHTS, *encoder.files)))
        print(f"{options.hub}: {names} ({size / 1e6:.1f} MB)", flush=True)
        print(encoder.push_to_hub(options.hub))
        return
    from pngnw.tools.export.graph import export

    made = export(encoder, options.onnx)
    print(
        f"{options.onnx}: {options.onnx.stat().st_size / 1e6:.1f} MB, opset {made.opset}; largest "
        f"difference from PyTorch on {made.sentences} sentences, in batches of 1, 3 and 8: "
        f"{made.difference:.2g}"
    )
