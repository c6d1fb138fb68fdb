"""What the pictures and curves show, as data: attention.json and seeds.tsv for the report.

Guarantees: the same runs, utterances and moments as in the pictures; weights in 255ths, gold times
in seconds (null where unknown); a row of seeds.tsv for every arm, seed and evaluation.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pngnw.align.symbols import TOKENS
from pngnw.core import shards
from pngnw.core.atomic import write_text
from pngnw.evaluate.plots import figures
from pngnw.params import Evaluate
from pngnw.speech.mel import FRAME_SECONDS

Result = Mapping[str, Any]
_MARK = re.compile(r" ([.,!?;:])")
ATTENTION, SEEDS = "attention.json", "seeds.tsv"


def write(results: Sequence[Result], speech: Path, folder: Path, settings: Evaluate) -> None:
    """Write attention.json (the first seed's runs) and seeds.tsv into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    first = [run for run in results if run["spec"]["seed"] == results[0]["spec"]["seed"]]
    data = {
        "seed": first[0]["spec"]["seed"],
        "seconds_per_step": settings.reduction * FRAME_SECONDS,
        "texts": spellings(speech, [entry["id"] for entry in first[0]["said"]]),
        "arms": {run["spec"]["arm"]: attention(run) for run in first},
    }
    write_text(folder / ATTENTION, json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n")
    write_text(folder / SEEDS, by_seed(results))


def attention(run: Result) -> dict[str, Any]:
    """The attention of a run's pictures: per utterance its symbols, gold times and weights."""
    pictures = run["pictures"]
    return {
        "encoder_rate": run["spec"]["encoder_rate"],
        "moments": [moment["samples"] for moment in pictures],
        "utterances": [
            {
                "symbols": [TOKENS.symbols[token] for token in utterance["tokens"]],
                "start": [_known(time) for time in utterance["start"]],
                "end": [_known(time) for time in utterance["end"]],
                "spoken": [bool(spoken) for spoken in utterance["spoken"]],
                "frames": [
                    [[round(255 * w) for w in row] for row in moment["attention"][place]["weights"]]
                    for moment in pictures
                ],
            }
            for place, utterance in enumerate(pictures[0]["attention"])
        ],
    }


def by_seed(results: Sequence[Result]) -> str:
    """Every evaluation of every run, tab-separated."""
    names = list(figures(results))
    lines = ["\t".join(["arm", "seed", "samples", *names])]
    for run in results:
        spec = run["spec"]
        for entry in run["evaluations"]:
            values = [f"{entry[name]:.6g}" for name in names]
            lines.append(
                "\t".join([spec["arm"], str(spec["seed"]), str(entry["samples"]), *values])
            )
    return "\n".join(lines) + "\n"


def spellings(speech: Path, wanted: Sequence[int]) -> list[str]:
    """The utterances with these ids as they are spelled, a space between words."""
    found = {}
    chosen = pa.array(wanted, type=pa.uint64())
    for path in shards.paths(speech):
        table = shards.read(path, ["id", "graphemes", "graphemes_per_word"])
        for row in table.filter(pc.is_in(table["id"], chosen)).to_pylist():
            # An apostrophe is "<'>" there, so that it is no quotation mark.
            letters = iter(TOKENS.symbols[token].strip("<>") for token in row["graphemes"])
            words = ["".join(islice(letters, length)) for length in row["graphemes_per_word"]]
            found[row["id"]] = _MARK.sub(r"\1", " ".join(words))
    return [found[key] for key in wanted]


def _known(seconds: float) -> float | None:
    return None if math.isnan(seconds) else round(seconds, 4)
