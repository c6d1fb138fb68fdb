"""What 8 bits cost the states: probes on the int8 ONNX export beside the encoder itself.

`python -m benchmarks.int8 --params FILE` takes the sets of `probe.sets` in a params file
(docs/probes.md) and writes benchmarks/int8.json: for every set the figures of both, and the 95%
interval of the encoder's minus the export's, paired by row.
"""

import argparse
import json
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pngnw import Encoder
from pngnw.model import layout, network
from pngnw.model.inputs import PHONEME_SIDE, Inputs
from pngnw.params import Probe, lookup, read_yaml, validate
from pngnw.probe import arms, measure, states
from pngnw.probe.questions import Questions
from pngnw.tools.export.feeder import pad
from pngnw.tools.export.graph import export, open_session, quantize

OUT = Path(__file__).parent / "int8.json"
WEIGHTS = Path(network.__file__).parents[1] / "weights"


class Export(torch.nn.Module):
    """The session of an export, in the place of the network that it was made from."""

    def __init__(self, encoder: network.PnGNWEncoder, session: Any) -> None:
        super().__init__()
        self.encoder, self.layers, self.config = encoder, encoder.layers, encoder.config
        self.session = session

    def forward(self, inputs: Inputs, layer: int | None) -> torch.Tensor:
        """States [N, H] of the phoneme side; zero elsewhere, where no probe looks."""
        assert layer is None, "an export has the last layer alone"
        arrays = {k: v.numpy() for k, v in vars(inputs).items() if isinstance(v, torch.Tensor)}
        positions = {kind: values.numpy() for kind, values in inputs.positions.items()}
        feed = pad(layout.Layout(**arrays, positions=positions), self.config)
        hidden_BPH = torch.from_numpy(self.session.run(["hidden"], feed)[0])
        rows, valid = inputs.phoneme_rows()
        out = hidden_BPH.new_zeros(len(inputs.token), self.config.width)
        out[rows[valid]] = hidden_BPH[valid]
        assert bool((inputs.segment[rows[valid]] == PHONEME_SIDE).all())
        return out


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.int8",
        description=__doc__,
        epilog="example: python -m benchmarks.int8 --params probes.yaml",
    )
    parser.add_argument("--params", type=Path, default=Path("params.yaml"))
    parser.add_argument("--model", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    raw = read_yaml(options.params, "name a file with probe.sets")
    section = validate(Probe, lookup(raw, "probe"), f"{options.params}: probe")
    encoder = Encoder.from_pretrained(options.model)
    with tempfile.TemporaryDirectory() as folder:
        export(encoder, Path(folder) / "encoder.onnx")
        small, apart = quantize(encoder, Path(folder) / "encoder.onnx")
        session = open_session(small, torch.get_num_threads())
    found: dict[str, Any] = {"most": apart.most, "mean": apart.mean, "sets": {}}
    # What is measured stays the probes' own: only who is asked is another.
    measure.arms = partial(_two_arms, session=session)  # type: ignore[assignment]
    for name, chosen in section.sets.items():
        count = chosen.sentences or section.sentences
        told = measure.measure(name, chosen, options.model, seed=0, layer=None, sentences=count)
        report = told.report
        found["sets"][name] = {
            "test_rows": report["parts"]["test"],
            "encoder": {k: v["value"] for k, v in report["arms"]["pretrained"].items()},
            "int8": {k: v["value"] for k, v in report["arms"]["int8"].items()},
            "encoder_minus_int8": report["pretrained_minus"]["int8"],
        }
        print(json.dumps({name: found["sets"][name]}, indent=1), flush=True)
    OUT.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


def _two_arms(
    readers: dict[str, states.Reader], layer: int | None, session: Any
) -> dict[str, arms.Arm]:
    """The commonest answer, the encoder and its export; nothing of them is kept."""
    ours = readers["pretrained"].encoder
    small = states.Reader(Export(ours, session))  # type: ignore[arg-type]  # called as a network

    def ask(reader: states.Reader) -> arms.Arm:
        def read(questions: Questions) -> NDArray[np.float32]:
            return states.word_states(questions, reader, layer)

        return arms.Arm(read, reader.digest(), pieces=True)

    return {
        "majority": arms.Arm(None),
        "pretrained": ask(states.Reader(ours)),
        "int8": ask(small),
    }


if __name__ == "__main__":
    main()
