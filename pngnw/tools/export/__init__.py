"""`python -m pngnw export`: a trained encoder for others: an ONNX file, in the place of PL-BERT, on
the model hub.

Guarantees: an ONNX file was compared with PyTorch before it appears; what goes to the hub is
printed first.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pngnw.core.errors import UserError

if TYPE_CHECKING:
    from pngnw.encoder import Encoder

DESCRIPTION = (
    "Hand a trained encoder on. --onnx writes it as one ONNX file for one sentence or many, "
    "compares it with PyTorch, and refuses it if any number is off by more than 0.0001. --plbert "
    "writes a folder that takes the place of StyleTTS2's Utils/PLBERT, --transformers one that "
    "AutoModel of the package transformers reads. --hub "
    "uploads weights (safetensors), configuration, word lists and model card to the Hugging Face "
    "hub, with the token of `hf auth login` or HF_TOKEN; a new model is public there."
)


def describe(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options and the work of this command."""
    parser.description = DESCRIPTION
    parser.epilog = "example: python -m pngnw export --onnx encoder.onnx"
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--onnx", metavar="FILE", type=Path, help="the file to write")
    where.add_argument("--plbert", metavar="DIR", type=Path, help="the folder to write")
    where.add_argument("--transformers", metavar="DIR", type=Path, help="the folder to write")
    where.add_argument("--hub", metavar="NAME", help="the model's name on the hub: user/name")
    parser.add_argument(
        "--int8", action="store_true", help="with --onnx: weights of 8 bits too, FILE.int8.onnx"
    )
    parser.add_argument(
        "--model",
        metavar="FOLDER",
        help="default: models/encoder if it is there, else the encoder in the package",
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> None:
    from pngnw.encoder import Encoder, chosen_folder
    from pngnw.model.io import CONFIG, WEIGHTS

    if options.int8 and options.onnx is None:
        raise UserError("--int8 goes with --onnx")
    encoder = Encoder.from_pretrained(chosen_folder(options.model))
    if options.hub is not None:
        size = sum(weight.nbytes for weight in encoder.state_dict().values())
        size += sum(map(len, encoder.files.values()))
        names = ", ".join(sorted((CONFIG, WEIGHTS, *encoder.files)))
        print(f"{options.hub}: {names} ({size / 1e6:.1f} MB)", flush=True)
        print(encoder.push_to_hub(options.hub))
    elif options.plbert is not None:
        from pngnw.tools.export import plbert

        plbert.export(encoder, options.plbert)
        print(f"{options.plbert}: put it into the place of StyleTTS2's Utils/PLBERT")
    elif options.transformers is not None:
        from pngnw.tools.export import hugging_face

        hugging_face.export(encoder, options.transformers)
        print(f"{options.transformers}: for AutoModel.from_pretrained, trust_remote_code=True")
    else:
        _onnx(encoder, options.onnx, options.int8)


def _onnx(encoder: "Encoder", file: Path, int8: bool) -> None:
    from pngnw.tools.export.graph import export, quantize

    made = export(encoder, file)
    print(
        f"{file}: {file.stat().st_size / 1e6:.1f} MB, opset {made.opset}; largest difference from "
        f"PyTorch on {made.sentences} sentences, with and without spelling, in batches of 1, 3 and "
        f"8: {made.difference.most:.2g}"
    )
    if int8:
        small, difference = quantize(encoder, file)
        print(
            f"{small}: {small.stat().st_size / 1e6:.1f} MB; difference on the same: "
            f"{difference.most:.2g} at most, {difference.mean:.2g} in the mean of the states"
        )
